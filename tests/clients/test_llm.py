"""The language model: both styles, all the ways an answer can fail, and what it cost."""

from __future__ import annotations

import base64
import contextlib
import json
import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from lfassess.clients.llm import LlmClient, Question
from lfassess.clients.llm_answer import parse
from lfassess.clients.llm_endpoint import endpoint
from lfassess.clients.llm_styles import read_chat, read_response
from lfassess.errors import (
    BadAnswerError,
    CheckError,
    ContentRefusedError,
    CredentialError,
    ProviderRejectedError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    QuotaExhaustedError,
    RateLimitedError,
)
from lfassess.settings import Settings
from tests.provider_servers import Told, recorded, told_server

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
KEY = "sk-proj-VerySecretKey0123456789"


class Person(BaseModel):
    name: str
    age: int


class Place(BaseModel):
    city: str
    country: str


@pytest.fixture
def told():
    with told_server() as server:
        yield server


def _client(told: Told, style: str = "responses", model: str = "gpt-5.5") -> LlmClient:
    settings = Settings(
        openai_api_key=KEY,
        openai_base_url=f"{told.url}/v1",
        openai_api_style=style,
        openai_model=model,
    )
    return LlmClient(endpoint(settings), settings)


def _complete(told: Told, style: str = "responses", shape: type[BaseModel] = Person, images=()):
    question = Question("Do it.", "Alice is 30.", shape, images)
    with _client(told, style) as client:
        return client.complete(question, deadline=time.monotonic() + 10)


def _ask(told: Told, style: str = "responses", shape: type[BaseModel] = Person):
    return parse(_complete(told, style, shape).answer, shape)


def _said(text: str, **more) -> dict:
    part = {"type": "output_text", "text": text}
    message = {"type": "message", "role": "assistant", "content": [part]}
    return {"status": "completed", "model": "gpt-5.5", "output": [message], **more}


def test_is_nowhere_without_key_and_sandbox():
    assert endpoint(Settings()) is None


def test_a_server_of_ones_own_needs_no_key():
    at = endpoint(Settings(openai_base_url="http://localhost:11434/v1"))
    assert (at.base_url, at.sandbox) == ("http://localhost:11434/v1", False)


def test_real_keys_never_go_to_the_sandbox():
    at = endpoint(Settings(openai_api_key=KEY, sandbox_url="http://127.0.0.1:1"))
    assert (at.base_url, at.key) == ("http://127.0.0.1:1/openai/v1", "sandbox-key")


def test_a_model_without_a_price_costs_the_default(told: Told):
    usage = {"input_tokens": 1_000_000, "output_tokens": 0}
    told.says(_said('{"name": "A", "age": 1}', usage=usage, model="mystery-1"))
    assert _complete(told).cost_usd == pytest.approx(5.0)


def test_asks_for_a_strict_schema_and_keeps_nothing_there(told: Told):
    told.says(_said('{"name": "A", "age": 1}'))
    _ask(told)
    (asked,) = told.requests
    body = json.loads(asked["body"])
    assert asked["path"] == "/v1/responses"
    assert body["store"] is False
    assert body["instructions"] == "Do it."
    assert body["text"]["format"]["strict"] is True
    assert body["text"]["format"]["schema"]["additionalProperties"] is False
    assert body["max_output_tokens"] > 0


def test_asks_for_the_same_in_chat_style(told: Told):
    told.says(recorded("openai", "200_chat_json_schema_gpt-4o.json"))
    _ask(told, "chat", Place)
    (asked,) = told.requests
    body = json.loads(asked["body"])
    assert asked["path"] == "/v1/chat/completions"
    assert body["store"] is False
    assert [m["role"] for m in body["messages"]] == ["system", "user"]
    assert body["response_format"]["json_schema"]["strict"] is True


def test_reasoning_before_the_message_is_passed_over():
    body = _said("yes")
    body["output"].insert(0, {"type": "reasoning", "summary": []})
    assert read_response(body).text == "yes"


def test_missing_usage_counts_as_none():
    assert read_response(_said("yes")).input_tokens == 0


def _refused() -> dict:
    body = _said("")
    body["output"][0]["content"] = [{"type": "refusal", "refusal": "I can't."}]
    return body


@pytest.mark.parametrize(
    "body",
    [
        _refused(),
        _said('{"na', status="incomplete", incomplete_details={"reason": "max_output_tokens"}),
        _said("", status="incomplete", incomplete_details={"reason": "content_filter"}),
        _said("", status="incomplete"),
    ],
)
def test_refused_cut_off_or_filtered_responses_are_permanent(told: Told, body):
    told.says(body)
    with pytest.raises(ContentRefusedError):
        _ask(told)


@pytest.mark.parametrize(
    "choice",
    [
        {"finish_reason": "stop", "message": {"content": None, "refusal": "I can't."}},
        {"finish_reason": "length", "message": {"content": '{"na'}},
        {"finish_reason": "content_filter", "message": {"content": ""}},
    ],
)
def test_refused_cut_off_or_filtered_completions_are_permanent(told: Told, choice):
    told.says({"choices": [choice]})
    with pytest.raises(ContentRefusedError):
        _ask(told, "chat")


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b'{"status": "comp',
        [],
        {},
        _said(""),
        _said("no JSON"),
        _said('{"name": "Alice"}'),
        {"output": [None, 3, {"type": "message", "content": "x"}]},
    ],
)
def test_a_senseless_answer_may_be_better_next_time(told: Told, body):
    told.says(body)
    with pytest.raises(BadAnswerError):
        _ask(told)


