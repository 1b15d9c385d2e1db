"""The end of a run, for people."""

from __future__ import annotations

import io

from rich.console import Console

from lfassess.cli import summary
from lfassess.db.assessments import AssessmentRecord
from tests.report.factories.rows import assessment, lead, run

HTTPS = {"code": "no-https", "severity": "critical", "title": "No HTTPS", "evidence": "http only"}
REDIRECT = {
    "code": "no-https-redirect",
    "severity": "medium",
    "title": "No redirect",
    "evidence": "x",
}


def shown(areas=None):
    runs = [run("security", score=10, findings=[HTTPS, REDIRECT]), run("visual", score=80)]
    of_areas = {"summary": {"areas": areas}} if areas else {"summary": {}}
    stored = AssessmentRecord(lead(), assessment(runs, **of_areas), runs, [])
    out = io.StringIO()
    summary.show(Console(file=out, width=80, color_system=None), stored, None)
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
