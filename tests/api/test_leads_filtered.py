"""Leads by the one filter: listed, ranked and as files, over HTTP."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import pytest

from lfassess.assessment.export.filter_keys import KEYS

pytestmark = pytest.mark.integration

LEADS = "/api/v1/leads"


@pytest.fixture
def graded(harness):
    """Return the ids of three leads with the grades A, D and F."""
    ids = [harness.add_lead(f"Shop {n}", f"https://shop-{n}.test/") for n in range(3)]
    for lead, grade, score in zip(ids, "ADF", (95, 45, 20), strict=True):
        harness.orchestrator.coordinate(lead)
        harness.drain()
        harness.execute(
            "UPDATE assessments SET grade = :grade, score = :score WHERE lead_id = :lead",
            grade=grade, score=score, lead=lead,
        )  # fmt: skip
        harness.execute(
            "UPDATE opportunities SET out = NULL, score = :score, codes = :codes"
            " WHERE lead_id = :lead",
            score=100 - score, codes=["no-https"] if grade == "F" else [], lead=lead,
        )  # fmt: skip
    return ids


def test_pages_of_what_a_filter_chooses(api, graded):
    first = api.get(LEADS, params={"grade": "D,F", "limit": 1}).json()
    assert [row["id"] for row in first["items"]] == graded[2:]
    rest = api.get(LEADS, params={"grade": "D,F", "limit": 1, "cursor": first["next_cursor"]})
    assert [row["id"] for row in rest.json()["items"]] == graded[1:2]
    assert rest.json()["next_cursor"] is None
    assert "grade=D%2CF" in rest.headers["Link"]
    found = api.get(f"{LEADS}?score<50&finding=!no-https").json()
    assert [row["id"] for row in found["items"]] == graded[1:2]
    ranked = api.get(f"{LEADS}/ranked", params={"grade": ["!A"], "score": "<50"}).json()
    assert [row["lead_id"] for row in ranked["items"]] == [graded[2], graded[1]]


@pytest.mark.parametrize(
    ("query", "detail", "hint"),
    [
        ("grad=F", "There is no filter 'grad'.", "Did you mean grade"),
        ("grade=E", "grade is A, B, C, D, F or none; not 'E'.", None),
        ("finding=x'; --", "No check has a finding", None),
        ("q=a%00b", "such characters", None),
    ],
)
@pytest.mark.parametrize("path", ["", "/ranked", "/export"])
def test_a_wrong_filter_is_a_problem_with_a_hint(api, path, query, detail, hint):
    answer = api.get(f"{LEADS}{path}?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_filter")
    assert detail in answer.json()["detail"]
    assert hint is None or hint in answer.json()["hint"]


def test_files_of_what_a_filter_chooses(api, graded):
    answer = api.get(f"{LEADS}/export", params={"grade": "D,F"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="leads.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert [(row["id"], row["rank"]) for row in rows] == [
        (str(graded[2]), "1"),
        (str(graded[1]), "2"),
    ]
    assert rows[0]["audit_page"] == f"http://127.0.0.1/assessments/{rows[0]['assessment_id']}"
    lines = api.get(f"{LEADS}/export", params={"grade": "F", "format": "jsonl"}).text
    assert json.loads(lines)["findings"] == ["no-https"]
    book = api.get(f"{LEADS}/export", params={"format": "xlsx", "columns": "name,grade"}).content
    sheet = openpyxl.load_workbook(io.BytesIO(book))["Leads"]
    assert [cell.value for cell in sheet[2]] == ["Shop 2", "F"]
    answer = api.get(f"{LEADS}/export", params={"preset": "hubspot"})
    assert answer.text.startswith("Company name,Company Domain Name,")
    assert api.get(f"{LEADS}/export", params={"columns": "grad"}).status_code == 422
    assert api.get(f"{LEADS}/export", params={"preset": "sugar"}).status_code == 422


def test_openapi_describes_every_filter_and_the_files(api):
    described = api.get("/openapi.json").json()["paths"]
    for path in (LEADS, f"{LEADS}/ranked", f"{LEADS}/export"):
        names = {p["name"] for p in described[path]["get"]["parameters"]}
        assert set(KEYS) <= names
    files = described[f"{LEADS}/export"]["get"]["responses"]["200"]["content"]
    assert {"application/x-ndjson", "text/csv; charset=utf-8"} <= files.keys()
