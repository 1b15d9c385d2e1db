"""Who is answered, and who is not."""

from __future__ import annotations

import re

import pytest

from lfassess.api.throttle import Rate
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
    client.cookies.set("lfassess_session", "in.9999999999.nonce.00")
    assert client.get("/api/v1/leads").status_code == 401


def test_guessing_keys_is_slowed_down(serve):
    client = serve(key=KEY)
    answers = [client.get("/api/v1/leads", headers={"X-API-Key": str(n)}) for n in range(25)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) >= 1


def test_too_many_requests_are_told_when_to_come_again(serve):
    client = serve(rate=Rate(per_second=0.001, burst=3))
    answers = [client.get("/api/v1/leads") for _ in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert client.get("/healthz").status_code == 200  # a load balancer goes on


def test_without_a_key_other_machines_are_not_answered(serve, store, settings):
    from fastapi.testclient import TestClient

    app = serve().app
    client = TestClient(app, base_url="http://127.0.0.1", client=("192.0.2.7", 4000))
    assert client.get("/api/v1/leads").json()["code"] == "loopback_only"


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
    assert "GET" in answer.headers["Allow"]
