"""Reports and artefacts; nothing else on the disk can be had."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from lfassess.clients.chromium.binaries import find_browser
from lfassess.errors import ToolMissingError

pytestmark = pytest.mark.integration

A = "/api/v1/assessments"


@pytest.fixture
def done(harness):
    assessment_id = harness.orchestrator.coordinate(harness.add_lead())["assessment_id"]
    harness.drain()
    return f"{A}/{assessment_id}"


def test_report_comes_as_a_page_that_can_run_nothing(api, done):
    answer = api.get(f"{done}/report")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "Harbour Bakery" in answer.text
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox")
    assert "script-src" not in policy


def test_report_comes_as_json(api, done):
    answer = api.get(f"{done}/report", params={"format": "json"})
    assert answer.headers["content-type"] == "application/json"
    assert "Harbour Bakery" in json.dumps(answer.json())


def test_report_comes_in_another_language_and_not_in_one_there_is_not(api, done):
    german = api.get(f"{done}/report", params={"language": "de"})
    assert 'lang="de"' in german.text
    assert api.get(f"{done}/report", params={"language": "xx"}).status_code == 422


def test_report_is_a_draft_until_it_is_approved(api, done, harness):
    harness.execute("UPDATE reviews SET state = 'needs_review'")
    assert "DRAFT" in api.get(f"{done}/report").text
    harness.execute("UPDATE reviews SET state = 'approved'")
    assert "DRAFT" not in api.get(f"{done}/report").text


@pytest.mark.browser
def test_report_comes_as_pdf(serve, done, settings):
    try:
        find_browser(settings)
    except ToolMissingError:
        pytest.skip("there is no Chromium here")
    answer = serve().get(f"{done}/report", params={"format": "pdf"})
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


def test_pdf_without_a_browser_says_so(serve, done, tmp_path):
    answer = serve(browser_path=tmp_path / "none").get(f"{done}/report", params={"format": "pdf"})
    assert (answer.status_code, answer.json()["code"]) == (503, "tool_missing")


def test_pdf_without_the_extra_that_drives_the_browser_says_so(serve, done, monkeypatch):
    monkeypatch.setitem(sys.modules, "selenium", None)
    answer = serve().get(f"{done}/report", params={"format": "pdf"})
    assert (answer.status_code, answer.json()["code"]) == (503, "tool_missing")


def test_report_of_an_open_assessment_is_not_there_yet(api, harness):
    harness.orchestrator.coordinate(harness.add_lead())
    answer = api.get(f"{A}/1/report")
    assert (answer.status_code, answer.json()["code"]) == (409, "assessment_open")
    assert answer.headers["Retry-After"]


def test_format_there_is_not_is_refused(api, done):
    assert api.get(f"{done}/report", params={"format": "exe"}).status_code == 422


def test_artefacts_are_listed_and_had_by_name(api, done):
    files = api.get(f"{done}/artefacts").json()
    report = next(f for f in files if f["name"] == "report.html")
    answer = api.get(report["link"])
    assert len(answer.content) == report["size"]
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")


@pytest.mark.parametrize(
    "name",
    [
        "../../../../etc/passwd",
        "..%2F..%2F..%2F..%2Fetc%2Fpasswd",
        "%2e%2e%2f%2e%2e%2fsecret.txt",
        "..\\..\\secret.txt",
        "..%5c..%5csecret.txt",
        "%2Fetc%2Fpasswd",
        "report.html%00.jpg",
        "report.html/../../secret.txt",
        "....//....//secret.txt",
        "%c0%ae%c0%ae/secret.txt",
        "secret.txt",
        "",
        ".",
        "..",
    ],
)
def test_names_lead_nowhere_but_to_the_assessment_s_files(api, done, settings, name):
    for folder in ("", "artefacts", "artefacts/1"):
        path = Path(settings.data_dir, folder, "secret.txt")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a secret")
    answer = api.get(f"{done}/artefacts/{name}")
    assert "a secret" not in answer.text
    assert "root:" not in answer.text
    # Other than 404 where the client itself has taken a dot segment away: a list, no file.
    ended = answer.status_code, answer.headers["content-type"]
    assert ended in {(404, "application/problem+json"), (200, "application/json")}


def test_file_of_another_assessment_is_not_had(api, done, harness):
    harness.orchestrator.coordinate(harness.add_lead(name="Other", website="https://other.test/"))
    assert api.get(f"{A}/2/artefacts/report.html").status_code == 404


def test_report_is_had_by_its_name_as_it_is_now(api, done, harness):
    assert harness.rows("SELECT name FROM artefacts") == []
    harness.execute("UPDATE leads SET name = 'Second name'")
    for name in ("report.html", "report.json"):
        assert "Second name" in api.get(f"{done}/artefacts/{name}").text


def test_report_of_an_open_assessment_is_none_of_its_files(api, harness):
    harness.orchestrator.coordinate(harness.add_lead())
    assert api.get(f"{A}/1/artefacts").json() == []
    assert api.get(f"{A}/1/artefacts/report.html").status_code == 404


def test_file_that_was_deleted_is_not_there(api, done, harness):
    harness.execute(
        "INSERT INTO artefacts (assessment_id, name, content_type, uri, size)"
        " SELECT id, 'desktop.jpg', 'image/jpeg', 'artefacts/1/desktop.jpg', 9 FROM assessments"
    )
    assert api.get(f"{done}/artefacts/desktop.jpg").json()["code"] == "not_found"
