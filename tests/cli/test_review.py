"""`review`, `rescore`, `compare` and `report` as a user meets them, on a real store."""

from __future__ import annotations

import json

import pytest
import typer
from typer.testing import CliRunner

from lfassess.assessment.completion import review as gate
from lfassess.cli.compare import compare
from lfassess.cli.report import report
from lfassess.cli.rescore import rescore
from lfassess.cli.review import review
from lfassess.db.commands import assessments
from lfassess.errors import NotFoundError, UsageError
from tests.assessment.factories import ended

app = typer.Typer()
for command in (review, rescore, compare, report):
    app.command(command.__name__)(command)


@pytest.fixture
def lfassess(database, servers, monkeypatch, tmp_path):
    monkeypatch.setenv("DATABASE_URL", database.url)
    monkeypatch.setenv("CELERY_BROKER_URL", servers.broker_url)
    monkeypatch.setenv("LFASSESS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words):
        result = CliRunner().invoke(app, [str(word) for word in words])
        if isinstance(result.exception, Exception):
            raise result.exception
        return result

    return run


@pytest.fixture
def audit(database):
    one = ended(database)
    with database.session() as session:
        gate.open_review(session, assessments.load(session, one))
    return one


def said(result):
    return json.loads(result.stdout)


@pytest.mark.integration
def test_a_doubtful_audit_is_listed_dismissed_and_approved(lfassess, audit):
    (row,) = [json.loads(line) for line in lfassess("review", "--json").stdout.splitlines()]
    assert row["assessment_id"] == audit
    assert "challenge-page" in row["reasons"]
    assert "Bakery" in lfassess("review").stdout
    struck = said(
        lfassess(
            "review", audit, "--dismiss", "visual:visual-placeholder-text",
            "--note", "Latin school", "--by", "Ann", "--json",
        )
    )  # fmt: skip
    assert struck["dismissed"][0]["note"] == "Latin school"
    assert struck["score_before"] != struck["score"]
    done = said(lfassess("review", audit, "--approve", "--note", "fine", "--by", "Ann", "--json"))
    assert (done["state"], done["decided_by"]) == ("approved", "Ann")
    assert lfassess("review", "--json").stdout == ""


@pytest.mark.integration
def test_a_report_is_a_draft_until_it_is_approved(lfassess, audit, tmp_path):
    path = tmp_path / "report.html"
    assert said(lfassess("report", audit, "-o", path, "--json"))["draft"] is True
    assert "DRAFT" in path.read_text()
    lfassess("review", audit, "--approve", "--by", "Ann")
    assert (
        said(lfassess("report", audit, "-o", path, "--language", "de", "--json"))["draft"] is False
    )
    assert "ENTWURF" not in path.read_text()
    assert "Das Urteil" in path.read_text()


@pytest.mark.integration
def test_a_report_goes_to_stdout(lfassess, audit):
    done = lfassess("report", audit, "--format", "json", "-o", "-")
    assert json.loads(done.stdout)["assessment_id"] == int(audit)
    with pytest.raises(UsageError, match="one format"):
        lfassess("report", audit, "--format", "json,html", "-o", "-")


@pytest.mark.integration
def test_rescoring_tells_before_and_after(lfassess, audit):
    done = said(lfassess("rescore", "--all", "--json"))
    assert done["rescored"] == 1
    assert done["changed"][0]["before"]["score"] == 11
    assert said(lfassess("rescore", "--lead", "1", "--json"))["changed"] == []


@pytest.mark.integration
def test_two_assessments_of_a_lead_are_compared(lfassess, audit, tmp_path):
    path = tmp_path / "compare.html"
    assert said(lfassess("compare", audit, audit, "-o", path, "--json"))["change"] == 0
    assert "Before and after" in path.read_text()
    assert "Overall" in lfassess("compare", audit, audit).stdout


@pytest.mark.integration
def test_a_report_says_what_is_fixed_since_the_lead_s_earlier_audit(lfassess, audit, database):
    later = ended(database, name="Moved")
    with database.session() as session:
        before = assessments.load(session, audit)
        codes = {f["code"] for run in before.check_runs for f in run.findings or ()}
        assessments.load(session, later).assessment.lead_id = before.lead.id
        for run in assessments.load(session, later).check_runs:
            run.findings = [] if run.findings else run.findings
    lfassess("review", audit, "--dismiss", "visual:visual-placeholder-text", "--note", "Latin")
    since = said(lfassess("report", later, "--format", "json", "-o", "-"))["since"]
    assert since["before"]["assessment_id"] == audit
    fixed = {change["code"] for change in since["fixed"]}
    assert fixed < codes
    assert "visual-placeholder-text" in codes - fixed
    assert said(lfassess("report", audit, "--format", "json", "-o", "-"))["since"] is None


@pytest.mark.integration
def test_assessments_of_different_leads_are_not_compared(lfassess, audit, database):
    with pytest.raises(UsageError, match="different leads"):
        lfassess("compare", audit, ended(database, name="Plumber"))


@pytest.mark.integration
def test_an_unknown_audit_is_an_error(lfassess):
    with pytest.raises(NotFoundError):
        lfassess("review", 9)


@pytest.mark.parametrize(
    "words",
    [
        ("review", "--approve"),
        ("review", "1", "--dismiss", "visual"),
        ("review", "1", "--dismiss", "visual:*"),
        ("rescore",),
        ("rescore", "--all", "--lead", "1"),
    ],
)
def test_wrong_use_is_told_before_anything_starts(words):
    with pytest.raises(UsageError):
        raise CliRunner().invoke(app, list(words)).exception
