"""Asking the model through the ledger: what is booked, what is cached, what is asked again."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field

import pytest
from pydantic import BaseModel

from lfassess.checks.base import CheckContext, DirectLedger, Json
from lfassess.checks.shared.llm_request import ask_model
from lfassess.errors import (
    ContentRefusedError,
    CredentialError,
    DeadlineExceededError,
    InvalidResponseError,
    ProviderUnavailableError,
)
from lfassess.settings import Settings
from tests.provider_servers import ScriptedServer, scripted_server


class Person(BaseModel):
    name: str


class CachingLedger(DirectLedger):
    """Keeps answers in memory, as the workers' keeps them in Postgres."""

    def __init__(self) -> None:
        super().__init__()
        self.cached: dict[str, Json] = {}

    def call(self, provider, request, do):
        if request not in self.cached:
            answer = super().call(provider, request, do)
            self.cached[request] = json.loads(json.dumps(answer))
        return self.cached[request]


@dataclass
class Desk:
    server: ScriptedServer
    ledger: CachingLedger = field(default_factory=CachingLedger)

    def ask(self, *, seconds: float = 10):
        settings = Settings(openai_base_url=self.server.url)
        context = CheckContext(settings, time.monotonic() + seconds, ledger=self.ledger)
        return ask_model(context, "Do it.", "Alice", Person)

    def says(self, text: str = "", **more) -> None:
        part = {"type": "output_text", "text": text} | more.pop("part", {})
        usage = {"input_tokens": 100, "output_tokens": 10}
        message = {"type": "message", "content": [part]}
        self.server.says({"model": "m", "output": [message], "usage": usage, **more})


@pytest.fixture
def desk():
    with scripted_server() as server:
        yield Desk(server)


def test_an_answer_is_booked_and_cached(desk: Desk):
    desk.says('{"name": "Alice"}')
    said, again = desk.ask(), desk.ask()
    assert said.parsed == again.parsed == Person(name="Alice")
    assert said.tokens == {"input": 100, "cached": 0, "output": 10, "reasoning": 0}
    assert said.asked == 1
    assert len(desk.server.requests) == 1
    assert (desk.ledger.usage.calls, desk.ledger.usage.units) == (1, 110)
    assert desk.ledger.usage.cost_usd > 0


@pytest.mark.parametrize(
    "answer",
    [
        {"part": {"type": "refusal", "refusal": "I can't."}},
        {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}},
        {"status": "incomplete", "incomplete_details": {"reason": "content_filter"}},
    ],
)
def test_a_refused_or_cut_off_answer_is_booked_and_not_bought_again(desk: Desk, answer):
    desk.says('{"na', **answer)
    for _ in range(3):
        with pytest.raises(ContentRefusedError):
            desk.ask()
    assert len(desk.server.requests) == 1
    assert desk.ledger.usage.units == 110


def test_an_answer_that_does_not_fit_is_asked_for_once_more(desk: Desk):
    desk.says('{"nom": "Alice"}')
    for _ in range(3):
        with pytest.raises(InvalidResponseError):
            desk.ask()
    assert len(desk.server.requests) == 2
    assert desk.ledger.usage.units == 220


def test_the_second_answer_may_fit(desk: Desk):
    desk.says("no JSON")
    with pytest.raises(InvalidResponseError):
        desk.ask()
    again = next(request for request in desk.ledger.cached if request.endswith(" again"))
    desk.ledger.cached[again]["text"] = '{"name": "Alice"}'
    said = desk.ask()
    assert said.parsed.name == "Alice"
    assert said.asked == 2
    assert said.tokens["input"] == 200


def test_an_outage_is_neither_booked_nor_cached(desk: Desk):
    desk.server.says({"error": {"message": "x"}}, 503)
    with pytest.raises(ProviderUnavailableError):
        desk.ask()
    assert desk.ledger.usage.calls == 0
    desk.says('{"name": "Alice"}')
    assert desk.ask().parsed.name == "Alice"


def test_asks_nothing_when_no_time_is_left(desk: Desk):
    with pytest.raises(DeadlineExceededError):
        desk.ask(seconds=-1)
    assert desk.server.requests == []


def test_needs_a_key_or_a_server():
    with pytest.raises(CredentialError):
        ask_model(CheckContext(Settings(), time.monotonic() + 60), "", "", Person)
