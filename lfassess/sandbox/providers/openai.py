"""OpenAI's API, emulated: /responses and /chat/completions with strict JSON schemas."""

from __future__ import annotations

import hashlib
import time
from dataclasses import replace
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from lfassess.sandbox.pricing import openai_bill
from lfassess.sandbox.providers.openai_asked import Asked, asked_in
from lfassess.sandbox.providers.openai_asked import tokens as _tokens
from lfassess.sandbox.providers.openai_text import answer_for
from lfassess.settings import SANDBOX_KEY

Json = dict[str, Any]

router = APIRouter()

_HOTTEST: Final = 2


class _RefusedError(Exception):
    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
    ) -> None:
        super().__init__(message)
        error = {
            "message": message,
            "type": "invalid_request_error",
            "param": param,
            "code": code,
        }
        self.response = JSONResponse({"error": error}, status_code=status)


@router.post("/responses")
async def responses(request: Request) -> JSONResponse:
    """Answer in the style of the Responses API."""
    try:
        body = await _checked(request, needed=("model", "input"))
        format_ = _dict(_dict(body.get("text")).get("format"))
        instructions = str(body.get("instructions") or "")
        asked = replace(asked_in(body["input"]), instructions=instructions)
        text = _answer(asked, format_, format_)
    except _RefusedError as e:
        return e.response
    tokens_in = asked.tokens + _tokens(asked.instructions)
    _charge(request, body, tokens_in, text)
    return JSONResponse(_response(body, text, tokens_in, format_))


@router.post("/chat/completions")
async def chat(request: Request) -> JSONResponse:
    """Answer in the style of chat completions."""
    try:
        body = await _checked(request, needed=("model", "messages"))
        format_ = _dict(body.get("response_format"))
        asked = asked_in(body["messages"])
        text = _answer(asked, format_, _dict(format_.get("json_schema")))
    except _RefusedError as e:
        return e.response
    _charge(request, body, asked.tokens, text)
    return JSONResponse(_completion(body, text, asked.tokens))


async def _checked(request: Request, *, needed: tuple[str, ...]) -> Json:
    _check_key(request.headers.get("Authorization", "").removeprefix("Bearer ").strip())
    try:
        body = await request.json()
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise _RefusedError(400, "We could not parse the JSON body of your request.")
    for name in needed:
        if not body.get(name):
            message = f"Missing required parameter: '{name}'."
            raise _RefusedError(400, message, code="missing_required_parameter", param=name)
    if body.get("stream"):
        raise _RefusedError(400, "The sandbox does not stream.", param="stream")
    _check_temperature(body.get("temperature"))
    return body


def _check_key(key: str) -> None:
    if not key:
        raise _RefusedError(401, "You didn't provide an API key.")
    if key != SANDBOX_KEY:
        shown = f"{key[:4]}***{key[-4:]}"
        raise _RefusedError(401, f"Incorrect API key provided: {shown}.", code="invalid_api_key")


def _check_temperature(value: object) -> None:
    if isinstance(value, int | float) and not 0 <= value <= _HOTTEST:
        low = value < 0
        said = (
            f"decimal below minimum value. Expected a value >= 0, but got {value} instead."
            if low
            else f"decimal above maximum value. Expected a value <= 2, but got {value} instead."
        )
        raise _RefusedError(
            400,
            f"Invalid 'temperature': {said}",
            code="decimal_below_min_value" if low else "decimal_above_max_value",
            param="temperature",
        )


def _charge(request: Request, body: Json, tokens_in: int, text: str) -> None:
    request.state.bill = openai_bill(str(body["model"]), tokens_in, _tokens(text))


def _answer(asked: Asked, format_: Json, described: Json) -> str:
    if asked.unreadable:
        raise _RefusedError(
            400,
            "You uploaded an unsupported image. Please make sure your image is valid.",
            code="image_parse_error",
        )
    if format_.get("type") != "json_schema":
        return answer_for(asked, None)
    schema = described.get("schema")
    if not isinstance(schema, dict) or not described.get("name"):
        raise _RefusedError(
            400, "Missing required parameter: 'schema'.", code="missing_required_parameter"
        )
    if described.get("strict") and schema.get("additionalProperties") is not False:
        raise _RefusedError(
            400,
            f"Invalid schema for response_format '{described['name']}': In context=(), "
            "'additionalProperties' is required to be supplied and to be false.",
            code="invalid_json_schema",
        )
    return answer_for(asked, schema)


def _response(body: Json, text: str, tokens_in: int, format_: Json) -> Json:
    identifier = _identifier(text)
    part = {"type": "output_text", "annotations": [], "logprobs": [], "text": text}
    return {
        "id": f"resp_{identifier}",
        "object": "response",
        "created_at": int(time.time()),
        "status": "completed",
        "error": None,
        "incomplete_details": None,
        "instructions": body.get("instructions"),
        "max_output_tokens": body.get("max_output_tokens"),
        "metadata": {},
        "model": body["model"],
        "output": [
            {"id": f"rs_{identifier}", "type": "reasoning", "summary": []},
            {
                "id": f"msg_{identifier}",
                "type": "message",
                "status": "completed",
                "role": "assistant",
                "content": [part],
            },
        ],
        "parallel_tool_calls": True,
        "previous_response_id": None,
        "store": body.get("store", True),
        "temperature": body.get("temperature", 1.0),
        "text": {"format": format_ or {"type": "text"}},
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "truncation": "disabled",
        "usage": {
            "input_tokens": tokens_in,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": _tokens(text),
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": tokens_in + _tokens(text),
        },
    }


def _completion(body: Json, text: str, tokens_in: int) -> Json:
    message: Json = {"role": "assistant", "content": text, "refusal": None, "annotations": []}
    return {
        "id": f"chatcmpl-{_identifier(text)}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": body["model"],
        "choices": [{"index": 0, "finish_reason": "stop", "logprobs": None, "message": message}],
        "usage": {
            "prompt_tokens": tokens_in,
            "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
            "completion_tokens": _tokens(text),
            "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
            "total_tokens": tokens_in + _tokens(text),
        },
    }


def _identifier(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _dict(value: object) -> Json:
    return value if isinstance(value, dict) else {}
