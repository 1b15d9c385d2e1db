"""Reading a language model's answers, whatever is in them."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lfassess.checks.shared.llm_request import parse
from lfassess.clients.llm_styles import read_chat, read_response
from lfassess.errors import CheckError, InvalidResponseError
from tests.clients.llm_server import Person, complete, said
from tests.provider_servers import ScriptedServer, scripted_server

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


@pytest.fixture
def result():
    with scripted_server() as server:
        yield server


def test_reasoning_before_the_message_is_passed_over():
    body = said("yes")
    body["output"].insert(0, {"type": "reasoning", "summary": []})
    assert read_response(body).text == "yes"


def test_missing_usage_counts_as_none():
    assert read_response(said("yes")).input_tokens == 0


def test_chat_without_choices_has_no_text():
    for body in ({}, {"choices": []}, {"choices": [None]}, {"choices": "x"}):
        with pytest.raises(InvalidResponseError):
            read_chat(body)


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


def test_an_answer_can_be_stored_whatever_is_in_it(result: ScriptedServer):
    result.says(b'{"output": [{"type": "message", "content": [{"text": "a\\u0000b\\ud800c"}]}]}')
    assert complete(result).answer["text"] == "ab?c"
