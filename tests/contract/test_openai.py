"""Every recorded answer of the language model's API, over HTTP, through client and parser."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from pydantic import BaseModel

from lfassess.checks.shared.llm_request import parse
from lfassess.clients.llm import Completion, LlmClient, Question
from lfassess.clients.llm_endpoint import endpoint
from lfassess.errors import InvalidResponseError, LfassessError
from lfassess.settings import Settings
from tests.provider_servers import recorded, scripted_server

ANSWERS = Path(__file__).parents[2].parent / "shared" / "fixtures" / "providers" / "openai"


class Person(BaseModel):
    name: str
    age: int


class Place(BaseModel):
    city: str
    country: str


# By file: style, shape, what is parsed, model, tokens in and out, price in millionths of a USD.
ANSWERED = {
    "200_responses_parse_json_schema_gpt-4.1-nano.json": (
        "responses", Person(name="Alice", age=30), "gpt-4.1-nano-2025-04-14", (57, 10),
        57 * 0.1 + 10 * 0.4,
    ),
    "200_chat_json_schema_gpt-4o.json": (
        "chat", Place(city="Mexico City", country="Mexico"), "gpt-4o-2024-08-06", (92, 15),
        92 * 2.5 + 15 * 10,
    ),
}  # fmt: skip
VISION = "200_responses_vision_gpt-4o.json"
# By file: the error's code, whether it may pass, the wait it names.
REFUSED = {
    "400_responses_bad_temperature.json": ("provider_rejected", False, None),
    "429_insufficient_quota_TRANSCRIBED.json": ("quota_exhausted", False, None),
    "429_rate_limit_exceeded_tokens_TRANSCRIBED.json": ("rate_limited", True, 0.3),
}


def asked(file: str, style: str = "responses", shape: type[BaseModel] = Person) -> Completion:
    raw = recorded("openai", file)
    with scripted_server() as result:
        result.says(raw, int(file[:3]))
        settings = Settings(openai_base_url=result.url, openai_api_style=style)
        at = endpoint(settings)
        assert at is not None
        with LlmClient(at, settings) as client:
            question = Question("Do it.", "Alice is 30.", shape)
            try:
                return client.complete(question, deadline=time.monotonic() + 60)
            finally:
                assert len(result.requests) == 1  # the SDK itself would retry some of these


def test_no_recorded_answer_is_left_out():
    if not ANSWERS.exists():
        pytest.skip("no recorded answers of openai here")
    assert {path.name for path in ANSWERS.iterdir()} == {*ANSWERED, VISION, *REFUSED}


@pytest.mark.parametrize("file", ANSWERED)
def test_answers_are_parsed_and_priced(file):
    style, parsed, model, tokens, price = ANSWERED[file]
    done = asked(file, style, type(parsed))
    answer = json.loads(json.dumps(done.answer))
    assert parse(answer, type(parsed)) == parsed
    assert answer["model"] == model
    assert (answer["input_tokens"], answer["output_tokens"]) == tokens
    assert done.tokens == sum(tokens)
    assert done.cost_usd == pytest.approx(price / 1e6)


def test_answer_to_a_picture_is_booked_with_its_cached_part_at_its_own_price():
    done = asked(VISION)
    assert done.answer["text"] == "The fruit in the image is a kiwi."
    assert (done.answer["input_tokens"], done.answer["cached_tokens"]) == (1349, 1024)
    assert done.cost_usd == pytest.approx((325 * 2.5 + 1024 * 1.25 + 10 * 10) / 1e6)
    with pytest.raises(InvalidResponseError):
        parse(done.answer, Person)


@pytest.mark.parametrize("file", REFUSED)
@pytest.mark.parametrize("style", ["responses", "chat"])
def test_refusals_have_their_error(file, style):
    with pytest.raises(LfassessError) as caught:
        asked(file, style)
    code, transient, wait = REFUSED[file]
    assert (caught.value.code, caught.value.transient) == (code, transient)
    assert caught.value.retry_after == (None if wait is None else pytest.approx(wait))
