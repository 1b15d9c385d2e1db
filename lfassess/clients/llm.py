"""The language model: one prompt in, one answer out, over OpenAI's SDK."""

from __future__ import annotations

import hashlib
import json
import math
import re
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import Any, Final, Self

import httpx2
from openai import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    DefaultHttpx2Client,
    OpenAI,
    OpenAIError,
    pydantic_function_tool,
)
from pydantic import BaseModel

from lfassess.clients.endpoint import Endpoint
from lfassess.clients.llm_prices import cost_usd
from lfassess.clients.llm_styles import chat_request, read_chat, read_response, response_request
from lfassess.config_files import read_toml
from lfassess.errors import (
    CheckError,
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

Json = dict[str, Any]

_CONNECT_S: Final = 5.0
_MAX_BYTES: Final = 5_000_000
_TOO_LONG: Final = "The language model took too long."
_PASSING: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT})
_FILTERED: Final = frozenset({"content_filter", "content_policy_violation"})
_TRY_AGAIN: Final = re.compile(r"try again in ([\d.]+)(ms|s)\b")


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask: instructions are ours alone, everything foreign stands in the prompt."""

    instructions: str
    prompt: str
    shape: type[BaseModel]  # sent as a strict JSON schema
    images: Sequence[bytes] = ()  # JPEGs that go with the prompt


@dataclass(frozen=True, slots=True)
class Completion:
    """An answer that was paid for, not yet judged: whether it fits what was asked for.

    ``answer`` is JSON: text, model, input_tokens, cached_tokens, output_tokens, reasoning_tokens,
    refusal (or None), cut_off ("length", "content_filter" or None).
    """

    answer: Json
    tokens: int
    cost_usd: float


class LlmClient:
    """Asks the language model; use it as a context manager."""

    def __init__(self, at: Endpoint, settings: Settings) -> None:
        self.at = at
        self._config: Json = read_toml("providers.toml")["openai"]
        self._model = settings.openai_model
        self._style = settings.openai_api_style
        bundle = str(settings.ca_bundle) if settings.ca_bundle else None
        self._sdk = OpenAI(
            api_key=at.key,
            base_url=at.base_url,
            max_retries=0,  # assessment/execution/retry.py decides; two layers would multiply
            http_client=DefaultHttpx2Client(verify=_tls(bundle), trust_env=False),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._sdk.close()

    def request_id(self, question: Question) -> str:
        """Return what identifies the request: the same for the same question to the same model."""
        path = "/chat/completions" if self._style == "chat" else "/responses"
        said = json.dumps(self._said(question), sort_keys=True).encode()
        place = "sandbox" if self.at.sandbox else self.at.base_url
        digest = hashlib.sha256(said).hexdigest()
        return f"POST {place}{path} model={self._model} sha256={digest}"

    def complete(self, question: Question, *, deadline: float) -> Completion:
        """Have the question answered; nothing is stored at the provider (store=False).

        Args:
            question: what to ask.
            deadline: time.monotonic() by which the answer must be there.

        Returns:
            Whatever was answered and has to be paid, refusals and cut-off answers included.

        Raises:
            CheckError: as `classify` has it for the SDK's exceptions.
            InvalidResponseError: the answer broke off on its way or is none at all.
        """
        limit = max(0.1, min(deadline - time.monotonic(), self._config["read_timeout_s"]))
        read = read_chat if self._style == "chat" else read_response
        try:
            body = self._send(self._said(question), limit)
        except OpenAIError as e:
            raise classify(e, self.at) from e
        except httpx2.TimeoutException as e:
            raise ProviderTimeoutError(_TOO_LONG, provider="openai") from e
        except httpx2.HTTPError as e:
            raise InvalidResponseError("The answer broke off.", provider="openai") from e
        reply = read(body)
        cost = cost_usd(reply, self._config["models"], self._model)
        return Completion(reply.as_json(), reply.input_tokens + reply.output_tokens, cost)

    def _said(self, question: Question) -> Json:
        make = chat_request if self._style == "chat" else response_request
        return make(
            question.instructions,
            question.prompt,
            _schema(question.shape),
            self._config["max_output_tokens"],
            question.images,
        )

    def _send(self, said: Json, limit: float) -> Json:
        chat = self._sdk.chat.completions.with_streaming_response
        create: Callable[..., Any] = self._sdk.responses.with_streaming_response.create
        if self._style == "chat":
            create = chat.create
        timeout = httpx2.Timeout(limit, connect=min(limit, _CONNECT_S))
        with create(model=self._model, store=False, timeout=timeout, **said) as response:
            return _body(response.iter_bytes, limit)


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
        if len(data) > _MAX_BYTES:
            raise InvalidResponseError(
                "The language model's answer is too large.", provider="openai"
            )
    try:
        body = json.loads(data)
    except ValueError as e:
        raise InvalidResponseError(
            "The language model's answer is no JSON.", provider="openai"
        ) from e
    if not isinstance(body, dict):
        raise InvalidResponseError("The language model's answer is no object.", provider="openai")
    return body


def classify(error: OpenAIError, at: Endpoint) -> CheckError:
    """Return the error to raise for what the SDK raised."""
    if isinstance(error, APITimeoutError):
        return ProviderTimeoutError("The language model took too long.", provider="openai")
    if isinstance(error, APIStatusError):
        return _by_status(error, at)
    if isinstance(error, APIConnectionError):
        return ProviderUnavailableError(
            "The language model's server can't be reached.", provider="openai"
        )
    return ProviderRejectedError(at.quote(str(error)), provider="openai")


def _by_status(error: APIStatusError, at: Endpoint) -> CheckError:
    status = error.status_code
    reason = error.code or error.type or ""
    if status in {401, 403}:  # the provider's words quote part of the key
        return CredentialError(
            f"The language model's provider refused our key ({status}{_and(reason)}).",
            provider="openai",
            status=status,
            hint="Check OPENAI_API_KEY and that its project may use the model.",
        )
    message = f"The language model's provider answered {status}{_and(reason)}: " + at.quote(
        error.message
    )
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return _by_limit(error, message)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _PASSING:
        return ProviderUnavailableError(message, provider="openai", status=status)
    kind = ContentRefusedError if reason in _FILTERED else ProviderRejectedError
    return kind(message, provider="openai", status=status)


def _by_limit(error: APIStatusError, message: str) -> CheckError:
    """Tell apart the three kinds of 429: no credit left, a request too large, and too many."""
    if "insufficient_quota" in {error.code, error.type}:
        hint = "Add credit at the provider; waiting does not help."
        return QuotaExhaustedError(message, provider="openai", status=429, hint=hint)
    if "Request too large" in error.message:
        return ProviderRejectedError(message, provider="openai", status=429)
    return RateLimitedError(message, provider="openai", status=429, retry_after=_wait(error))


def _wait(error: APIStatusError) -> float | None:
    header = error.response.headers.get("retry-after", "")
    try:
        seconds = float(header)
    except ValueError:
        named = _TRY_AGAIN.search(error.message)
        if not named:
            return None
        seconds = float(named[1].rstrip(".")) / (1000 if named[2] == "ms" else 1)
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _and(reason: str) -> str:
    return f", {reason}" if reason else ""
