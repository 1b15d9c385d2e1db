"""Fetches a lead's page: guarded, bounded in time and size, with what the connection showed."""

from __future__ import annotations

import socket
import ssl
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from email.message import Message
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from typing import cast
from urllib.parse import SplitResult, urlsplit

from lfassess.clients import tls, unpack
from lfassess.clients.body import Body, read_body
from lfassess.clients.connect import Connection, Way, connect
from lfassess.clients.connection_pool import ConnectionPool, Place
from lfassess.clients.http import USER_AGENT
from lfassess.clients.http1 import Head, HeadTooLargeError, NotHttpError, Stream, read_head
from lfassess.clients.location import resolve
from lfassess.clients.page import Headers, Hop, Page, joined
from lfassess.errors import (
    CheckError,
    InvalidTargetError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    TargetTooLargeError,
    TargetUnreachableError,
)
from lfassess.netguard import Guard
from lfassess.settings import Settings

__all__ = ["Hop", "Page", "fetch", "joined"]

_FINAL = 200
_QUICK_ACK = getattr(socket, "TCP_QUICKACK", None)  # Linux alone has it
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_DEFAULT_HEADERS = {
    "User-Agent": USER_AGENT,
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "Accept-Language": "en",
    "Accept-Encoding": unpack.ACCEPTED,
}


@dataclass(frozen=True, slots=True)
class _Visit:
    """What stays the same over all hops of one fetch."""

    way: Way
    max_bytes: int
    headers: Mapping[str, str]
    method: str
    pool: ConnectionPool | None
    cookies: CookieJar = field(
        default_factory=CookieJar
    )  # some sites redirect until they get them back


def fetch(
    url: str,
    *,
    settings: Settings,
    deadline: float,
    max_bytes: int = 5_000_000,
    max_redirects: int = 10,
    headers: Mapping[str, str] | None = None,
    method: str = "GET",
    pool: ConnectionPool | None = None,
) -> Page:
    """Fetch a page, following redirects, each of them guarded; cookies last as long.

    A certificate that is not trusted does not stop the fetch; ``tls`` says so.

    Args:
        url: with scheme.
        settings: for the guard and the certificates to trust.
        deadline: time.monotonic() by which all must be done.
        max_bytes: the body is cut off there, decompressed.
        max_redirects: more are an error, as a browser would show one.
        headers: besides the usual ones.
        method: GET, HEAD, OPTIONS.
        pool: connections of earlier fetches with the same settings; used, and added to.

    Raises:
        TargetForbiddenError: an address on the way is private.
        TargetUnreachableError: no such name, refused, no HTTP, or too many redirects.
        ProviderTimeoutError, ProviderUnavailableError: too slow, or the connection broke;
            ``reached`` says whether there was one.
        TargetTooLargeError: headers of more than 256 KB.
        InvalidTargetError: a URL on the way is none that a browser would fetch.
    """
    way = Way(Guard.from_settings(settings), settings.ca_bundle, deadline)
    visit = _Visit(way, max_bytes, headers or {}, method, pool)
    started = time.monotonic()
    hops: list[Hop] = []
    current = url
    while True:
        try:
            page = _fetch_one(current, visit)
        except CheckError as e:
            if hops:  # else it would read as if the address itself had failed
                e.args = (f"{_host(url)} redirects to {current[:200]}: {e}",)
            raise
        if not _leads_on(page.status, page.headers):
            return replace(
                page,
                requested_url=url,
                redirects=tuple(hops),
                elapsed_s=time.monotonic() - started,
            )
        hops.append(page.hops[-1])
        if len(hops) > max_redirects:
            raise TargetUnreachableError(
                f"{_host(url)} redirects more than {max_redirects} times.", provider="website"
            )
        current = resolve(current, _location(page.headers))


def _leads_on(status: int, headers: Headers) -> bool:
    return status in _REDIRECTS and bool(_location(headers))


def _location(headers: Headers) -> str:
    """Return the first Location that says something; sending it twice is a common mistake."""
    values = (value for name, value in headers if name.lower() == "location")
    return next(filter(None, values), "")


def _host(url: str) -> str:
    return urlsplit(url).hostname or url


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as e:
        raise InvalidTargetError(f"{url[:200]!r} is no URL.", provider="website") from e
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InvalidTargetError(f"{url[:200]!r} is no web address.", provider="website")
    return parts


def _port(parts: SplitResult) -> int:
    return parts.port or (443 if parts.scheme == "https" else 80)


def _fetch_one(url: str, visit: _Visit) -> Page:
    parts = _split(url)
    assert parts.hostname
    place = Place(parts.hostname, _port(parts), parts.scheme == "https")
    reached = False
    try:
        if (page := _over_pooled(url, place, visit)) is not None:
            return page
        connection = connect(place.host, place.port, visit.way, secure=place.secure)
        reached = True
        return _over(connection, url, place, visit)
    except UnicodeError as e:  # a name that can't be written as one
        raise InvalidTargetError(f"{url[:200]!r} is no web address.", provider="website") from e
    except (OSError, NotHttpError) as e:
        error = _to_client_error(e, parts, visit.way.deadline, reached=reached)
        error.reached = reached
        raise error from e


