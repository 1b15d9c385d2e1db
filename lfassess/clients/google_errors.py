"""Turns Google's error answers (google.rpc.Status) into ours."""

from __future__ import annotations

import html
import json
import math
import re
from http import HTTPStatus
from typing import Any, Final

from lfassess.clients.endpoint import Endpoint
from lfassess.clients.http import Answer
from lfassess.errors import (
    CheckError,
    CredentialError,
    InvalidResponseError,
    ProviderRejectedError,
    ProviderUnavailableError,
    QuotaExhaustedError,
    RateLimitedError,
)

Json = dict[str, Any]

_KEY_REASONS: Final = ("API_KEY_", "SERVICE_DISABLED", "BILLING_DISABLED", "CONSUMER_")
_DAILY: Final = "1/d/"
_DONE_BELOW: Final = 300
_TITLE: Final = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)


def body_of(response: Answer, *, provider: str, who: str) -> Json:
    """Return the answer's JSON object, taken out of a list where Google wraps it in one.

    A failure that is no JSON, such as a gateway's web page, becomes an object that holds the page's
    title as the error's message, or is {}: its status says enough.

    Raises:
        InvalidResponseError: a success that is no JSON object.
    """
    failed = response.status >= _DONE_BELOW
    try:
        body = json.loads(response.body.decode(json.detect_encoding(response.body), "replace"))
    except (ValueError, RecursionError) as e:
        if failed:
            return _of_page(response)
        raise InvalidResponseError(f"{who}' answer is no JSON.", provider=provider) from e
    if isinstance(body, list):
        objects = _dicts(body)
        errors = [item for item in objects if "error" in item]
        body = errors[0] if errors else objects[0] if len(body) == len(objects) == 1 else body
    if isinstance(body, dict):
        return body
    if failed:
        return {"error": {"message": body}} if isinstance(body, str) else {}
    raise InvalidResponseError(f"{who}' answer is no JSON object.", provider=provider)


def _of_page(response: Answer) -> Json:
    found = _TITLE.search(response.body[:5_000].decode("utf-8", "replace"))
    title = " ".join(html.unescape(found[1]).split()) if found else ""
    return {"error": {"message": title}} if title else {}


def classify(
    status: int, body: Json, at: Endpoint, *, provider: str, retry_after: float | None = None
) -> CheckError:
    """Return the error to raise for an answer that isn't a success.

    Args:
        status: the HTTP status.
        body: the JSON object, already taken out of a wrapping list; {} where there was none.
        at: whose key is masked in the message.
        provider: who answered.
        retry_after: seconds the answer's header names.

    Google asks to branch on ``details[].reason``; the message's wording may change.
    """
    error = body.get("error")
    if isinstance(error, str):  # as OAuth has it: {"error": "...", "error_description": "..."}
        error = {"message": body.get("error_description") or error}
    error = error if isinstance(error, dict) else {}
    code = error["code"] if isinstance(error.get("code"), int) else status
    details = _dicts(error.get("details"))
    reasons = [str(d["reason"]) for d in details if d.get("reason")]
    words = at.quote(str(error.get("message") or "no reason given"))
    named = f" ({', '.join(reasons)})" if reasons else ""
    message = f"Google answered {code}{named}: {words}"
    if any(r.startswith(_KEY_REASONS) for r in reasons) or code in {401, 403}:
        hint = "Check the key, its restrictions, billing, and that the API is enabled."
        return CredentialError(message, provider=provider, status=code, hint=hint)
    if code == HTTPStatus.TOO_MANY_REQUESTS:
        if _used_up(details):
            return QuotaExhaustedError(message, provider=provider, status=code)
        wait = retry_after if retry_after is not None else _delay(details)
        return RateLimitedError(message, provider=provider, status=code, retry_after=wait)
    if code >= HTTPStatus.INTERNAL_SERVER_ERROR or code == HTTPStatus.REQUEST_TIMEOUT:
        return ProviderUnavailableError(message, provider=provider, status=code)
    return ProviderRejectedError(message, provider=provider, status=code)


def _dicts(value: object) -> list[Json]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _used_up(details: list[Json]) -> bool:
    """Whether the quota is one of a day, or is zero: waiting a few seconds won't help."""
    metadata = [d["metadata"] for d in details if isinstance(d.get("metadata"), dict)]
    return any(
        str(m.get("quota_limit_value")) == "0" or _DAILY in str(m.get("quota_unit", ""))
        for m in metadata
    )


def _delay(details: list[Json]) -> float | None:
    """Return the seconds of google.rpc.RetryInfo ("3.5s"), or None."""
    for detail in details:
        try:
            seconds = float(str(detail.get("retryDelay")).removesuffix("s"))
        except ValueError:
            continue
        if math.isfinite(seconds):
            return max(0.0, seconds)
    return None
