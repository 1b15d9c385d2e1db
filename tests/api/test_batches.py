"""Submitting many leads: JSON, CSV, forms; bounds; the same again."""

from __future__ import annotations

import pytest

from lfassess.api import body_limit, uploads

pytestmark = pytest.mark.integration

B = "/api/v1/batches"
CSV = "website,name\na.test,Alpha\nb.test,Beta\n,Nobody\nc.test,Gamma\n"
AS_CSV = {"Content-Type": "text/csv"}


def test_csv_opens_an_assessment_for_each_good_row(api, harness):
    answer = api.post(B, content=CSV, headers=AS_CSV, params={"name": "May leads"})
    assert answer.status_code == 202
    result = answer.json()
    assert (result["rows"], result["added"], result["rejected"], result["opened"]) == (4, 3, 1, 3)
    assert result["rejects"][0]["line"] == 4
    batch = api.get(answer.headers["Location"]).json()
    assert (batch["name"], batch["leads"], batch["rejected"]) == ("May leads", 3, 1)
    assert batch["pending"] + batch["in_progress"] == 3
    listed = api.get(batch["links"]["assessments"]).json()["items"]
    assert [a["lead"]["name"] for a in listed] == ["Gamma", "Beta", "Alpha"]


def test_json_is_taken_like_a_file(api, harness):
    leads = [
        {"website": "a.test", "name": '=Alpha, "Ltd"\nand sons'},
        {"name": "Nobody"},
        {"name": "By phone", "phone": "+14155550100", "country": "US"},
    ]
    result = api.post(B, json={"name": "From a CRM", "leads": leads}).json()
    assert (result["added"], result["rejected"]) == (2, 1)
    assert result["rejects"][0]["line"] == 3
    names = [row["name"] for row in harness.rows("SELECT name FROM leads ORDER BY id")]
    assert names == ['=Alpha, "Ltd", and sons', "By phone"]


def test_form_with_a_file_is_taken(api):
    files = {"file": ("../../etc/leads.csv", CSV, "text/csv")}
    result = api.post(B, files=files).json()
    assert result["added"] == 3
    assert api.get(result["links"]["self"]).json()["name"] == "../../etc/leads.csv"


def test_the_same_rows_again_resume_their_batch(api, harness):
    first = api.post(B, content=CSV, headers=AS_CSV)
    again = api.post(B, content=CSV, headers=AS_CSV)
    assert (first.status_code, again.status_code) == (202, 200)
    assert again.json()["resumed"]
    assert again.json()["batch_id"] == first.json()["batch_id"]
    assert harness.row("SELECT count(*) AS n FROM assessments")["n"] == 3


def test_columns_are_named_where_the_header_does_not_say(api):
    content = "Homepage of it,Who\na.test,Alpha\n"
    params = {"map": ["website=Homepage of it", "name=Who"]}
    assert api.post(B, content=content, headers=AS_CSV, params=params).json()["added"] == 1


def test_budget_is_stored_with_the_batch(api):
    result = api.post(B, content=CSV, headers=AS_CSV, params={"budget_usd": 12.5}).json()
    assert api.get(result["links"]["self"]).json()["budget_usd"] == 12.5


def test_refused_rows_are_listed_page_by_page(api):
    content = "website,name\n" + ",Nobody\n" * 5 + "a.test,Alpha\n"
    result = api.post(B, content=content, headers=AS_CSV).json()
    first = api.get(result["links"]["rejects"], params={"limit": 3}).json()
    rest = api.get(result["links"]["rejects"], params={"after": first[-1]["line"]}).json()
    assert [r["line"] for r in first + rest] == [2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        ("website\na.test\n", "text/plain", 415),
        ("website\na.test\n", "", 415),
        ("", "text/csv", 422),
        ("colour,size\nred,1\n", "text/csv", 422),
        ("{", "application/json", 422),
        ('{"leads": []}', "application/json", 422),
        ('{"leads": [{"website": 1}]}', "application/json", 422),
        ("nothing", "multipart/form-data; boundary=x", 400),
        ("nothing", "multipart/form-data", 400),
        ("--x--\r\n", "multipart/form-data; boundary=x", 422),
    ],
)
def test_body_that_is_no_batch_is_refused_as_a_problem(api, harness, content, kind, status):
    answer = api.post(B, content=content, headers={"Content-Type": kind} if kind else {})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert harness.rows("SELECT 1 FROM batches") == []


def test_wrong_check_is_refused_before_anything_is_stored(api, harness):
    answer = api.post(B, content=CSV, headers=AS_CSV, params={"checks": "horoscope"})
    assert answer.status_code == 422
    assert harness.rows("SELECT 1 FROM batches") == []


def test_upload_is_bounded_in_size_whether_it_says_so_or_not(api, harness, monkeypatch):
    monkeypatch.setattr(body_limit, "MAX_UPLOAD", 1_000)
    big = b"website\n" + b"a.test\n" * 1_000

    def in_pieces():
        yield from (big[i : i + 100] for i in range(0, len(big), 100))

    for content in (big, in_pieces()):
        answer = api.post(B, content=content, headers=AS_CSV)
        assert (answer.status_code, answer.json()["status"]) == (413, 413)
    assert harness.rows("SELECT 1 FROM batches") == []


