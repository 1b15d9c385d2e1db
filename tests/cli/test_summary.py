"""The end of a run, for people."""

from __future__ import annotations

import io

from rich.console import Console

from lfassess.cli import summary
from lfassess.db.commands.assessments import AssessmentRecord
from tests.report.factories.benchmarks import stored
from tests.report.factories.rows import assessment, lead, run

HTTPS = {"code": "no-https", "severity": "critical", "title": "No HTTPS", "evidence": "http only"}
REDIRECT = {
    "code": "no-https-redirect",
    "severity": "medium",
    "title": "No redirect",
    "evidence": "x",
}


def record(areas=None, **values):
    runs = [
        run("security", score=10, findings=[HTTPS, REDIRECT], cost_usd=0),
        run("visual", score=80, cost_usd=0),
    ]
    of_areas = {"scoring_details": {"areas": areas} if areas else {}}
    return AssessmentRecord(lead(), assessment(runs, **of_areas, **values), runs, [])


def shown(areas=None, **values):
    found = record(areas, **values)
    out = io.StringIO()
    summary.show(Console(file=out, width=80, color_system=None), found, None)
    return out.getvalue()


def test_areas_with_a_score_stand_below_the_grade():
    text = shown(
        {"security": {"score": 3}, "first_impression": {"score": 80}, "speed": {"score": None}}
    )
    assert "Security 3" in text
    assert "First impression 80" in text
    assert "Speed" not in text


def test_an_audit_of_version_1_shows_no_areas():
    assert "Security" not in shown()


def test_a_fact_is_listed_once():
    text = shown()
    assert "No HTTPS" in text
    assert "No redirect" not in text


def test_a_score_stands_beside_others_where_they_are_enough():
    runs = [run("security", score=10), run("visual", score=80)]
    benchmark = stored(assessment(runs), trade="dentist")
    text = shown(benchmark=benchmark)
    assert "Better than 69 of 100 dentists we audited (n = 48, November 2026)." in text
    made = summary.as_json(record(benchmark=benchmark), None)["benchmark"]
    assert made["groups"]["trade"] == {"n": 48, "better_than": 69}
    assert "benchmark" not in summary.as_json(record(), None)
    assert "audited" not in shown()


def test_a_report_that_is_no_file_is_named_by_the_command_that_makes_it():
    assert f"Report: lfassess report {record().assessment.id}" in shown()
    assert "Report:" not in shown(status="in_progress")
