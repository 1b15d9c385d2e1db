"""An audit as JUnit and SARIF, and held against a least score."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest

from lfassess.cli import ci_output
from lfassess.db.commands.assessments import AssessmentRecord
from tests.report.factories.rows import assessment, lead, run

HSTS = {
    "code": "hsts-missing",
    "severity": "high",
    "title": "No HSTS",
    "evidence": "No \x0b header.",
}
LOW = {
    "code": "small-text",
    "severity": "low",
    "title": "Small text",
    "evidence": "9 px <b> & less",
}
PRAISE = {"code": "tls-modern", "severity": "passed", "title": "Modern TLS", "evidence": "1.3"}


def record(**values):
    runs = [
        run("security", score=40, findings=[HSTS, PRAISE]),
        run("visual", score=80, findings=[LOW]),
        run("onpage", score=90, findings=[]),
        run("pagespeed", "failed", error_code="timeout", error_message="It took too long."),
        run("gbp", "skipped", skip_code="no_key", skip_reason="No key."),
    ]
    return AssessmentRecord(lead(), assessment(runs, **values), runs, [])


def cases(xml):
    """Return {(suite, test): what it holds} of JUnit's XML."""
    return {
        (suite.get("name"), case.get("name")): [(part.tag, part.get("message")) for part in case]
        for suite in ET.fromstring(xml)
        for case in suite
    }


def test_findings_are_tests_that_fail_from_medium_on():
    found = cases(ci_output.junit(record()))
    assert found["Security", "hsts-missing"] == [("failure", "No HSTS: No  header.")]
    assert found["First impression", "small-text"] == [("system-out", None)]
    assert [tag for tag, _ in found["PageSpeed", "assessed"]] == ["error"]
    assert [tag for tag, _ in found["Google Business Profile", "assessed"]] == ["skipped"]
    assert not any("tls-modern" in key for key in found)


@pytest.mark.parametrize("text", ["\ufffe", "\uffff", "\ud800", "\x85", "\x00", "]]>"])
def test_whatever_a_site_writes_the_xml_can_be_read(text, monkeypatch):
    monkeypatch.setitem(HSTS, "evidence", f"a{text}b")
    monkeypatch.setitem(LOW, "evidence", f"a{text}b")
    assert cases(ci_output.junit(record()))["Security", "hsts-missing"]


def test_suites_count_their_tests():
    suites = {s.get("name"): s.attrib for s in ET.fromstring(ci_output.junit(record()))}
    assert suites["Security"]["tests"] == suites["Security"]["failures"] == "1"
    assert suites["PageSpeed"]["errors"] == "1"
    assert suites["Google Business Profile"]["skipped"] == "1"


def test_the_least_score_is_a_test_of_its_own():
    passing = cases(ci_output.junit(record(score=80), 75))["score", "score of at least 75"]
    failing = cases(ci_output.junit(record(score=74), 75))["score", "score of at least 75"]
    assert passing == []
    assert failing == [("failure", "Score 74 is below --min-score 75.")]


def test_a_score_is_held_against_the_least_one():
    assert ci_output.below(record(score=75), 75) is None
    assert ci_output.below(record(score=0), 0) is None
    assert ci_output.below(record(score=74), 75) == "Score 74 is below --min-score 75."
    assert "no score" in (ci_output.below(record(score=None), 0) or "")


def test_sarif_has_a_result_for_each_finding_and_a_rule_for_each_kind():
    log = json.loads(json.dumps(ci_output.sarif(record())))
    [only] = log["runs"]
    assert log["version"] == "2.1.0"
    results = {r["ruleId"]: r for r in only["results"]}
    assert results.keys() == {"hsts-missing", "small-text"}
    assert results["hsts-missing"]["level"] == "error"
    assert results["small-text"]["level"] == "note"
    rules = only["tool"]["driver"]["rules"]
    assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in only["results"])
    place = results["hsts-missing"]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": record().site}, "region": {"startLine": 1}}


def test_sarif_says_what_could_not_be_assessed():
    [only] = ci_output.sarif(record())["runs"]
    [invocation] = only["invocations"]
    assert invocation["executionSuccessful"] is False
    [notification] = invocation["toolExecutionNotifications"]
    assert notification["message"]["text"].startswith("pagespeed: ")
