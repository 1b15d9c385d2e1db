"""What leads to a call over HTTP: changes, links, the do-not-contact list, outcomes, a batch's files."""

from __future__ import annotations

import io
import zipfile

import pytest

from lfassess.api.body_limit import MAX_UPLOAD, limit_for
from tests.support import audited

pytestmark = pytest.mark.integration

V1 = "/api/v1"
SLOW = {"code": "slow-largest-paint", "severity": "high", "title": "The main content appears late"}


def problem(answer, status, code=None):
    assert answer.status_code == status, answer.text
    body = answer.json()
    assert code is None or body["code"] == code
    return body


# --- changes ---


@pytest.fixture
def changed(harness):
    """Return three leads that were audited twice: worse, the same, better."""
    leads = [harness.add_lead(n, f"https://{n}.test/") for n in ("a", "b", "c")]
    for lead, (before, after) in zip(leads, ((80, 60), (70, 70), (60, 80)), strict=True):
        audited(harness, lead, before)
        audited(harness, lead, after, [SLOW] if after < before else [])
    return leads


def test_changes_come_page_by_page(api, changed):
    worse, _, better = changed
    first = api.get(f"{V1}/leads/changed", params={"limit": 1}).json()
    (row,) = first["items"]
    assert (row["lead_id"], row["change"], row["before"], row["after"]) == (worse, "worse", 80, 60)
    assert [fault["code"] for fault in row["new"]] == ["slow-largest-paint"]
    rest = api.get(
        f"{V1}/leads/changed", params={"limit": 5, "cursor": first["next_cursor"]}
    ).json()
    assert [row["lead_id"] for row in rest["items"]] == [better]
    assert rest["next_cursor"] is None


def test_a_page_of_changes_looks_at_so_many_leads_at_most(api, changed, monkeypatch):
    monkeypatch.setattr("lfassess.api.routes.changes._LOOKED_AT", 1)
    found, cursor = [], None
    for _ in changed:
        page = api.get(f"{V1}/leads/changed", params={"cursor": cursor} if cursor else None).json()
        found += page["items"]
        cursor = page["next_cursor"]
        assert cursor
    assert [row["lead_id"] for row in found] == [changed[0], changed[2]]


def test_changes_of_a_time_a_kind_and_two_batches(api, harness, changed):
    worse, _, better = changed

    def ids(**which):
        items = api.get(f"{V1}/leads/changed", params=which).json()["items"]
        return [row["lead_id"] for row in items]

    assert ids(only="better") == [better]
    assert ids(only="new") == [worse]
    harness.execute(
        "UPDATE assessments SET finished_at = now() - interval '9 days' WHERE lead_id = :id",
        id=worse,
    )
    assert ids(since_s=86_400) == [better]
    harness.execute("INSERT INTO batches (name) VALUES ('May'), ('June')")
    harness.execute(
        "INSERT INTO batch_leads (batch_id, lead_id, assessment_id)"
        " SELECT (SELECT max(id) FROM batches) - row_number() OVER (ORDER BY a.id) + 1, lead_id, id"
        " FROM assessments a WHERE lead_id = :id",
        id=worse,
    )
    may, june = (row["id"] for row in harness.rows("SELECT id FROM batches ORDER BY id"))
    row = api.get(f"{V1}/leads/changed", params={"before_batch": june, "after_batch": may}).json()[
        "items"
    ][0]
    assert (row["lead_id"], row["change"]) == (worse, "worse")


@pytest.mark.parametrize(
    "which",
    [{"before_batch": 1}, {"before_batch": 1, "after_batch": 2, "since_s": 5}, {"only": "best"}],
)
def test_comparisons_that_mean_nothing_are_refused(api, which):
    problem(api.get(f"{V1}/leads/changed", params=which), 422)


def test_batches_that_are_not_there_are_named(api):
    answer = api.get(f"{V1}/leads/changed", params={"before_batch": 8, "after_batch": 9})
    assert "8" in problem(answer, 404)["detail"]


# --- links ---


@pytest.fixture
def approved(harness):
    audit = audited(harness, harness.add_lead(), 50)
    harness.execute(
        "INSERT INTO reviews (assessment_id, state, reasons) VALUES (:a, 'approved', '[]')"
        " ON CONFLICT (assessment_id) DO UPDATE SET state = 'approved'",
        a=audit,
    )
    return audit


def make(api, audit, **options):
    headers = options.pop("headers", {})
    body = {"assessment_id": audit, **options}
    return api.post(f"{V1}/shares", json=body, headers=headers)


