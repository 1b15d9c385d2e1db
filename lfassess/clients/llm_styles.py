"""The two styles of asking a language model: /responses and /chat/completions."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from lfassess.errors import InvalidResponseError, ProviderUnavailableError, RateLimitedError

Json = dict[str, Any]
CutOff = Literal["length", "content_filter"]

_MAX_WORDS: Final = 300  # of a refusal or a model's name, in characters


@dataclass(frozen=True, slots=True)
class Reply:
    """A finished answer of either style: its text, or why there is none, and the tokens it took."""

    text: str
    model: str
    input_tokens: int
    cached_tokens: int  # part of the input
    output_tokens: int
    reasoning_tokens: int  # part of the output
    refusal: str | None = None
    cut_off: CutOff | None = None

    def as_json(self) -> Json:
        return asdict(self)


def response_request(
    instructions: str, prompt: str, schema: Json, max_tokens: int, images: Sequence[bytes] = ()
) -> Json:
    """Return what a /responses request says; images are JPEGs."""
    pictures = [{"type": "input_image", "image_url": _data_url(image)} for image in images]
    content: object = [{"type": "input_text", "text": prompt}, *pictures]
    return {
        "instructions": instructions,
        "input": [{"role": "user", "content": content}] if images else prompt,
        "text": {"format": {"type": "json_schema", **schema}},
        "max_output_tokens": max_tokens,
    }


def chat_request(
    instructions: str, prompt: str, schema: Json, max_tokens: int, images: Sequence[bytes] = ()
) -> Json:
    """Return what a /chat/completions request says; images are JPEGs."""
    pictures = [{"type": "image_url", "image_url": {"url": _data_url(image)}} for image in images]
    content: object = [{"type": "text", "text": prompt}, *pictures]
    return {
        "messages": [
            {"role": "system", "content": instructions},
            {"role": "user", "content": content if images else prompt},
        ],
        "response_format": {"type": "json_schema", "json_schema": schema},
        "max_completion_tokens": max_tokens,
    }


def _data_url(jpeg: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"


def read_response(body: Json) -> Reply:
    """Read a /responses answer.

    Raises:
        RateLimitedError, ProviderUnavailableError: the answer failed on the provider's side.
        InvalidResponseError: it is no answer at all.
    """
    _raise_failed(body)
    parts = list(_parts(body))
    usage = _dict(body.get("usage"))
    cut_off: CutOff | None = None
    if body.get("status") == "incomplete":
        reason = _dict(body.get("incomplete_details")).get("reason")
        cut_off = "content_filter" if reason == "content_filter" else "length"
    return _checked(
        Reply(
            "".join(_storable(p.get("text")) for p in parts),
            _text(body.get("model")),
            _count(usage.get("input_tokens")),
            _count(_dict(usage.get("input_tokens_details")).get("cached_tokens")),
            _count(usage.get("output_tokens")),
            _count(_dict(usage.get("output_tokens_details")).get("reasoning_tokens")),
            next((_text(p["refusal"]) for p in parts if p.get("refusal")), None),
            cut_off,
        )
    )


def read_chat(body: Json) -> Reply:
    """Read a /chat/completions answer; raises InvalidResponseError."""
    choices = body.get("choices")
    choice = _dict(choices[0]) if isinstance(choices, list) and choices else {}
    message, usage = _dict(choice.get("message")), _dict(body.get("usage"))
    reason = choice.get("finish_reason")
    return _checked(
        Reply(
            _storable(message.get("content")),
            _text(body.get("model")),
            _count(usage.get("prompt_tokens")),
            _count(_dict(usage.get("prompt_tokens_details")).get("cached_tokens")),
            _count(usage.get("completion_tokens")),
            _count(_dict(usage.get("completion_tokens_details")).get("reasoning_tokens")),
            _text(message["refusal"]) if message.get("refusal") else None,
            reason if reason in ("length", "content_filter") else None,
        )
    )


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


def _checked(reply: Reply) -> Reply:
    """Pass on whatever says something or took tokens: that was paid for, and is to be booked."""
    if reply.text or reply.refusal or reply.cut_off or reply.output_tokens:
        return reply
    raise InvalidResponseError("The language model's answer has no text.", provider="openai")


def _dict(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _storable(value: object) -> str:
    """Return a text without what Postgres and UTF-8 don't take; models do produce it."""
    text = value if isinstance(value, str) else ""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _text(value: object) -> str:
    return _storable(str(value)[:_MAX_WORDS]) if value else ""


def _count(value: object) -> int:
    """Return a count of tokens; older and local servers leave some out."""
    return value if isinstance(value, int) and value > 0 else 0
