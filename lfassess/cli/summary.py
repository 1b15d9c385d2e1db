"""The end of a run: its JSON object, and the same for people."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from rich.console import Console, RenderableType
from rich.text import Text

from lfassess import language, scoring
from lfassess.checks import all_checks
from lfassess.checks.base import Area
from lfassess.checks.shared.json_access import get_number, get_object
from lfassess.cli.columns import Column, Columns
from lfassess.cli.common import settings
from lfassess.cli.theme import GRADE_STYLE, SEVERITY_ORDER, SEVERITY_STYLE
from lfassess.clients.storage import DiskStorage
from lfassess.db.commands import assessments
from lfassess.db.commands.assessments import AssessmentRecord
from lfassess.db.database import Database
from lfassess.db.models import CheckRun, Status
from lfassess.errors import ConfigurationError, StorageError
from lfassess.findings.consolidate import consolidate
from lfassess.report import benchmark
from lfassess.report.build import build
from lfassess.report.model import Rivals
from lfassess.report.tables import runs
from lfassess.scoring.benchmark import Benchmark

logger = logging.getLogger(__name__)

_TOP = 5
_EVIDENCE = 12  # where the text of a finding begins


def load(database: Database, assessment_id: int) -> AssessmentRecord:
    """Return all rows of an assessment; raises NotFoundError."""
    with database.session() as session:
        return assessments.load(session, assessment_id)


def report_file(database: Database, stored: AssessmentRecord) -> str | None:
    """Write the HTML report as it is now; return where, as a path or an s3:// address.

    None where there is none, or where it can't be stored: `lfassess report` makes it all the same.
    """
    from lfassess.assessment.completion import reports

    if not _has_report(stored):
        return None
    try:
        uri = reports.write_page(settings(), database, stored)
    except (StorageError, ConfigurationError) as e:
        logger.warning("The report can't be stored: %s", e)
        return None
    path = DiskStorage.from_settings(settings()).path(uri)
    return uri if path is None else str(path)


def report_bytes(database: Database, stored: AssessmentRecord) -> bytes:
    """Return the HTML report as it is now.

    Raises:
        StorageError, ConfigurationError: the storage is out of reach.
    """
    from lfassess.assessment.completion import rendering, review
    from lfassess.report.render import render_html

    with database.session() as session:
        decided = review.decided(session, stored.assessment.id)
    return render_html(rendering.audit_report(stored, settings(), decided)).encode()


def _has_report(stored: AssessmentRecord) -> bool:
    return stored.has_report and stored.assessment.shown_status != Status.CANCELLED


def duration_s(run: CheckRun) -> float | None:
    if run.started_at is None or run.finished_at is None:
        return None
    return round((run.finished_at - run.started_at).total_seconds(), 3)


def as_json(stored: AssessmentRecord, report: str | None) -> dict[str, Any]:
    """Return the object that `run --json` prints."""
    a, once = stored.assessment, _once(stored.check_runs)
    return {
        "assessment_id": a.id,
        "lead": {
            "id": stored.lead.id,
            "name": stored.lead.name,
            "website": stored.lead.website,
        },
        "site": stored.site,
        "status": a.shown_status,
        "completeness": a.completeness,
        "score": a.score,
        "grade": a.grade,
        "scoring_version": a.scoring_version,
        **({"range": a.scoring_details["range"]} if "range" in (a.scoring_details or {}) else {}),
        **({"benchmark": Benchmark.from_json(a.benchmark).in_short()} if a.benchmark else {}),
        "sandbox": a.sandbox,
        "areas": (a.scoring_details or {}).get("areas", {}),
        **({"rivals": _rivals_json(stored)} if stored.rivals else {}),
        "checks": {run.name: _check_json(run, once[run.name]) for run in stored.check_runs},
        "cost": round(sum(run.cost_usd for run in stored.check_runs), 6),
        "report": report,
    }


def _rivals_json(stored: AssessmentRecord) -> list[dict[str, Any]]:
    """Return the competitors as their report has them."""
    found = _rivals(stored)
    sites = (*found.sites[1:], *found.not_measured) if found else ()
    return [
        {
            "website": site.url or site.domain,
            "source": site.source,
            "state": site.state.value,
            "reason": site.reason,
            "areas": dict(site.scores),
            "main_content_ms": site.main_content_ms,
        }
        for site in sites
    ]


def _rivals(stored: AssessmentRecord) -> Rivals | None:
    if not stored.rivals:
        return None
    return build(
        stored.lead, stored.assessment, stored.check_runs, {}, measured=stored.rivals
    ).rivals


def _check_json(run: CheckRun, findings: list[Any]) -> dict[str, Any]:
    return {
        "status": run.status,
        "score": run.score,
        "duration_s": duration_s(run),
        "attempts": run.attempt_count,
        "error": {"code": run.error_code, "message": run.error_message}
        if run.status == Status.FAILED
        else None,
        "reason": run.skip_text or run.inconclusive_reason,
        "reused_from": run.reused_from,
        "sandbox": run.sandbox,
        "findings": [
            {k: f.get(k) for k in ("code", "severity", "title", "evidence", "area")}
            for f in findings
        ],
        **_how_sure(run),
    }


def _how_sure(run: CheckRun) -> dict[str, Any]:
    """Return a measured score's runs and range, where the check has them."""
    metrics = run.metrics if isinstance(run.metrics, dict) else {}
    return {key: metrics[key] for key in ("runs", "score_range") if key in metrics}


