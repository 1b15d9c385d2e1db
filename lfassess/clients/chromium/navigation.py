"""Says in our words why a browser could not open an address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from lfassess.errors import (
    BrowserCrashedError,
    CheckError,
    InvalidTargetError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    TargetUnreachableError,
)

_BROKEN_OFF: Final = frozenset(
    {
        "ERR_EMPTY_RESPONSE",
        "ERR_CONNECTION_RESET",
        "ERR_CONNECTION_CLOSED",
        "ERR_CONNECTION_ABORTED",
        "ERR_CONTENT_LENGTH_MISMATCH",
        "ERR_INCOMPLETE_CHUNKED_ENCODING",
    }
)
# Said of this machine's network or proxy, not of the site: Chromium's net_error_list.h, codes of
# the system and of proxies. With the cage, a network that has just come up counts as changed.
OURS: Final = frozenset(
    {
        "ERR_NETWORK_CHANGED",
        "ERR_INTERNET_DISCONNECTED",
        "ERR_NETWORK_IO_SUSPENDED",
        "ERR_NETWORK_ACCESS_DENIED",
        "ERR_PROXY_CONNECTION_FAILED",
        "ERR_INSUFFICIENT_RESOURCES",
        "ERR_OUT_OF_MEMORY",
        "ERR_FILE_NO_SPACE",
        "ERR_CACHE_READ_FAILURE",
        "ERR_CACHE_WRITE_FAILURE",
    }
)
# What came is not packed, or not in the chunks, that its headers say: nothing of it is shown.
UNDECODABLE: Final = frozenset({"ERR_CONTENT_DECODING_FAILED", "ERR_INVALID_CHUNKED_ENCODING"})


def place(url: str) -> tuple[str, int]:
    """Return a web address's (host, port); raises InvalidTargetError."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as e:
        raise InvalidTargetError(f"{url[:200]!r} is no URL.", provider="website") from e
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InvalidTargetError(f"{url[:200]!r} is no web address.", provider="website")
    return parts.hostname, port or (443 if parts.scheme == "https" else 80)


def not_connected(url: str, failures: Mapping[tuple[str, int], Exception]) -> CheckError | None:
    """Return why the proxy could not reach the page's host, or None if it did."""
    host, port = place(url)
    error = failures.get((host, port))
    if error is None or isinstance(error, CheckError):
        return error
    if isinstance(error, TimeoutError):
        return too_slow(url)
    if isinstance(error, ConnectionRefusedError):
        return TargetUnreachableError(
            f"{host} refuses connections on port {port}.", provider="website"
        )
    return TargetUnreachableError(f"{host} can't be reached on port {port}.", provider="website")


def too_slow(url: str) -> CheckError:
    """Return the error for a site that answers late or never."""
    return ProviderTimeoutError(f"{place(url)[0]} did not answer in time.", provider="website")


def from_net_error(url: str, code: str | None) -> CheckError:
    """Return our error for one of Chromium's; with none, nothing came that could be shown."""
    host, _ = place(url)
    if code in _BROKEN_OFF:
        return ProviderUnavailableError(f"{host} broke the connection off.", provider="website")
    if code in OURS:
        return BrowserCrashedError(f"The browser had no network of its own ({code}).")
    if code is not None and "TIMED_OUT" in code:
        return too_slow(url)
    return TargetUnreachableError(f"{host} {_reason(code)}.", provider="website")


def _reason(code: str | None) -> str:
    if not code or code == "ERR_ABORTED":  # how a refused download ends
        return "answers with a file or with nothing, not with a page"
    if code in UNDECODABLE:
        return f"sends a page that browsers can't decode ({code})"
    if code == "ERR_TOO_MANY_REDIRECTS":
        return "redirects in a circle"
    if "SSL" in code or "CERT" in code:
        return f"has no working HTTPS ({code})"
    return f"can't be opened ({code})"
