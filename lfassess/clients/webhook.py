"""Posts to an address outside, guarded like every other visit: one request, no redirects."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

from lfassess.clients import tls
from lfassess.clients.http import USER_AGENT
from lfassess.errors import (
    CheckError,
    InvalidTargetError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)
from lfassess.netguard import Guard
from lfassess.settings import ANY_PORT, Settings

_NAME = "webhook"
_DEFAULT_PORT = {"http": 80, "https": 443}


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
    try:
        with _connection(url, settings, deadline) as connection:
            connection.request("POST", _path(url), body, {"User-Agent": USER_AGENT, **headers})
            return connection.getresponse().status
    except CheckError:
        raise
    except (OSError, http.client.HTTPException, UnicodeError) as e:
        if time.monotonic() >= deadline or isinstance(e, TimeoutError):
            raise ProviderTimeoutError("It did not answer in time.", provider=_NAME) from e
        raise ProviderUnavailableError(f"It {_reason(e)}.", provider=_NAME) from e


@contextmanager
def _connection(
    url: str, settings: Settings, deadline: float
) -> Iterator[http.client.HTTPConnection]:
    host, port, secure = _where(url)
    guard = Guard(  # the operator wrote the address, so that any port may be meant
        allow_private=settings.allow_private_targets,
        connect_to=settings.connect_to,
        ports=ANY_PORT,
    )
    with guard.connect(host, port, _left(deadline)) as plain:
        plain.settimeout(_left(deadline))
        with _wrapped(plain, host, settings, secure=secure) as sock, _cut_off_at(sock, deadline):
            connection = http.client.HTTPConnection(host, port)
            connection.sock = sock
            yield connection


@contextmanager
def _wrapped(
    plain: socket.socket, host: str, settings: Settings, *, secure: bool
) -> Iterator[socket.socket]:
    if not secure:
        yield plain
        return
    wrapped, _ = tls.wrap(plain, host, ca_bundle=settings.ca_bundle, verify=True)
    with wrapped:
        yield wrapped


def _where(url: str) -> tuple[str, int, bool]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as e:
        raise InvalidTargetError("It is no URL.", provider=_NAME) from e
    if parts.scheme not in _DEFAULT_PORT or not parts.hostname:
        raise InvalidTargetError("It is no web address.", provider=_NAME)
    return parts.hostname, port or _DEFAULT_PORT[parts.scheme], parts.scheme == "https"


def _path(url: str) -> str:
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _left(deadline: float) -> float:
    return max(deadline - time.monotonic(), 0.001)


@contextmanager
def _cut_off_at(sock: socket.socket, deadline: float) -> Iterator[None]:
    def cut() -> None:
        with suppress(OSError):
            sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(_left(deadline), cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()


def _reason(error: Exception) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "refuses connections"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"has a certificate that is not trusted: {error.verify_message}"
    if isinstance(error, http.client.HTTPException):
        return "does not speak HTTP properly"
    return "broke the connection off, or can't be reached"