def show(console: Console, stored: AssessmentRecord, report: str | None) -> None:
    """Print score, top findings and where the report is."""
    for part in lines(stored, report):
        console.print(part, soft_wrap=isinstance(part, Text) and part.plain.startswith("Report: "))


def lines(stored: AssessmentRecord, report: str | None) -> Iterator[RenderableType]:
    """Return what the end of a run says, line by line."""
    yield Text()
    yield _headline(stored)
    if areas := _areas(stored.assessment.scoring_details):
        yield areas
    for sentence in _standings(stored):
        yield Text(f"  {sentence}", style="dim")
    yield from _beside(stored)
    findings = _top_findings(stored.check_runs)
    if findings:
        table = Columns([Column(), Column(cut=True)], indent=_EVIDENCE)
        for finding in findings:
            severity = finding["severity"]
            table.add(
                Text(f"  {severity}", style=SEVERITY_STYLE.get(severity, "")),
                finding["title"],
                notes=(Text(finding["evidence"], style="dim"),),
            )
        yield table
    for run in stored.check_runs:
        if run.status == Status.FAILED:
            title = all_checks()[run.name].title
            yield Text(f"  {title}: {run.error_message}", style="red")
        elif sure := runs.in_words(run.metrics or {}):
            yield Text(f"  {all_checks()[run.name].title}: {sure}", style="dim")
    if where := report or _command_that_makes_it(stored):
        yield Text.assemble("Report: ", (where, "bold"))
    if stored.assessment.sandbox:
        yield Text.assemble(("SANDBOX:", "yellow"), " some of this data is emulated, not real.")


def _command_that_makes_it(stored: AssessmentRecord) -> str | None:
    """Return what makes the report of an audit that has one."""
    return f"lfassess report {stored.assessment.id}" if _has_report(stored) else None


def _headline(stored: AssessmentRecord) -> Text:
    a = stored.assessment
    if a.shown_status == Status.CANCELLED:
        return Text.assemble((stored.lead.name, "bold"), ": cancelled before it had a result")
    if a.score is None or a.grade is None:
        return Text.assemble(
            (stored.lead.name, "bold"), f": no score ({a.completeness} assessed, {a.status})"
        )
    unsure = scoring.grades_of(a.scoring_details)
    return Text.assemble(
        (stored.lead.name, "bold"),
        "  grade ",
        (f" {a.grade} ", GRADE_STYLE.get(a.grade[0], "bold")),
        f"  {a.score}/100  ({a.completeness} assessed)",
        (f"  {unsure}: speed is unsure" if unsure else "", "yellow"),
    )


def _standings(stored: AssessmentRecord) -> list[str]:
    """Return how the score stands among others, in the report's words."""
    if not stored.assessment.benchmark:
        return []
    found = benchmark.read(stored.assessment, (), language.load())
    return [group.sentence for group in found.groups] if found else []


def _beside(stored: AssessmentRecord) -> Iterator[RenderableType]:
    """Return the competitors' areas below the lead's own, and why one was not measured."""
    found = _rivals(stored)
    for site in (*found.sites[1:], *found.not_measured) if found else ():
        scores = "   ".join(
            f"{area.label} {site.scores[area.value]}" for area in Area if area.value in site.scores
        )
        yield Text(f"  Competitor {site.domain}: {scores or site.reason}", style="dim")


def _areas(summary: object) -> Text | None:
    """Return the scores of the areas that have one; audits of scoring version 1 have none."""
    stored = get_object(summary, "areas")
    shown = Text("  ")
    for area in Area:
        score = get_number(get_object(stored, area.value), "score")
        if score is not None:
            shown.append(f"{area.label} ", style="dim").append(f"{score:.0f}   ")
    return shown if len(shown) > 2 else None  # noqa: PLR2004 - the indent


def _once(runs: list[CheckRun]) -> dict[str, list[Any]]:
    """Return the findings by check, each fact once."""
    return consolidate({run.name: run.findings or [] for run in runs})


def _top_findings(runs: list[CheckRun]) -> list[dict[str, Any]]:
    found = [f for rows in _once(runs).values() for f in rows if f["severity"] in SEVERITY_ORDER]
    return sorted(found, key=lambda f: SEVERITY_ORDER[f["severity"]])[:_TOP]