def test_a_link_is_made_listed_opened_and_revoked(api, approved):
    made = make(api, approved, kind="teaser", days=7)
    assert made.status_code == 201
    link = made.json()
    assert made.headers["location"] == link["links"]["self"]
    assert link["url"].startswith("http://127.0.0.1/s/")
    assert "Harbour Bakery" in api.get(link["url"]).text
    (listed,) = api.get(f"{V1}/shares", params={"valid": True}).json()["items"]
    assert (listed["id"], listed["opened"], listed["valid"]) == (link["id"], 1, True)
    assert "url" not in listed
    ended = api.post(link["links"]["revoke"]).json()
    assert (ended["valid"], ended["revoked_at"] is None) == (False, False)
    assert api.post(link["links"]["revoke"]).json()["revoked_at"] == ended["revoked_at"]
    assert api.get(link["url"]).status_code == 404
    assert api.get(f"{V1}/shares", params={"valid": True}).json()["items"] == []
    assert api.get(link["links"]["self"]).json()["id"] == link["id"]


def test_a_repeated_request_makes_no_second_link_and_stores_no_secret(api, harness, approved):
    key = {"Idempotency-Key": "one"}
    url = make(api, approved, headers=key).json()["url"]
    again = make(api, approved, headers=key)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json()["url"] is None
    assert len(harness.rows("SELECT id FROM shares")) == 1
    stored = str(harness.rows("SELECT * FROM idempotency_keys"))
    assert url.rpartition("/")[2] not in stored
    problem(make(api, approved, days=3, headers=key), 422, "idempotency_key_reused")


def test_links_come_page_by_page_and_of_one_audit(api, harness, approved):
    ids = [make(api, approved).json()["id"] for _ in range(3)]
    first = api.get(f"{V1}/shares", params={"limit": 2}).json()
    rest = api.get(f"{V1}/shares", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [link["id"] for link in first["items"] + rest["items"]] == ids[::-1]
    found = api.get(f"{V1}/shares", params={"assessment_id": approved + 1}).json()
    assert found["items"] == []


def test_links_of_what_may_not_be_shared_are_refused(api, harness, approved):
    problem(make(api, 10**6), 404)
    problem(make(api, approved, days=366), 422)
    harness.execute("UPDATE leads SET do_not_contact = true")
    problem(make(api, approved, kind="teaser"), 422)
    harness.execute("UPDATE reviews SET state = 'needs_review'")
    assert "nobody has approved it" in problem(make(api, approved), 422)["detail"]
    assert harness.rows("SELECT id FROM shares") == []
    problem(api.get(f"{V1}/shares/77"), 404)
    problem(api.post(f"{V1}/shares/77/revoke"), 404)


def test_links_are_named_by_the_public_address(serve, approved):
    link = make(serve(public_url="https://audits.example/"), approved).json()
    assert link["url"].startswith("https://audits.example/s/")


# --- do not contact ---


def values(api, **which):
    return [e["value"] for e in api.get(f"{V1}/suppressions", params=which).json()["items"]]


def test_entries_are_added_found_and_removed(api, harness):
    lead = harness.add_lead("Shop", "https://www.shop.test/")
    given = ["shop.test", "+1 415 555 0100", "Ann@Mail.test", "SHOP.test", "no one"]
    answer = api.post(f"{V1}/suppressions", json={"values": given, "note": "asked by phone"})
    body = answer.json()
    assert (answer.status_code, body["changed"], body["unchanged"]) == (200, 3, 0)
    assert [row["line"] for row in body["refused"]] == [5]
    assert values(api) == ["ann@mail.test", "+14155550100", "shop.test"]
    assert values(api, kind="phone") == ["+14155550100"]
    assert values(api, search="MAIL") == ["ann@mail.test"]
    assert harness.row("SELECT do_not_contact AS d FROM leads WHERE id = :i", i=lead)["d"]
    gone = api.post(f"{V1}/suppressions/remove", json={"values": ["shop.test", "x.test"]}).json()
    assert (gone["changed"], gone["unchanged"]) == (1, 1)
    assert not harness.row("SELECT do_not_contact AS d FROM leads WHERE id = :i", i=lead)["d"]


def test_the_list_comes_page_by_page_and_as_csv_and_back(api):
    names = [f"shop-{n}.test" for n in range(5)]
    api.post(f"{V1}/suppressions", json={"values": names, "note": "=1+1"})
    first = api.get(f"{V1}/suppressions", params={"limit": 3}).json()
    assert [e["value"] for e in first["items"]] == names[:1:-1]
    assert values(api, limit=3, cursor=first["next_cursor"]) == names[1::-1]
    written = api.get(f"{V1}/suppressions/csv")
    assert written.headers["content-type"].startswith("text/csv")
    assert "'=1+1" in written.text
    api.post(f"{V1}/suppressions/remove", json={"values": names})
    assert values(api) == []
    read = api.post(
        f"{V1}/suppressions", content=written.content, headers={"Content-Type": "text/csv"}
    )
    assert (read.json()["changed"], read.json()["refused"]) == (5, [])


def test_a_repeated_request_gets_the_first_answer(api):
    def send(*names):
        return api.post(
            f"{V1}/suppressions", json={"values": list(names)}, headers={"Idempotency-Key": "k"}
        )

    assert send("shop.test").json()["changed"] == 1
    again = send("shop.test")
    assert (again.json()["changed"], again.headers["idempotent-replayed"]) == (1, "true")
    problem(send("other.test"), 422, "idempotency_key_reused")
    assert values(api) == ["shop.test"]


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("text/plain", b"shop.test", 415),
        ("application/json", b"{", 422),
        ("application/json", b'{"values": []}', 422),
        ("application/json", b'{"values": ["shop.test"], "why": ""}', 422),
        ("text/csv", b"\xff\xfe\x00", 422),
    ],
)
def test_what_is_no_list_is_refused(api, kind, body, status):
    answer = api.post(f"{V1}/suppressions", content=body, headers={"Content-Type": kind})
    problem(answer, status)
    assert values(api) == []


