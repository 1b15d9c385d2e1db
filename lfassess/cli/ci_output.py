"""An audit as build servers and code hosts read it: JUnit's XML and SARIF."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from xml.etree import ElementTree as ET

from lfassess import __version__
from lfassess.checks import all_checks
from lfassess.checks.base import Severity
from lfassess.cli.summary import duration_s
from lfassess.db.commands.assessments import AssessmentRecord
from lfassess.db.models import CheckRun, Status
from lfassess.findings.consolidate import consolidate
from lfassess.plain_text import plain

# SARIF's levels; what is done well is no result.
_LEVEL: Final = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
_FAILS: Final = ("critical", "high", "medium")  # a test of JUnit's; milder ones pass with a remark


def junit(stored: AssessmentRecord, min_score: int | None = None) -> bytes:
    """Return the audit as JUnit's XML, UTF-8.

    A suite for each check, with a test for each finding: one of medium severity or worse fails, a
    check that failed is an error, one that wasn't run is skipped. ``min_score`` adds a test of the
    audit's score.
    """
    root = ET.Element("testsuites", name=f"lfassess {stored.site or stored.lead.name}")
    if min_score is not None:
        suite = ET.SubElement(root, "testsuite", name="score")
        case = ET.SubElement(suite, "testcase", name=f"score of at least {min_score}")
        case.set("classname", "lfassess.score")
        if reason := below(stored, min_score):
            ET.SubElement(case, "failure", message=reason)
    for run, findings in _by_check(stored):
        _suite(root, run, findings)
    for suite in root:
        for count, tag in (("tests", ""), ("failures", "failure"), ("errors", "error")):
            suite.set(count, str(len(suite.findall(f"testcase/{tag}" if tag else "testcase"))))
        suite.set("skipped", str(len(suite.findall("testcase/skipped"))))
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _suite(root: ET.Element, run: CheckRun, findings: list[Any]) -> None:
    title = all_checks()[run.name].title
    took = f"{duration_s(run) or 0:.3f}"
    suite = ET.SubElement(root, "testsuite", name=title, time=took)
    if run.status != Status.COMPLETED:
        case = ET.SubElement(suite, "testcase", name="assessed", classname=f"lfassess.{run.name}")
        if run.status == Status.FAILED:
            said = f"{run.error_code}: {run.error_message}"
            ET.SubElement(case, "error", message=plain(said))
        else:
            ET.SubElement(case, "skipped", message=plain(run.skip_text or str(run.status)))
        return
    if not findings:
        ET.SubElement(suite, "testcase", name="nothing found", classname=f"lfassess.{run.name}")
    for row in findings:
        case = ET.SubElement(suite, "testcase", name=row["code"], classname=f"lfassess.{run.name}")
        said = plain(f"{row['title']}: {row['evidence']}")
        if row["severity"] in _FAILS:
            ET.SubElement(case, "failure", type=row["severity"], message=said)
        else:
            ET.SubElement(case, "system-out").text = said


def sarif(stored: AssessmentRecord) -> dict[str, Any]:
    """Return the audit as a SARIF 2.1.0 log: a result for each finding, at the site's address."""
    rules: dict[str, dict[str, Any]] = {}
    results = []
    for run, findings in _by_check(stored):
        for row in findings:
            level = _LEVEL[Severity(row["severity"])]
            rules.setdefault(
                row["code"],
                {
                    "id": row["code"],
                    "shortDescription": {"text": plain(row["title"])},
                    "defaultConfiguration": {"level": level},
                    "properties": {"tags": [run.name]},
                },
            )
            results.append(
                {
                    "ruleId": row["code"],
                    "ruleIndex": list(rules).index(row["code"]),
                    "level": level,
                    "message": {"text": plain(f"{row['title']}: {row['evidence']}")},
                    "locations": [
                        {
                            "physicalLocation": {
                                "artifactLocation": {"uri": stored.site or ""},
                                # It is the whole page that is meant; code hosts want a line.
                                "region": {"startLine": 1},
                            }
                        }
                    ],
                    "partialFingerprints": {"finding/v1": f"{run.name}/{row['code']}"},
                    "properties": {"severity": row["severity"]},
                }
            )
    failed = [run for run in stored.check_runs if run.status == Status.FAILED]
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "lfassess", "version": __version__, "rules": list(rules.values()),
                    }
                },
                "invocations": [
                    {
                        "executionSuccessful": not failed,
                        "toolExecutionNotifications": [
                            {
                                "level": "error",
                                "descriptor": {"id": run.error_code},
                                "message": {"text": plain(f"{run.name}: {run.error_message}")},
                            }
                            for run in failed
                        ],
                    }
                ],
                "results": results,
                "properties": {"score": stored.assessment.score, "grade": stored.assessment.grade},
            }
        ],
    }  # fmt: skip


def below(stored: AssessmentRecord, min_score: int) -> str | None:
    """Return why the audit's score doesn't reach the least one (0 to 100); None if it does."""
    score = stored.assessment.score
    if score is None:
        return f"There is no score to hold against --min-score {min_score}."
    return f"Score {score} is below --min-score {min_score}." if score < min_score else None


def _by_check(stored: AssessmentRecord) -> Iterator[tuple[CheckRun, list[Any]]]:
    """Yield each check with its findings, each fact once, without praise."""
    once = consolidate({run.name: run.findings or [] for run in stored.check_runs})
    for run in stored.check_runs:
        yield run, [row for row in once[run.name] if row["severity"] != Severity.PASSED]
