"""The language model: both styles, all the ways an answer can fail, and what it cost."""

from __future__ import annotations

import threading
import time

import pytest

from lfassess.clients.llm import LlmClient, Question
from lfassess.clients.llm_endpoint import endpoint
from lfassess.errors import (
    ContentRefusedError,
    CredentialError,
    InvalidResponseError,
    ProviderRejectedError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    QuotaExhaustedError,
    RateLimitedError,
)
from lfassess.settings import Settings
from tests.clients.llm_server import KEY, Person, ask, client_of, complete, said
from tests.provider_servers import ScriptedServer, recorded, scripted_server


@pytest.fixture
def result():
    with scripted_server() as server:
        yield server


def test_is_nowhere_without_key_and_sandbox():
    assert endpoint(Settings()) is None


def test_a_server_of_ones_own_needs_no_key():
    at = endpoint(Settings(openai_base_url="http://localhost:11434/v1"))
    assert (at.base_url, at.sandbox) == ("http://localhost:11434/v1", False)


def test_real_keys_never_go_to_the_sandbox():
    at = endpoint(Settings(openai_api_key=KEY, sandbox_url="http://127.0.0.1:1"))
    assert (at.base_url, at.key) == ("http://127.0.0.1:1/openai/v1", "sandbox-key")


def test_a_model_without_a_price_costs_the_default(result: ScriptedServer):
    usage = {"input_tokens": 1_000_000, "output_tokens": 0}
    result.says(said('{"name": "A", "age": 1}', usage=usage, model="mystery-1"))
    assert complete(result).cost_usd == pytest.approx(5.0)


def _refused() -> dict:
    body = said("")
    body["output"][0]["content"] = [{"type": "refusal", "refusal": "I can't."}]
    return body


@pytest.mark.parametrize(
    "body",
    [
        _refused(),
        said('{"na', status="incomplete", incomplete_details={"reason": "max_output_tokens"}),
        said("", status="incomplete", incomplete_details={"reason": "content_filter"}),
        said("", status="incomplete"),
    ],
)
def test_refused_cut_off_or_filtered_responses_are_permanent(result: ScriptedServer, body):
    result.says(body)
    with pytest.raises(ContentRefusedError):
        ask(result)


@pytest.mark.parametrize(
    "choice",
    [
        {"finish_reason": "stop", "message": {"content": None, "refusal": "I can't."}},
        {"finish_reason": "length", "message": {"content": '{"na'}},
        {"finish_reason": "content_filter", "message": {"content": ""}},
    ],
)
def test_refused_cut_off_or_filtered_completions_are_permanent(result: ScriptedServer, choice):
    result.says({"choices": [choice]})
    with pytest.raises(ContentRefusedError):
        ask(result, "chat")


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b'{"status": "comp',
        [],
        {},
        said(""),
        said("no JSON"),
        said('{"name": "Alice"}'),
        {"output": [None, 3, {"type": "message", "content": "x"}]},
    ],
)
def test_a_senseless_answer_may_be_better_next_time(result: ScriptedServer, body):
    result.says(body)
    with pytest.raises(InvalidResponseError):
        ask(result)


def test_a_failed_response_is_an_outage(result: ScriptedServer):
    result.says(said("", status="failed", error={"code": "server_error", "message": "x"}))
    with pytest.raises(ProviderUnavailableError):
        ask(result)
    result.says(said("", status="failed", error={"code": "rate_limit_exceeded"}))
    with pytest.raises(RateLimitedError):
        ask(result)


def test_no_credit_left_is_permanent_and_asked_once(result: ScriptedServer):
    """The SDK itself would retry this three times."""
    result.says(recorded("openai", "429_insufficient_quota_TRANSCRIBED.json"), 429)
    with pytest.raises(QuotaExhaustedError):
        ask(result)
    assert len(result.requests) == 1


def test_a_named_wait_wins(result: ScriptedServer):
    result.says({"error": {"code": "rate_limit_exceeded", "message": "x"}}, 429, Retry_After="17")
    with pytest.raises(RateLimitedError) as caught:
        ask(result)
    assert caught.value.retry_after == 17


def test_too_large_a_request_is_permanent(result: ScriptedServer):
    message = "Request too large for gpt-x: Limit 10, Requested 20. Must be reduced."
    result.says({"error": {"code": "rate_limit_exceeded", "message": message}}, 429)
    with pytest.raises(ProviderRejectedError):
        ask(result)


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (400, "content_filter", ContentRefusedError),
        (400, "context_length_exceeded", ProviderRejectedError),
        (403, None, CredentialError),
        (404, "model_not_found", ProviderRejectedError),
        (408, None, ProviderUnavailableError),
        (500, None, ProviderUnavailableError),
        (503, None, ProviderUnavailableError),
    ],
)
def test_classifies_by_status_and_code(result: ScriptedServer, status, code, error):
    result.says({"error": {"code": code, "message": "x"}}, status)
    with pytest.raises(error) as caught:
        ask(result)
    assert type(caught.value) is error
    assert caught.value.status == status


def test_a_refused_key_is_in_no_message(result: ScriptedServer):
    message = f"Incorrect API key provided: {KEY[:8]}***6789."
    result.says({"error": {"code": "invalid_api_key", "message": message}}, 401)
    with pytest.raises(CredentialError) as caught:
        ask(result)
    assert "sk-proj" not in str(caught.value)


def test_a_server_nobody_runs_is_an_outage():
    settings = Settings(openai_api_key=KEY, openai_base_url="http://127.0.0.1:9/v1")
    with (
        LlmClient(endpoint(settings), settings) as client,
        pytest.raises(ProviderUnavailableError),
    ):
        client.complete(Question("", "", Person), deadline=time.monotonic() + 5)


def test_a_silent_server_ends_at_the_deadline(result: ScriptedServer):
    result.wait = threading.Event()
    with client_of(result) as client, pytest.raises(ProviderTimeoutError):
        client.complete(Question("", "", Person), deadline=time.monotonic() + 0.2)


def test_a_dripping_server_ends_at_the_deadline(result: ScriptedServer):
    result.drip_s = 0.05
    result.says(said("x" * 500))  # whole after half a minute
    with client_of(result) as client, pytest.raises(ProviderTimeoutError):
        client.complete(Question("", "", Person), deadline=time.monotonic() + 0.3)