def test_a_list_may_be_as_large_as_a_batch(api):
    rows = "domain\n" + "".join(f"shop-{n:06}-{'x' * 40}.test\n" for n in range(6_000))
    assert len(rows) > 256 * 1024
    answer = api.post(
        f"{V1}/suppressions", content=rows.encode(), headers={"Content-Type": "text/csv"}
    )
    assert answer.json()["changed"] == 6_000


@pytest.mark.parametrize(
    "path",
    [
        *(f"{V1}/batches", f"{V1}/suppressions", "/submit/preview", "/submit/file"),
        "/leads/do-not-contact/import",
    ],
)
def test_whatever_takes_a_file_takes_a_large_one(path):
    assert limit_for(path) == MAX_UPLOAD


# --- outcomes, and a batch's files ---


def test_outcomes_are_held_against_the_order(api, harness):
    for place, outcome in enumerate(("won", "lost", "maybe", "won")):
        lead = harness.add_lead(f"Shop {place}", f"https://shop-{place}.test/")
        audited(harness, lead, 50)
        harness.execute(
            "UPDATE leads SET extra = jsonb_build_object('Outcome', CAST(:o AS text))"
            " WHERE id = :i", o=outcome, i=lead,
        )  # fmt: skip
        harness.execute(
            "UPDATE opportunities SET score = :s WHERE lead_id = :i", s=90 - 10 * place, i=lead
        )
    made = api.get(f"{V1}/leads/ranked/evaluation", params={"column": "Outcome"}).json()
    assert made == {"won": 2, "lost": 1, "pairs_right": 0.5, "top": 1, "won_in_top": 1}
    answer = api.get(f"{V1}/leads/ranked/evaluation", params={"column": "Nothing"})
    assert "won or lost" in problem(answer, 422)["detail"]


def test_a_batchs_reports_come_as_a_zip_without_who_may_not_be_contacted(api, harness):
    harness.execute("INSERT INTO batches (name) VALUES ('May')")
    batch = harness.row("SELECT id FROM batches")["id"]
    leads = [harness.add_lead(n, f"https://{n}.test/") for n in ("one", "two")]
    for lead in leads:
        harness.execute(
            "INSERT INTO batch_leads (batch_id, lead_id, assessment_id) VALUES (:b, :l, :a)",
            b=batch, l=lead, a=audited(harness, lead, 50),
        )  # fmt: skip
    harness.execute("UPDATE leads SET do_not_contact = true WHERE id = :i", i=leads[1])
    answer = api.get(f"{V1}/batches/{batch}/reports", params={"format": ["json", "teaser-html"]})
    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert sorted(names) == sorted(
        [f"{leads[0]}-one-audit.json", f"{leads[0]}-one-teaser.html", f"{leads[1]}-two-audit.json"]
    )
    assert f"batch-{batch}-json-teaser-html.zip" in answer.headers["content-disposition"]
    problem(api.get(f"{V1}/batches/99/reports"), 404)


# --- the gate ---


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/leads/changed"), ("GET", "/shares"), ("POST", "/shares"),
        ("POST", "/shares/1/revoke"), ("GET", "/suppressions"), ("GET", "/suppressions/csv"),
        ("POST", "/suppressions"), ("POST", "/suppressions/remove"),
        ("GET", "/leads/ranked/evaluation"), ("GET", "/batches/1/reports"),
    ],
)  # fmt: skip
def test_nothing_is_done_without_the_key(serve, method, path):
    problem(serve(key="a key nobody guesses").request(method, V1 + path), 401)
