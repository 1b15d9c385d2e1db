"""Posts to an address outside, guarded like every other visit: one request, no redirects."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import SplitResult, urlsplit

from lfassess.clients import tls
from lfassess.clients.connect import Way, dial
from lfassess.clients.http import USER_AGENT
from lfassess.clients.http1 import HeadTooLargeError, NotHttpError, Stream, read_head
from lfassess.errors import (
    DeadlineExceededError,
    InvalidTargetError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)
from lfassess.netguard import Guard
from lfassess.settings import ANY_PORT, Settings

_NAME = "webhook"
_TOO_SLOW = "It did not answer in time."


def post(
    url: str, body: bytes, headers: Mapping[str, str], *, settings: Settings, timeout_s: float
) -> int:
    """Post the body and return the answer's status; its body is not read.

    Args:
        url: http or https; a certificate that is not trusted ends the try.
        body: as it is.
        headers: besides host, length and user agent.
        settings: for the guard and the certificates to trust.
        timeout_s: seconds for everything, however slowly bytes trickle in.

    Raises:
        InvalidTargetError: no web address.
        TargetForbiddenError: it is private.
        TargetUnreachableError: the name can't be resolved.
        ProviderTimeoutError: too slow.
        ProviderUnavailableError: no connection, no trust, or no HTTP.
    """
    deadline = time.monotonic() + timeout_s
    parts = _split(url)
    assert parts.hostname
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with _connected(parts, settings, deadline) as sock:
            connection = http.client.HTTPConnection(parts.hostname, _port(parts))
            connection.sock = sock
            connection.request("POST", path, body, {"User-Agent": USER_AGENT, **headers})
            stream = Stream(sock, deadline)  # however slowly bytes trickle in
            return read_head(stream, secure=parts.scheme == "https").status
    except DeadlineExceededError as e:
        raise ProviderTimeoutError(_TOO_SLOW, provider=_NAME) from e
    except (OSError, NotHttpError, HeadTooLargeError, http.client.HTTPException, UnicodeError) as e:
        if time.monotonic() >= deadline or isinstance(e, TimeoutError):
            raise ProviderTimeoutError(_TOO_SLOW, provider=_NAME) from e
        raise ProviderUnavailableError(f"It {_reason(e)}.", provider=_NAME) from e


@contextmanager
def _connected(parts: SplitResult, settings: Settings, deadline: float) -> Iterator[socket.socket]:
    """Connect as to a lead's site, but to one that must be trusted."""
    assert parts.hostname
    guard = Guard(  # the operator wrote the address, so that any port may be meant
        allow_private=settings.allow_private_targets,
        connect_to=settings.connect_to,
        ports=ANY_PORT,
    )
    way = Way(guard, settings.ca_bundle, deadline)
    with dial(parts.hostname, _port(parts), way) as plain:
        if parts.scheme == "http":
            yield plain
            return
        secure, _ = tls.wrap(plain, parts.hostname, ca_bundle=settings.ca_bundle, verify=True)
        with secure:
            yield secure


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as e:
        raise InvalidTargetError("It is no URL.", provider=_NAME) from e
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InvalidTargetError("It is no web address.", provider=_NAME)
    return parts


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _reason(error: Exception) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "refuses connections"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"has a certificate that is not trusted: {error.verify_message}"
    if isinstance(error, NotHttpError | HeadTooLargeError | http.client.HTTPException):
        return "does not speak HTTP properly"
    return "broke the connection off, or can't be reached"
