"""The language model: one prompt in, one answer out, over OpenAI's SDK."""

from __future__ import annotations

import hashlib
import json
import ssl
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Self

import httpx2
from openai import DefaultHttpx2Client, OpenAI, OpenAIError, pydantic_function_tool
from pydantic import BaseModel

from lfassess.clients.endpoint import Endpoint
from lfassess.clients.llm_errors import classify
from lfassess.clients.llm_prices import cost_usd
from lfassess.clients.llm_styles import chat_request, read_chat, read_response, response_request
from lfassess.config_files import read_toml
from lfassess.errors import InvalidResponseError, ProviderTimeoutError
from lfassess.settings import Settings

Json = dict[str, Any]

_CONNECT_S: Final = 5.0
_MOST_BYTES: Final = 5_000_000
_TOO_LONG: Final = "The language model took too long."


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask: instructions are ours alone, everything foreign stands in the prompt."""

    instructions: str
    prompt: str
    shape: type[BaseModel]  # sent as a strict JSON schema
    images: Sequence[bytes] = ()  # JPEGs that go with the prompt


@dataclass(frozen=True, slots=True)
class Completion:
    """An answer that was paid for, not yet judged; `lfassess.clients.llm_answer.parse` does that.

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
            CheckError: as `lfassess.clients.llm_errors` classifies the SDK's exceptions.
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
        if len(data) > _MOST_BYTES:
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
