"""The same key and request: the same answer; nothing is done twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

pytestmark = pytest.mark.integration

A = "/api/v1/assessments"
KEY = {"Idempotency-Key": "import-1"}


def test_repeated_request_gets_the_first_answer(api, harness):
    body = {"lead_id": harness.add_lead()}
    first = api.post(A, json=body, headers=KEY)
    again = api.post(A, json=body, headers=KEY)
    assert (again.status_code, again.json()) == (202, first.json())
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers


def test_key_of_another_request_is_refused(api, harness):
    api.post(A, json={"url": "a.test"}, headers=KEY)
    other = api.post(A, json={"url": "b.test"}, headers=KEY)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    other = api.post("/api/v1/errors/retry", json={}, headers=KEY)
    assert other.json()["code"] == "idempotency_key_reused"
    assert harness.row("SELECT count(*) AS n FROM leads")["n"] == 1


def test_request_that_failed_may_be_made_again(api, harness):
    assert api.post(A, json={"lead_id": 1}, headers=KEY).status_code == 404
    assert harness.add_lead() == 1
    assert api.post(A, json={"lead_id": 1}, headers=KEY).status_code == 202


def test_request_under_way_is_not_made_again(api, harness):
    body = {"lead_id": harness.add_lead()}
    api.post(A, json=body, headers=KEY)
    harness.execute("UPDATE idempotency_keys SET status = NULL, body = NULL")
    answer = api.post(A, json=body, headers=KEY)
    assert (answer.status_code, answer.json()["code"]) == (409, "request_under_way")
    harness.execute("UPDATE idempotency_keys SET created_at = now() - interval '6 minutes'")
    assert api.post(A, json=body, headers=KEY).status_code == 200  # its process has died


def test_requests_at_the_same_moment_are_done_once(api, harness):
    body = {"url": "a.test"}
    with ThreadPoolExecutor(6) as pool:
        sent = [pool.submit(api.post, A, json=body, headers=KEY) for _ in range(6)]
    answers = [s.result() for s in sent]
    assert {a.status_code for a in answers} <= {202, 409}
    assert sum("Idempotent-Replayed" not in a.headers for a in answers if a.status_code == 202) == 1


def test_old_keys_may_be_used_anew(api, harness):
    api.post(A, json={"url": "a.test"}, headers=KEY)
    harness.execute("UPDATE idempotency_keys SET created_at = now() - interval '25 hours'")
    assert api.post(A, json={"url": "b.test"}, headers=KEY).status_code == 202


def test_upload_is_recognised_by_its_content(api, harness):
    send = {"content": "website\na.test\n", "headers": {**KEY, "Content-Type": "text/csv"}}
    first = api.post("/api/v1/batches", **send)
    again = api.post("/api/v1/batches", **send)
    assert (again.status_code, again.json()) == (202, first.json())
    other = api.post("/api/v1/batches", **{**send, "content": "website\nb.test\n"})
    assert other.json()["code"] == "idempotency_key_reused"


@pytest.mark.parametrize("key", ["", "x" * 256, "with space"])
def test_key_that_can_not_be_one_is_refused(api, key):
    answer = api.post(A, json={"url": "a.test"}, headers={"Idempotency-Key": key})
    assert answer.status_code == 422
