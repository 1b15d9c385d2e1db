"""The two styles of asking a language model: /responses and /chat/completions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lfassess.errors import (
    BadAnswerError,
    ContentRefusedError,
    ProviderUnavailableError,
    RateLimitedError,
)

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """The text of a finished answer, and the tokens it took."""

    text: str
    model: str
    input_tokens: int
    cached_tokens: int  # part of the input
    output_tokens: int


def response_request(instructions: str, prompt: str, schema: Json, max_tokens: int) -> Json:
    """Return what a /responses request says."""
    return {
        "instructions": instructions,
        "input": prompt,
        "text": {"format": {"type": "json_schema", **schema}},
        "max_output_tokens": max_tokens,
    }


def chat_request(instructions: str, prompt: str, schema: Json, max_tokens: int) -> Json:
    """Return what a /chat/completions request says."""
    return {
        "messages": [
            {"role": "system", "content": instructions},
            {"role": "user", "content": prompt},
        ],
        "response_format": {"type": "json_schema", "json_schema": schema},
        "max_completion_tokens": max_tokens,
    }


def read_response(body: Json) -> Reply:
    """Read a /responses answer.

    Raises:
        ContentRefusedError: the model refused, or its answer was cut off or filtered.
        RateLimitedError, ProviderUnavailableError: the answer failed on the provider's side.
        BadAnswerError: there is no text in it.
    """
    _raise_failed(body)
    parts = list(_parts(body))
    _raise_refused(next((p["refusal"] for p in parts if p.get("refusal")), None))
    if body.get("status") == "incomplete":
        _raise_cut_off(_dict(body.get("incomplete_details")).get("reason"))
    text = "".join(p["text"] for p in parts if isinstance(p.get("text"), str))
    usage = _dict(body.get("usage"))
    cached = _dict(usage.get("input_tokens_details")).get("cached_tokens")
    return _reply(body, text, usage.get("input_tokens"), cached, usage.get("output_tokens"))


def read_chat(body: Json) -> Reply:
    """Read a /chat/completions answer; raises as read_response."""
    choices = body.get("choices")
    choice = _dict(choices[0]) if isinstance(choices, list) and choices else {}
    message = _dict(choice.get("message"))
    _raise_refused(message.get("refusal"))
    if choice.get("finish_reason") in {"length", "content_filter"}:
        _raise_cut_off(choice["finish_reason"])
    text = message["content"] if isinstance(message.get("content"), str) else ""
    usage = _dict(body.get("usage"))
    cached = _dict(usage.get("prompt_tokens_details")).get("cached_tokens")
    return _reply(body, text, usage.get("prompt_tokens"), cached, usage.get("completion_tokens"))


def _parts(body: Json) -> Iterator[Json]:
    """Yield the messages' parts; reasoning models put other items before the message."""
    output = body.get("output")
    for item in output if isinstance(output, list) else []:
        content = _dict(item).get("content")
        if _dict(item).get("type") == "message" and isinstance(content, list):
            yield from (part for part in content if isinstance(part, dict))


def _raise_failed(body: Json) -> None:
    if body.get("status") != "failed":
        return
    error = _dict(body.get("error"))
    message = f"The language model's answer failed: {error.get('code') or 'no reason given'}."
    if error.get("code") == "rate_limit_exceeded":
        raise RateLimitedError(message, provider="openai")
    raise ProviderUnavailableError(message, provider="openai")


def _raise_refused(refusal: object) -> None:
    if refusal:
        raise ContentRefusedError(
            f"The language model refused: {str(refusal)[:200]}", provider="openai"
        )


def _raise_cut_off(reason: object) -> None:
    why = "was filtered" if reason == "content_filter" else "was cut off at its length limit"
    raise ContentRefusedError(f"The language model's answer {why}.", provider="openai")


def _reply(body: Json, text: str, tokens_in: object, cached: object, tokens_out: object) -> Reply:
    if not text:
        raise BadAnswerError("The language model's answer has no text.", provider="openai")
    return Reply(
        text, str(body.get("model") or ""), _count(tokens_in), _count(cached), _count(tokens_out)
    )


def _dict(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _count(value: object) -> int:
    """Return a count of tokens; older and local servers leave some out."""
    return value if isinstance(value, int) and value > 0 else 0
