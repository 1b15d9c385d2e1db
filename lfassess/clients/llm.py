"""The language model: one prompt in, one validated structure out, over OpenAI's SDK."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Generic, Self, TypeVar

import httpx2
from openai import DefaultHttpx2Client, OpenAI, OpenAIError, pydantic_function_tool
from pydantic import BaseModel, ValidationError

from lfassess.clients.endpoint import Endpoint
from lfassess.clients.llm_errors import classify
from lfassess.clients.llm_styles import (
    Reply,
    chat_request,
    read_chat,
    read_response,
    response_request,
)
from lfassess.configs import read_toml
from lfassess.errors import BadAnswerError, ProviderTimeoutError
from lfassess.settings import Settings

Json = dict[str, Any]
T = TypeVar("T", bound=BaseModel)

_CONNECT_S: Final = 5.0
_MILLION: Final = 1_000_000
_TOO_LONG: Final = "The language model took too long."


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What the model said, and what that cost."""

    parsed: T
    model: str  # as the provider names it in the answer
    input_tokens: int
    output_tokens: int  # reasoning included
    cost_usd: float


class LlmClient:
    """Asks the language model; use it as a context manager."""

    def __init__(self, at: Endpoint, settings: Settings) -> None:
        self.at = at
        self.calls = 0
        self._config: Json = read_toml("providers.toml")["openai"]
        self._model = settings.openai_model
        self._style = settings.openai_api_style
        bundle = str(settings.ca_bundle) if settings.ca_bundle else None
        self._sdk = OpenAI(
            api_key=at.key,
            base_url=at.base_url,
            max_retries=0,  # assessment/retry.py decides; two layers would multiply
            http_client=DefaultHttpx2Client(verify=_tls(bundle), trust_env=False),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._sdk.close()

    def ask(self, instructions: str, prompt: str, shape: type[T], *, deadline: float) -> Answer[T]:
        """Return the model's answer in the given shape.

        Nothing is kept at the provider (store=False).

        Args:
            instructions: what to do; ours alone.
            prompt: what to do it with.
            shape: a pydantic model; sent as a strict JSON schema.
            deadline: time.monotonic() by which the answer must be there.

        Raises:
            ContentRefusedError: the model refused, or its answer was cut off or filtered.
            CheckError: as `lfassess.clients.llm_errors` classifies the SDK's exceptions.
        """
        limit = max(0.1, min(deadline - time.monotonic(), self._config["read_timeout_s"]))
        read = read_chat if self._style == "chat" else read_response
        self.calls += 1
        try:
            body = self._send(instructions, prompt, _schema(shape), limit)
        except OpenAIError as e:
            raise classify(e, self.at) from e
        except httpx2.TimeoutException as e:
            raise ProviderTimeoutError(_TOO_LONG, provider="openai") from e
        except httpx2.HTTPError as e:
            raise BadAnswerError("The answer broke off.", provider="openai") from e
        reply = read(body)
        return Answer(
            _parse(shape, reply.text),
            reply.model or self._model,
            reply.input_tokens,
            reply.output_tokens,
            self._cost(reply),
        )

    def _send(self, instructions: str, prompt: str, schema: Json, limit: float) -> Json:
        most = self._config["max_output_tokens"]
        create: Callable[..., Any]
        if self._style == "chat":
            create = self._sdk.chat.completions.with_streaming_response.create
            said = chat_request(instructions, prompt, schema, most)
        else:
            create = self._sdk.responses.with_streaming_response.create
            said = response_request(instructions, prompt, schema, most)
        timeout = httpx2.Timeout(limit, connect=min(limit, _CONNECT_S))
        with create(model=self._model, store=False, timeout=timeout, **said) as response:
            return _body(response.iter_bytes, limit)

    def _cost(self, reply: Reply) -> float:
        price = _price(self._config["models"], reply.model or self._model)
        fresh = max(0, reply.input_tokens - reply.cached_tokens)
        return (
            float(
                fresh * price["input"]
                + reply.cached_tokens * price["cached_input"]
                + reply.output_tokens * price["output"]
            )
            / _MILLION
        )


@lru_cache(maxsize=4)
def _tls(bundle: str | None) -> ssl.SSLContext:
    """Return what to trust; loading the certificates takes long enough to do it once."""
    context = ssl.create_default_context()
    if bundle:
        context.load_verify_locations(bundle)
    return context


def _schema(shape: type[BaseModel]) -> Json:
    """Return the shape as a strict schema, made as the SDK's own parse helpers make it."""
    function = pydantic_function_tool(shape)["function"]
    return {"name": shape.__name__, "strict": True, "schema": function["parameters"]}


def _body(chunks: Callable[[], Any], limit: float) -> Json:
    """Return the answer's JSON object, read within the limit however slowly it drips in."""
    end = time.monotonic() + limit
    data = bytearray()
    for chunk in chunks():
        data += chunk
        if time.monotonic() > end:
            raise ProviderTimeoutError(_TOO_LONG, provider="openai")
    try:
        body = json.loads(data)
    except ValueError as e:
        raise BadAnswerError("The language model's answer is no JSON.", provider="openai") from e
    if not isinstance(body, dict):
        raise BadAnswerError("The language model's answer is no object.", provider="openai")
    return body


def _parse(shape: type[T], text: str) -> T:
    try:
        return shape.model_validate_json(text)
    except ValidationError as e:
        raise BadAnswerError(
            f"The language model's answer does not fit the schema ({e.error_count()} faults).",
            provider="openai",
        ) from e


def _price(models: Json, model: str) -> Json:
    """Return the model's prices: those of the longest name its own begins with."""
    names = [name for name in models if model.startswith(name)]
    price: Json = models[max(names, key=len, default="default")]
    return price
