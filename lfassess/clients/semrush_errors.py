"""Turns SEMrush's error answers into ours."""

from __future__ import annotations

from typing import Final

from lfassess.clients.endpoint import Endpoint
from lfassess.clients.semrush_answer import KEY_REFUSED, USED_UP, error_in, worded
from lfassess.errors import (
    CheckError,
    CredentialError,
    ProviderRejectedError,
    ProviderUnavailableError,
    QuotaExhaustedError,
    RateLimitedError,
)

_RATE: Final = 429
_MAX_ERROR_CHARS: Final = 300  # an error is no longer than that
_INTERNAL: Final = 500


def classify(status: int, body: str, at: Endpoint, retry_after: float | None = None) -> CheckError:
    """Return the error to raise for an answer that isn't a report.

    The body's own number counts, as SEMrush documents no HTTP statuses and has sent the same error
    with 200 and with 403; the HTTP status speaks only where the body has no number and none of
    SEMrush's own words for one.
    """
    found = error_in(body)
    if found is None and (meant := worded(body[:_MAX_ERROR_CHARS])) in KEY_REFUSED | USED_UP:
        found = (meant, body)
    number, text = found or (status, body)
    message = f"SEMrush answered {number}: {at.quote(text) or 'no reason given'}"
    key_refused = number in KEY_REFUSED if found else status in {401, 403}
    if key_refused:
        hint = "Check SEMRUSH_API_KEY and that its subscription includes the API."
        return CredentialError(message, provider="semrush", status=status, hint=hint)
    if found and number in USED_UP:
        hint = "Top up the account's API units, or wait for its next period."
        return QuotaExhaustedError(message, provider="semrush", status=status, hint=hint)
    if number == _RATE:
        return RateLimitedError(message, provider="semrush", status=status, retry_after=retry_after)
    if number // 100 == _INTERNAL // 100:
        return ProviderUnavailableError(message, provider="semrush", status=status)
    return ProviderRejectedError(message, provider="semrush", status=status)