def test_a_failed_response_is_an_outage(told: Told):
    told.says(_said("", status="failed", error={"code": "server_error", "message": "x"}))
    with pytest.raises(ProviderUnavailableError):
        _ask(told)
    told.says(_said("", status="failed", error={"code": "rate_limit_exceeded"}))
    with pytest.raises(RateLimitedError):
        _ask(told)


def test_no_credit_left_is_permanent_and_asked_once(told: Told):
    """The SDK itself would retry this three times."""
    told.says(recorded("openai", "429_insufficient_quota_TRANSCRIBED.json"), 429)
    with pytest.raises(QuotaExhaustedError):
        _ask(told)
    assert len(told.requests) == 1


def test_a_named_wait_wins(told: Told):
    told.says({"error": {"code": "rate_limit_exceeded", "message": "x"}}, 429, Retry_After="17")
    with pytest.raises(RateLimitedError) as caught:
        _ask(told)
    assert caught.value.retry_after == 17


def test_too_large_a_request_is_permanent(told: Told):
    message = "Request too large for gpt-x: Limit 10, Requested 20. Must be reduced."
    told.says({"error": {"code": "rate_limit_exceeded", "message": message}}, 429)
    with pytest.raises(ProviderRejectedError):
        _ask(told)


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
def test_classifies_by_status_and_code(told: Told, status, code, error):
    told.says({"error": {"code": code, "message": "x"}}, status)
    with pytest.raises(error) as caught:
        _ask(told)
    assert type(caught.value) is error
    assert caught.value.status == status


def test_a_refused_key_is_in_no_message(told: Told):
    message = f"Incorrect API key provided: {KEY[:8]}***6789."
    told.says({"error": {"code": "invalid_api_key", "message": message}}, 401)
    with pytest.raises(CredentialError) as caught:
        _ask(told)
    assert "sk-proj" not in str(caught.value)


def test_a_server_nobody_runs_is_an_outage():
    settings = Settings(openai_api_key=KEY, openai_base_url="http://127.0.0.1:9/v1")
    with (
        LlmClient(endpoint(settings), settings) as client,
        pytest.raises(ProviderUnavailableError),
    ):
        client.complete(Question("", "", Person), deadline=time.monotonic() + 5)


def test_a_silent_server_ends_at_the_deadline(told: Told):
    told.wait = threading.Event()
    with _client(told) as client, pytest.raises(ProviderTimeoutError):
        client.complete(Question("", "", Person), deadline=time.monotonic() + 0.2)


def test_a_dripping_server_ends_at_the_deadline(told: Told):
    told.drip_s = 0.05
    told.says(_said("x" * 500))
    start = time.monotonic()
    with _client(told) as client, pytest.raises(ProviderTimeoutError):
        client.complete(Question("", "", Person), deadline=time.monotonic() + 0.3)
    assert time.monotonic() - start < 5  # the whole body would take half a minute


def test_chat_without_choices_has_no_text():
    for body in ({}, {"choices": []}, {"choices": [None]}, {"choices": "x"}):
        with pytest.raises(BadAnswerError):
            read_chat(body)


def test_images_go_with_the_prompt_in_both_styles(told: Told):
    jpeg = b"\xff\xd8\xff-a-picture"
    told.says(_said('{"name": "A", "age": 1}'))
    _complete(told, images=[jpeg, jpeg])
    told.says(recorded("openai", "200_chat_json_schema_gpt-4o.json"))
    _complete(told, "chat", Place, [jpeg])
    responses, chat = (json.loads(asked["body"]) for asked in told.requests)
    address = "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()
    assert responses["input"][0]["content"] == [
        {"type": "input_text", "text": "Alice is 30."},
        {"type": "input_image", "image_url": address},
        {"type": "input_image", "image_url": address},
    ]
    assert chat["messages"][1]["content"] == [
        {"type": "text", "text": "Alice is 30."},
        {"type": "image_url", "image_url": {"url": address}},
    ]


def test_the_same_question_has_the_same_id_without_the_key(told: Told):
    with _client(told) as client, _client(told, model="gpt-4o") as other:
        first = client.request_id(Question("Do it.", "Alice", Person))
        assert first == client.request_id(Question("Do it.", "Alice", Person))
        changed = {
            client.request_id(Question("Do it.", "Bob", Person)),
            client.request_id(Question("Do it.", "Alice", Place)),
            client.request_id(Question("Do it.", "Alice", Person, [b"jpeg"])),
            other.request_id(Question("Do it.", "Alice", Person)),
        }
    assert len(changed) == 4
    assert first not in changed
    assert "VerySecret" not in first


@pytest.mark.parametrize("style", ["responses", "chat"])
@given(body=JSON)
def test_no_answer_crashes_the_reader(style, body):
    read = read_chat if style == "chat" else read_response
    for shaped in (
        {"output": body, "usage": body, "status": "incomplete", "incomplete_details": body},
        {"choices": [{"message": body, "finish_reason": body}], "usage": body, "model": body},
        {"output": [{"type": "message", "content": [body, {"refusal": body, "text": body}]}]},
        {"choices": body, "status": body, "error": body},
    ):
        with contextlib.suppress(CheckError):
            answer = json.loads(json.dumps(read(shaped).as_json()))
            parse(answer, Person)


def test_an_answer_can_be_stored_whatever_is_in_it(told: Told):
    told.says(b'{"output": [{"type": "message", "content": [{"text": "a\\u0000b\\ud800c"}]}]}')
    assert _complete(told).answer["text"] == "ab?c"
