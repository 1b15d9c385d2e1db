"""Turns the OpenAI SDK's exceptions into our errors."""

from __future__ import annotations

import math
import re
from typing import Final

from openai import APIConnectionError, APIStatusError, APITimeoutError, OpenAIError

from lfassess.clients.endpoint import Endpoint
from lfassess.errors import (
    CheckError,
    ContentRefusedError,
    CredentialError,
    ProviderRejectedError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    QuotaExhaustedError,
    RateLimitedError,
)

_FILTERED: Final = frozenset({"content_filter", "content_policy_violation"})
_TRY_AGAIN: Final = re.compile(r"try again in ([\d.]+)(ms|s)\b")


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
    if status == 429:  # noqa: PLR2004 - HTTP's own number
        return _by_limit(error, message)
    if status >= 500 or status in {408, 409}:  # noqa: PLR2004 - as above
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