def test_other_requests_are_bounded_much_lower(api):
    answer = api.post("/api/v1/assessments", content=b"x" * (body_limit.MAX_BODY + 1))
    assert answer.status_code == 413


def test_upload_is_bounded_in_rows(api, harness, monkeypatch):
    monkeypatch.setattr("lfassess.api.routes.batches.MAX_ROWS", 10)
    content = "website\n" + "".join(f"{n}.test\n" for n in range(11))
    answer = api.post(B, content=content, headers=AS_CSV)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_many_rows")
    assert harness.rows("SELECT 1 FROM leads") == []


@pytest.mark.parametrize(
    ("beginning", "row"),
    [
        ('website,name\n"a\n', "a\n"),
        ('website,name\nb.test,B\n"a\n', "a\n"),
        ("website,name\nb.test,B\n", "\n"),
    ],
    ids=["behind a quote", "behind a lead and a quote", "blank"],
)
def test_millions_of_rows_that_are_none_are_given_up_soon(api, harness, beginning, row):
    size = body_limit.MAX_UPLOAD - 1_000
    content = (beginning + row * (size // len(row)))[:size]
    answer = api.post(B, content=content, headers=AS_CSV)  # it took minutes
    assert answer.status_code in {202, 413, 422}
    assert len(harness.rows("SELECT 1 FROM leads")) <= 1


def test_ten_million_rows_of_junk_are_refused(api, harness):
    answer = api.post(B, content=b"url\na.test\n" + b"x,\n" * 10_000_000, headers=AS_CSV)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_many_rows")
    assert harness.rows("SELECT 1 FROM leads") == []


def test_a_row_may_span_lines(api, monkeypatch):
    monkeypatch.setattr("lfassess.api.routes.batches.MAX_ROWS", 3)
    content = 'website,address\na.test,"1\n2\n3\n4 High Street"\n'
    assert api.post(B, content=content, headers=AS_CSV).status_code == 202


def test_json_is_bounded_in_leads(api):
    leads = [{"website": "a.test"}] * 10_001
    assert api.post(B, json={"leads": leads}).status_code == 422


def test_nothing_of_an_upload_stays_on_disk(api, tmp_path, monkeypatch):
    monkeypatch.setattr(uploads.tempfile, "tempdir", str(tmp_path))
    api.post(B, content=CSV, headers=AS_CSV)
    assert list(tmp_path.glob("lfassess-upload-*")) == []


def test_cancelled_batch_has_nothing_left_to_do(api, harness):
    result = api.post(B, content=CSV, headers=AS_CSV).json()
    batch = api.post(f"{result['links']['self']}/cancel").json()
    assert batch["cancelled_at"] is not None
    counted = {word: batch[word] for word in ("pending", "failed", "cancelled", "percentage")}
    assert counted == {
        "pending": 0, "failed": 0, "cancelled": batch["leads"], "percentage": 100,
    }  # fmt: skip
    listed = api.get("/api/v1/assessments", params={"status": "cancelled"}).json()["items"]
    assert len(listed) == batch["leads"]
    assert api.get("/api/v1/assessments", params={"status": "failed"}).json()["items"] == []
    one = f"/api/v1/assessments/{listed[0]['id']}"
    for shown in (api.get(one).json(), api.get(f"{one}/status").json()):
        assert (shown["status"], shown["percentage"]) == ("cancelled", 100)


def test_batches_come_in_pages(api):
    for name in ("a", "b", "c"):
        api.post(B, content=f"website\n{name}.test\n", headers=AS_CSV)
    first = api.get(B, params={"limit": 2})
    assert [b["id"] for b in first.json()["items"]] == [3, 2]
    rest = api.get(first.links["next"]["url"])
    assert [b["id"] for b in rest.json()["items"]] == [1]
    assert "next" not in rest.links


def test_batch_there_is_not_is_a_problem(api):
    for path in (f"{B}/7", f"{B}/7/events", f"{B}/7/rejects"):
        assert api.get(path).json()["code"] == "not_found"


@pytest.mark.parametrize(
    ("content", "parameter"),
    [(b"colour,size\nred,1\n", "map=website=COLUMN"), (b"name,url\n\xe9,vale.test\n", "encoding=")],
)
def test_a_list_that_cannot_be_read_names_the_apis_parameters(api, content, parameter):
    answer = api.post(B, content=content, headers={"Content-Type": "text/csv"})
    assert answer.status_code == 422
    assert parameter in answer.text
    assert "--" not in answer.text


@pytest.mark.parametrize("count", [0, 1])
def test_a_leads_own_competitors_are_measured_where_the_batch_asks_for_them(api, harness, count):
    lead = {"website": "bakery.example", "name": "Bakery", "rivals": ["rolls.com", "buns.com"]}
    assert api.post("/api/v1/batches", json={"leads": [lead], "rival_count": count}).is_success
    harness.orchestrator.coordinate(harness.assessment()["lead_id"])
    harness.drain()
    rows = harness.rows("SELECT site, source FROM assessment_rivals")
    assert [tuple(r.values()) for r in rows] == [("rolls.com", "list")] * count
