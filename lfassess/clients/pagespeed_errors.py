"""Turns PageSpeed Insights' refusals into ours."""

from __future__ import annotations

import re
from typing import Any, Final

import requests

from lfassess.clients import google_errors
from lfassess.clients.endpoint import Endpoint
from lfassess.clients.http import retry_after
from lfassess.clients.lighthouse.failures import error_for
from lfassess.errors import (
    CheckError,
    CredentialError,
    ProviderUnavailableError,
    QuotaExhaustedError,
)

Json = dict[str, Any]

_TOO_MANY: Final = 429
_THROTTLE_S: Final = 60.0  # Google slows down those who ask about one site again and again
# At least two letters: "Lighthouse returned error: Something went wrong." carries no code.
_CODE: Final = re.compile(r"Lighthouse returned error: ([A-Z][A-Z_]+)")


def classify(response: requests.Response, answer: Json, at: Endpoint, url: str) -> CheckError:
    """Return the error to raise; by what the message says, as one failure came with 400 and 500.

    Args:
        response: for its status and headers.
        answer: its body, {} where that was no JSON.
        at: whose key is masked in the message.
        url: the page that was asked about.
    """
    error = answer.get("error")
    said = str(error.get("message") or "") if isinstance(error, dict) else ""
    status = response.status_code
    if code := _CODE.search(said):
        return error_for(code[1], said, url, provider="psi")
    if said.startswith("API key not valid"):
        return CredentialError(
            "Google does not know the API key.",
            provider="psi",
            status=status,
            hint="Check GOOGLE_API_KEY.",
        )
    if status == _TOO_MANY and "per day" in said:
        return QuotaExhaustedError(
            f"Google's quota of the day is used up: {at.quote(said)}", provider="psi", status=status
        )
    wait = retry_after(response)
    if said.startswith("Unable to process request"):
        return ProviderUnavailableError(
            f"Google asks to wait: {at.quote(said)}",
            provider="psi",
            status=status,
            retry_after=_THROTTLE_S if wait is None else wait,
        )
    return google_errors.classify(status, answer, at, provider="psi", retry_after=wait)