def _over_pooled(url: str, place: Place, visit: _Visit) -> Page | None:
    """Return the answer over an earlier connection; None where there is none that works.

    A server may close it while the request is on its way.
    """
    if visit.pool is None or (connection := visit.pool.take(place)) is None:
        return None
    try:
        return _over(connection, url, place, visit)
    except (ConnectionError, ssl.SSLError, NotHttpError):
        return None


def _over(connection: Connection, url: str, place: Place, visit: _Visit) -> Page:
    """Return the answer over a connection, which goes to the pool where it may, else is closed."""
    keep = False
    try:
        page, keep = _exchange(url, connection, visit)
        return page
    finally:
        if keep and visit.pool is not None:
            visit.pool.give(place, connection)
        else:
            connection.close()


def _exchange(url: str, connection: Connection, visit: _Visit) -> tuple[Page, bool]:
    """Return the answer, and whether another may be asked for over the same connection."""
    parts, sock = urlsplit(url), connection.sock
    sock.settimeout(visit.way.left())
    asked = urllib.request.Request(url)  # noqa: S310 - never opened; the cookie jar reads it
    sock.sendall(_request(parts, asked, visit))
    if visit.pool and _QUICK_ACK:  # else servers that send head and body apart wait 40 ms for us
        sock.setsockopt(socket.IPPROTO_TCP, _QUICK_ACK, 1)
    stream = Stream(sock, visit.way.deadline)
    try:
        head = read_head(stream, secure=parts.scheme == "https")
    except HeadTooLargeError as e:
        raise TargetTooLargeError(
            f"{parts.hostname} sends more than 256 KB of headers.", provider="website"
        ) from e
    keep_cookies(visit.cookies, asked, head.headers)
    keep = visit.pool is not None and _may_keep(head)
    body = Body()
    if not _leads_on(head.status, head.headers) or (keep and visit.method == "HEAD"):
        body = read_body(
            stream,
            head,
            visit.method,
            max_bytes=visit.max_bytes,
            deadline=visit.way.deadline,
            drain=keep,
        )
    page = Page(
        requested_url=url,
        url=url,
        status=head.status,
        headers=head.headers,
        body=body.data,
        redirects=(),
        tls=connection.tls,
        elapsed_s=0.0,
        ip=connection.ip,
        truncated=body.truncated,
        unread=body.unread,
    )
    return page, body.drained


def _may_keep(head: Head) -> bool:
    said = (joined(head.headers, "connection") or "").lower()
    return head.version == (1, 1) and head.status >= _FINAL and "close" not in said


def _request(parts: SplitResult, asked: urllib.request.Request, visit: _Visit) -> bytes:
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if len(visit.cookies):
        visit.cookies.add_cookie_header(asked)
    headers = {
        "Host": parts.netloc.rpartition("@")[2],
        # Closed, an answer without a length has an end.
        "Connection": "close" if visit.pool is None else "keep-alive",
        **_DEFAULT_HEADERS,
        **asked.unredirected_hdrs,
        **visit.headers,
    }
    lines = [f"{visit.method} {_ascii(path)} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())]
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode("latin-1")


def _ascii(path: str) -> str:
    return "".join(c if "!" <= c <= "~" else "".join(f"%{b:02X}" for b in c.encode()) for c in path)


def _to_client_error(
    error: Exception, parts: SplitResult, deadline: float, *, reached: bool
) -> CheckError:
    """Return our error for what went wrong on the wire."""
    host = parts.hostname
    if time.monotonic() >= deadline or isinstance(error, TimeoutError):
        where = "" if reached else f" on port {_port(parts)}"
        return ProviderTimeoutError(f"{host} did not answer in time{where}.", provider="website")
    if isinstance(error, ConnectionError) and not isinstance(error, ConnectionRefusedError):
        return ProviderUnavailableError(f"{host} broke the connection off.", provider="website")
    return TargetUnreachableError(f"{host} {_reason(error, parts)}.", provider="website")


def _reason(error: Exception, parts: SplitResult) -> str:
    if isinstance(error, ConnectionRefusedError):
        return f"refuses connections on port {_port(parts)}"
    if isinstance(error, ssl.SSLError):
        return f"has no working HTTPS: {tls.failure_wording(error)}"
    if isinstance(error, NotHttpError):
        return "does not speak HTTP properly"
    return f"can't be reached on port {_port(parts)}"


class _Answer:
    """An answer in the form that the jar reads."""

    def __init__(self, headers: Headers) -> None:
        self._headers = Message()
        for name, value in headers:
            if name.lower() == "set-cookie":
                self._headers[name] = value

    def info(self) -> Message:
        return self._headers


def keep_cookies(jar: CookieJar, asked: urllib.request.Request, headers: Headers) -> None:
    """Put the cookies of an answer into the jar; those that are none are passed over."""
    if not any(name.lower() == "set-cookie" for name, _ in headers):  # most set none
        return
    jar.extract_cookies(cast("HTTPResponse", _Answer(headers)), asked)
