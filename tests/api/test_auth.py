"""Who is answered, and who is not."""

from __future__ import annotations

import re

import pytest
from fastapi.testclient import TestClient

from lfassess.api.rate_limit import Rate
from tests.api_paths import operations

pytestmark = pytest.mark.integration

KEY = "a key nobody guesses"


def test_without_or_with_a_wrong_key_everything_but_health_is_401(serve):
    client = serve(key=KEY)
    paths = [(m, p) for m, p in operations(client.app) if p not in {"/healthz", "/readyz"}]
    assert len(paths) > 20
    for method, path in [*paths, ("GET", "/openapi.json"), ("GET", "/docs"), ("GET", "/nowhere")]:
        for headers in ({}, {"X-API-Key": KEY + "x"}, {"Authorization": "Basic abc"}):
            answer = client.request(method, path, headers=headers)
            if answer.status_code == 429:  # too many guesses
                continue
            assert answer.status_code == 401, (method, path)
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.headers["www-authenticate"]


def test_health_needs_no_key(serve):
    client = serve(key=KEY)
    assert client.get("/healthz").json()["status"] == "ok"
    assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize("headers", [{"X-API-Key": KEY}, {"Authorization": f"Bearer {KEY}"}])
def test_the_key_opens(serve, headers):
    client = serve(key=KEY)
    assert client.get("/api/v1/leads", headers=headers).status_code == 200
    assert client.get("/nowhere", headers=headers).json()["code"] == "not_found"


def test_browser_that_is_signed_in_may_read_and_nothing_more(serve):
    client = serve(key=KEY)
    token = re.search(r'name="token" value="([^"]+)"', client.get("/login").text)[1]
    client.post("/login", data={"token": token, "key": KEY}, follow_redirects=False)
    assert client.get("/api/v1/leads").status_code == 200
    assert client.post("/api/v1/assessments", json={"url": "a.test"}).status_code == 401
    client.cookies.clear()
    client.cookies.set("lfassess_session", "0" * 32)
    assert client.get("/api/v1/leads").status_code == 401


def guess(client, times, **headers):
    return [
        client.get("/api/v1/leads", headers={"X-API-Key": f"guess {n}", **headers})
        for n in range(times)
    ]


def test_browser_that_has_signed_out_may_read_no_more(serve):
    client = serve(key=KEY)
    token = re.search(r'name="token" value="([^"]+)"', client.get("/login").text)[1]
    client.post("/login", data={"token": token, "key": KEY}, follow_redirects=False)
    cookie = client.cookies["lfassess_session"]
    token = re.search(r'name="token" value="([^"]+)"', client.get("/submit").text)[1]
    client.post("/logout", data={"token": token}, follow_redirects=False)
    client.cookies.clear()
    client.cookies.set("lfassess_session", cookie)
    assert client.get("/api/v1/leads").status_code == 401


def test_guessing_keys_is_slowed_down(serve):
    answers = guess(serve(key=KEY), 25)
    assert {a.status_code for a in answers[:20]} == {401}
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) >= 1


@pytest.mark.parametrize("headers", [{"X-API-Key": KEY}, {"Authorization": f"Bearer {KEY}"}])
def test_the_right_key_is_answered_however_many_wrong_ones_came_from_its_address(serve, headers):
    client = serve(key=KEY)
    assert guess(client, 40)[-1].status_code == 429
    assert client.get("/api/v1/leads", headers=headers).status_code == 200


def test_nobody_s_word_is_taken_for_where_a_request_comes_from(serve):
    client = serve(key=KEY)
    answers = [guess(client, 1, **{"X-Forwarded-For": f"192.0.2.{n}"})[0] for n in range(25)]
    assert answers[-1].status_code == 429


def test_behind_a_trusted_proxy_each_address_has_its_own_count(serve):
    app = serve(key=KEY, trusted_proxies="10.0.0.0/8").app
    proxy = TestClient(app, base_url="http://127.0.0.1", client=("10.1.2.3", 4000))
    assert guess(proxy, 25, **{"X-Forwarded-For": "192.0.2.1"})[-1].status_code == 429
    assert guess(proxy, 1, **{"X-Forwarded-For": "192.0.2.2"})[0].status_code == 401
    # What a caller claims before the proxy's own entry counts for nothing.
    assert guess(proxy, 1, **{"X-Forwarded-For": "198.51.100.9, 192.0.2.1"})[0].status_code == 429
    other = TestClient(app, base_url="http://127.0.0.1", client=("203.0.113.7", 4000))
    answers = [guess(other, 1, **{"X-Forwarded-For": f"192.0.2.{n}"})[0] for n in range(25)]
    assert answers[-1].status_code == 429


def test_too_many_requests_are_told_when_to_come_again(serve):
    client = serve(rate=Rate(per_second=0.001, burst=3))
    answers = [client.get("/api/v1/leads") for _ in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert client.get("/healthz").status_code == 200  # a load balancer goes on


def test_without_a_key_other_machines_are_not_answered(serve, store, settings):
    app = serve().app
    client = TestClient(app, base_url="http://127.0.0.1", client=("192.0.2.7", 4000))
    assert client.get("/api/v1/leads").json()["code"] == "loopback_only"


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
def test_without_a_key_nothing_that_came_through_a_proxy_is_answered(api, name):
    answer = api.get("/api/v1/leads", headers={name: "192.0.2.7"})
    assert (answer.status_code, answer.json()["code"]) == (403, "loopback_only")


def test_without_a_key_other_names_for_this_machine_are_not_answered(serve):
    answer = serve().get("/api/v1/leads", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.json()["code"]) == (421, "wrong_host")


def test_without_a_key_another_website_can_not_submit(api):
    headers = {"Origin": "https://evil.example", "Content-Type": "text/csv"}
    answer = api.post("/api/v1/batches", content="website\na.test\n", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "other_origin")


def test_every_answer_forbids_sniffing_and_framing(api):
    for path in ("/healthz", "/api/v1/leads", "/nowhere"):
        headers = api.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


def test_wrong_method_is_a_problem_that_names_the_right_ones(api):
    answer = api.delete("/api/v1/leads")
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["Allow"] == "GET"


def test_every_path_names_all_the_methods_that_its_description_has(api):
    described = {}
    for method, path in operations(api.app):
        described.setdefault(path, set()).add(method)
    assert len([path for path, methods in described.items() if len(methods) > 1]) >= 2
    for path, methods in described.items():
        for wrong in ("DELETE", "OPTIONS"):
            answer = api.request(wrong, path)
            assert answer.status_code == 405, path
            assert set(answer.headers["Allow"].split(", ")) == methods, path


@pytest.mark.parametrize("key", [KEY, None])
def test_request_with_two_lengths_is_refused(serve, key):
    client = serve(key=KEY)
    headers = {"X-API-Key": key} if key else {}
    both = {**headers, "Content-Length": "3", "Transfer-Encoding": "chunked"}
    answer = client.post("/api/v1/work/pause", content=b"{}", headers=both)
    assert (answer.status_code, answer.json()["code"]) == (400, "ambiguous_length")
    assert answer.headers["Connection"] == "close"
