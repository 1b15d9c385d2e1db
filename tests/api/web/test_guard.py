"""Who may see and do what: sign-in, form tokens, hosts, sizes, headers."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from lfassess.api.web import guard, session

pytestmark = pytest.mark.integration

PAGES = [
    "/",
    "/batches",
    "/leads",
    "/leads/rank",
    "/errors",
    "/review",
    "/system",
    "/submit",
    "/assessments/1",
]


def signed_in(guarded):
    answer = guarded.post("/login", {"key": "a-good-key"}, form_on="/login")
    assert answer.status_code == 303, answer.text
    return guarded


@pytest.mark.parametrize("path", PAGES)
def test_without_sign_in_every_page_leads_to_the_login(guarded, path):
    answer = guarded.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/login?next={path}"


def test_without_sign_in_no_form_does_anything(guarded, harness):
    answer = guarded.post("/submit/website", {"url": "bakery.test"}, form_on="/login")
    assert answer.status_code == 401
    assert harness.rows("SELECT id FROM leads") == []


def test_key_signs_in_and_leads_on(guarded):
    answer = guarded.post("/login", {"key": "a-good-key", "next": "/leads"}, form_on="/login")
    assert answer.headers["location"] == "/leads"
    cookie = answer.headers["set-cookie"]
    for attribute in ("HttpOnly", "SameSite=strict", "Secure", "Max-Age"):
        assert attribute in cookie
    assert guarded.get("/leads").status_code == 200


def test_wrong_key_does_not_sign_in(guarded):
    answer = guarded.post("/login", {"key": "a-bad-key"}, form_on="/login")
    assert answer.status_code == 401
    assert guarded.get("/").status_code == 303


def test_guessing_is_slowed_down_and_the_right_key_is_taken_all_the_same(guarded):
    answers = [guarded.post("/login", {"key": "guess"}, form_on="/login") for _ in range(25)]
    assert [a.status_code for a in answers] == [401] * 20 + [429] * 5
    assert "Too many wrong keys; try again in" in answers[-1].text
    signed_in(guarded)
    assert guarded.get("/").status_code == 200


def test_guesses_from_one_address_are_not_held_against_another(guarded):
    for _ in range(25):
        guarded.post("/login", {"key": "guess"}, form_on="/login")
    app = guarded.client.app
    far = TestClient(app, base_url="https://audits.test", client=("192.0.2.7", 5000))
    answer = type(guarded)(far).post("/login", {"key": "guess"}, form_on="/login")
    assert answer.status_code == 401


@pytest.mark.parametrize("asked", ["//evil.test", "/\\evil.test", "https://evil.test", "leads"])
def test_login_leads_to_this_site_only(guarded, asked):
    answer = guarded.post("/login", {"key": "a-good-key", "next": asked}, form_on="/login")
    assert answer.headers["location"] == "/"


def test_signing_out_ends_the_visit(guarded):
    signed_in(guarded)
    guarded.post("/logout", form_on="/")
    assert guarded.get("/").status_code == 303


def test_cookie_from_before_signing_out_is_worth_nothing(guarded, make_app):
    signed_in(guarded)
    cookie = guarded.client.cookies.get(session.COOKIE)
    guarded.post("/logout", form_on="/")
    for app in (guarded.client.app, make_app(key="a-good-key")):  # on every process
        client = TestClient(app, base_url="https://audits.test")
        client.cookies.set(session.COOKIE, cookie)
        assert client.get("/", follow_redirects=False).status_code == 303


def test_signing_out_ends_this_visit_alone(guarded, make_app):
    signed_in(guarded)
    other = type(guarded)(TestClient(make_app(key="a-good-key"), base_url="https://audits.test"))
    signed_in(other)
    guarded.post("/logout", form_on="/")
    assert other.get("/").status_code == 200


def test_visit_goes_on_in_every_process(guarded, make_app):
    signed_in(guarded)
    other = TestClient(make_app(key="a-good-key"), base_url="https://audits.test")
    other.cookies.set(session.COOKIE, guarded.client.cookies.get(session.COOKIE))
    assert other.get("/", follow_redirects=False).status_code == 200


def test_the_cookie_changes_with_signing_in(guarded):
    guarded.get("/login")
    before = guarded.client.cookies.get(session.COOKIE)
    signed_in(guarded)
    assert guarded.client.cookies.get(session.COOKIE) != before


def test_store_holds_no_token_and_visitors_leave_nothing_in_it(guarded, harness):
    guarded.get("/login")
    assert harness.rows("SELECT * FROM web_sessions") == []
    signed_in(guarded)
    digest = harness.row("SELECT digest FROM web_sessions")["digest"]
    assert guarded.client.cookies.get(session.COOKIE) not in digest


@pytest.mark.parametrize(
    "forge",
    [
        lambda cookie: cookie,  # a visitor's own
        lambda cookie: cookie[:-1] + ("0" if cookie[-1] != "0" else "1"),
        lambda _cookie: "0" * 32,
        lambda _cookie: "",
        lambda _cookie: "in.9999999999.nonce.",
        lambda cookie: cookie + "\x00",
        lambda _cookie: "x" * 100_000,
    ],
)
def test_forged_cookie_is_no_sign_in(guarded, forge):
    guarded.get("/login")
    cookie = guarded.client.cookies.get(session.COOKIE)
    guarded.client.cookies.clear()
    guarded.client.cookies.set(session.COOKIE, forge(cookie))
    assert guarded.get("/").status_code == 303


def test_link_on_another_site_ends_no_visit(guarded):
    signed_in(guarded)
    cookie = guarded.client.cookies.get(session.COOKIE)
    guarded.client.cookies.clear()  # browsers hold a strict cookie back behind such a link
    answer = guarded.get("/leads", headers={"sec-fetch-site": "cross-site"})
    assert answer.headers["refresh"] == "0"
    assert "set-cookie" not in answer.headers
    guarded.client.cookies.set(session.COOKIE, cookie)
    assert guarded.get("/leads", headers={"sec-fetch-site": "same-origin"}).status_code == 200


def test_session_runs_out(guarded, harness):
    signed_in(guarded)
    harness.execute("UPDATE web_sessions SET expires_at = now() - interval '1 second'")
    assert guarded.get("/").status_code == 303
    guarded.client.cookies.clear()
    signed_in(guarded)
    assert len(harness.rows("SELECT digest FROM web_sessions")) == 1  # the old one is gone


def test_cookie_of_another_key_is_worth_nothing(guarded, make_app):
    signed_in(guarded)
    cookie = guarded.client.cookies.get(session.COOKIE)
    other = TestClient(make_app(key="another-key"), base_url="https://audits.test")
    other.cookies.set(session.COOKIE, cookie)
    assert other.get("/", follow_redirects=False).status_code == 303


@pytest.mark.parametrize("token", [None, "", "0" * 64, "é"])
def test_form_without_its_token_does_nothing(site, harness, token):
    site.get("/submit")
    data = {"url": "bakery.test"} | ({} if token is None else {"token": token})
    answer = site.client.post("/submit/website", data=data)
    assert answer.status_code == 403
    assert harness.rows("SELECT id FROM leads") == []


def test_token_of_another_visit_does_not_fit(site, make_app, harness):
    stranger = type(site)(TestClient(site.client.app, base_url="http://127.0.0.1"))
    page = stranger.get("/submit").text
    token = page.split('name="token" value="')[1].split('"')[0]
    site.get("/submit")
    answer = site.client.post("/submit/website", data={"url": "bakery.test", "token": token})
    assert answer.status_code == 403


def test_without_a_key_only_names_of_this_machine_are_answered(site):
    assert site.get("/", headers={"host": "evil.test"}).status_code == 421
    assert site.get("/", headers={"host": "localhost:8000"}).status_code == 200


def test_without_a_key_other_machines_are_refused(make_app):
    far = TestClient(make_app(), base_url="http://127.0.0.1", client=("192.0.2.7", 5000))
    assert far.get("/").status_code == 421


def test_upload_beyond_the_limit_is_refused_unread(site, monkeypatch):
    monkeypatch.setattr(guard, "MAX_UPLOAD", 1000)
    answer = site.post("/submit/file", files={"file": ("a.csv", b"x" * 2000, "text/csv")})
    assert answer.status_code == 413


def test_upload_of_unknown_size_is_refused(site):
    site.get("/submit")
    answer = site.client.post("/submit/file", content=iter([b"a", b"b"]))
    assert answer.status_code == 411


@pytest.mark.parametrize("path", ["/", "/login", "/batches/7", "/static/style.css"])
def test_every_answer_carries_the_security_headers(site, path):
    headers = site.client.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["strict-transport-security"]


def test_pages_hold_no_inline_script_or_style(site):
    for path in PAGES[:-1]:
        text = site.page(path)
        assert "<style" not in text
        assert " style=" not in text
        assert "<script>" not in text


def test_key_is_on_no_page(guarded):
    signed_in(guarded)
    for path in PAGES[:-1]:
        assert "a-good-key" not in guarded.page(path)
