"""Turns Lighthouse's own error codes into ours, whoever ran it."""

from __future__ import annotations

import re
from typing import Final

from lfassess.clients.chromium.navigation import OURS
from lfassess.errors import (
    BrowserCrashedError,
    CheckError,
    NoWebPageError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    TargetBlockedError,
    TargetUnreachableError,
)

# Codes: https://github.com/GoogleChrome/lighthouse/blob/main/core/lib/lh-error.js
UNREACHABLE: Final = frozenset(
    {
        "DNS_FAILURE",
        "FAILED_DOCUMENT_REQUEST",
        "ERRORED_DOCUMENT_REQUEST",
        "INSECURE_DOCUMENT_REQUEST",
        "CHROME_INTERSTITIAL_ERROR",
        "INVALID_URL",
    }
)
# The page painted nothing or stopped reacting. On this machine that may be for want of time; on
# Google's it is the page's own doing.
BLANK: Final = frozenset({"NO_FCP", "PAGE_HUNG"})
TOO_SLOW: Final = BLANK | {"PROTOCOL_TIMEOUT"}
NOT_HTML: Final = "NOT_HTML"
_TYPE: Final = re.compile(r"MIME type ([\w.+-]+/[\w.+-]+)")
_DOWNLOAD: Final = "ERR_ABORTED"  # how Chromium here leaves a page for a download
_STATUS: Final = re.compile(r"Status code: (\d{3})")
_DETAILS: Final = re.compile(r"net::(ERR_[A-Z_]+)")
_REFUSALS: Final = frozenset({403, 429})  # what sites answer to visitors they take for robots


def error_for(code: str, message: str, url: str, *, provider: str) -> CheckError:
    """Return the error to raise for a run that Lighthouse gave up.

    Args:
        code: Lighthouse's, as "DNS_FAILURE".
        message: Lighthouse's own words; a status or a network error is taken from them.
        url: the page.
        provider: psi or lighthouse.
    """
    if code == NOT_HTML:
        found = _TYPE.search(message)
        said = f"{url} is a file of type {found[1]}" if found else f"{url} is a file"
        kind = found[1].lower().rstrip(".") if found else None
        return NoWebPageError(f"{said}, no web page.", provider=provider, content_type=kind)
    status = status_in(message)
    network = _DETAILS.search(message)
    if provider == "lighthouse" and network and network[1] == _DOWNLOAD:
        said = f"{url} is a download, no web page."
        return NoWebPageError(said, provider=provider, content_type=None)
    if provider == "lighthouse" and network and network[1] in OURS:
        return BrowserCrashedError(f"The browser had no network of its own ({network[1]}).")
    why = f"status {status}" if status else network[1] if network else code
    said = f"Lighthouse could not load {url} ({why})."
    if code in UNREACHABLE or (provider == "psi" and code in BLANK):
        kind = TargetBlockedError if status in _REFUSALS else TargetUnreachableError
        return kind(said, provider=provider, status=status)
    if code in TOO_SLOW:
        return ProviderTimeoutError(said, provider=provider)
    return ProviderUnavailableError(f"Lighthouse failed on {url} ({code}).", provider=provider)


def status_in(text: str) -> int | None:
    """Return the HTTP status of a "(Status code: 404)" in the text, or None."""
    found = _STATUS.search(text)
    return int(found[1]) if found else None
