"""Links to share: whoever has one sees one report, and nothing else is reached by it."""

from __future__ import annotations

import re

import pytest

from tests.api.web.conftest import assessed, doubtful

pytestmark = pytest.mark.integration

_LINK = re.compile(r'id="t-link">https?://[^/]+(/s/[\w-]+)<')


def make_link(site, audit, **values):
    answer = site.post(f"/assessments/{audit}/share", values)
    assert answer.status_code == 200
    return _LINK.search(answer.text)[1]


@pytest.fixture
def approved(site, harness):
    audit = doubtful(harness)
    site.post(f"/assessments/{audit}/approve", {"by": "Ann"})
    return audit


@pytest.fixture
def stranger(make_app, approved):
    """A visitor who never signed in, where signing in is needed."""
    from fastapi.testclient import TestClient

    with TestClient(
        make_app(key="a-good-key-of-20-letters"), base_url="https://127.0.0.1"
    ) as client:
        client.follow_redirects = False
        yield client


def test_a_stranger_sees_the_report_and_nothing_is_kept_of_the_visit(
    site, approved, stranger, harness
):
    path = make_link(site, approved)
    answer = stranger.get(path)
    assert answer.status_code == 200
    assert "Harbour Bakery" in answer.text
    assert "DRAFT" not in answer.text
    assert "set-cookie" not in answer.headers
    assert answer.headers["x-robots-tag"].startswith("noindex")
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "no-store" in answer.headers["cache-control"]
    assert "sandbox" in answer.headers["content-security-policy"]
    stranger.get(path)
    row = harness.row("SELECT opened, last_opened_at IS NOT NULL AS seen FROM shares")
    assert (row["opened"], row["seen"]) == (2, True)
    assert "opened 2 times" in site.page(f"/assessments/{approved}")


def test_a_link_opens_no_other_door(site, approved, stranger, harness):
    path = make_link(site, approved)
    other = assessed(harness, "Other Shop", "https://other.test/")
    for way in (
        f"/assessments/{approved}", f"/assessments/{approved}/report", f"/assessments/{other}/report",
        f"/assessments/{approved}/files/desktop.jpg", "/", "/leads",
        f"{path}/../../assessments/{other}/report", f"{path}/report",
        f"/s/..%2fassessments%2f{other}%2freport", f"/api/v1/assessments/{approved}/report",
    ):  # fmt: skip
        answer = stranger.get(way)
        assert answer.status_code in {303, 401, 404}, way
        assert "Harbour Bakery" not in answer.text, way
    assert "Other Shop" not in stranger.get(f"{path}?assessment={other}/x").text


def test_a_link_is_no_key_and_takes_nothing(site, approved, stranger):
    path = make_link(site, approved)
    shown = stranger.get(path).text
    assert "/assessments/" not in shown
    assert "/api/v1" not in shown
    assert "/s/" not in shown
    token = path.removeprefix("/s/")
    for headers in ({"X-API-Key": token}, {"Authorization": f"Bearer {token}"}):
        assert stranger.get("/leads", headers=headers).status_code == 303
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert stranger.request(method, path).status_code == 405


def test_secrets_cannot_be_counted_through(site, approved):
    tokens = {make_link(site, approved).removeprefix("/s/") for _ in range(20)}
    assert len(tokens) == 20
    assert len({token[:8] for token in tokens}) == 20
    assert {len(token) for token in tokens} == {43}  # 256 bits


def test_every_link_that_does_not_work_gets_the_same_answer(site, approved, stranger, harness):
    path = make_link(site, approved)
    changed = path[:-1] + ("A" if path[-1] != "A" else "B")
    wrong = [stranger.get(way) for way in (changed, path[:-1], path + "A", "/s/1", "/s/x" * 3)]
    harness.execute("UPDATE shares SET expires_at = now() - interval '1 second'")
    expired = stranger.get(path)
    harness.execute("UPDATE shares SET expires_at = now() + interval '1 day', revoked_at = now()")
    revoked = stranger.get(path)
    assert {answer.status_code for answer in (*wrong, expired, revoked)} == {404}
    texts = {answer.text for answer in (*wrong[:4], expired, revoked)}
    assert len(texts) == 1
    assert "work any more" in texts.pop()
    assert harness.row("SELECT opened FROM shares")["opened"] == 0


def test_a_link_is_revoked_from_the_audits_page(site, approved, stranger, harness):
    path = make_link(site, approved, kind="teaser", days="7")
    assert stranger.get(path).status_code == 200
    share = harness.row("SELECT id, expires_at < now() + interval '8 days' AS soon FROM shares")
    assert share["soon"] is True
    site.post(f"/shares/{share['id']}/revoke", {"assessment_id": str(approved)})
    assert stranger.get(path).status_code == 404
    assert "revoked" in site.page(f"/assessments/{approved}")


def test_no_secret_is_stored(site, approved, harness):
    token = make_link(site, approved).removeprefix("/s/")
    assert len(token) >= 43
    stored = harness.row("SELECT encode(token_hash, 'escape') AS hash FROM shares")["hash"]
    assert token not in stored


def test_drafts_are_not_shared(site, harness):
    audit = doubtful(harness)
    answer = site.post(f"/assessments/{audit}/share")
    assert answer.status_code == 422
    assert "nobody has approved it" in answer.text
    assert "Make a link" not in site.page(f"/assessments/{audit}")


def test_nobody_is_shown_the_teaser_of_who_may_not_be_contacted(site, approved, stranger, harness):
    path = make_link(site, approved, kind="teaser")
    harness.execute("UPDATE leads SET do_not_contact = true")
    assert stranger.get(path).status_code == 404
    assert site.post(f"/assessments/{approved}/share", {"kind": "teaser"}).status_code == 422
    assert stranger.get(make_link(site, approved)).status_code == 200


def test_a_stranger_makes_and_ends_no_links(approved, stranger, harness):
    answer = stranger.post(f"/assessments/{approved}/share", data={"kind": "report"})
    assert answer.status_code in {401, 403}
    assert stranger.post("/shares/1/revoke", data={"assessment_id": "1"}).status_code in {401, 403}
    assert harness.rows("SELECT id FROM shares") == []


@pytest.mark.parametrize("days", ["0", "366", "x"])
def test_a_link_lasts_a_year_at_most(site, approved, days):
    assert site.post(f"/assessments/{approved}/share", {"days": days}).status_code == 422
