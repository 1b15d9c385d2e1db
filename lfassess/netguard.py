"""Keeps leads' URLs to public addresses and web ports: a judging resolver, a proxy built on it."""

from __future__ import annotations

import selectors
import socket
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Self, cast
from urllib.parse import urlsplit

from lfassess.addresses import is_public, look_up
from lfassess.errors import (
    ConfigurationError,
    TargetForbiddenError,
    TargetPortError,
    TargetUnreachableError,
)
from lfassess.peers import is_from
from lfassess.settings import WEB_PORTS, Settings, port_range


@dataclass(frozen=True, slots=True)
class Route:
    """Where connections to a host and port really go: HOST:PORT:ADDRESS:PORT."""

    host: str  # a name, or *.suffix
    port: int
    address: str
    to_port: int

    @classmethod
    def parse(cls, text: str) -> Route:
        """Read one entry of LFASSESS_CONNECT_TO; raises ConfigurationError."""
        parts = text.split(":")
        try:
            host, port, address, to_port = parts
            return cls(host.lower(), int(port), address, int(to_port))
        except ValueError as e:
            raise ConfigurationError(
                f"LFASSESS_CONNECT_TO has an entry that is not HOST:PORT:ADDRESS:PORT: {text!r}."
            ) from e

    def matches(self, host: str, port: int) -> bool:
        if port != self.port:
            return False
        return host.endswith(self.host[1:]) if self.host.startswith("*.") else host == self.host


@lru_cache(maxsize=8)  # a guard is made for every request
def _routes(entries: tuple[str, ...]) -> tuple[Route, ...]:
    return tuple(map(Route.parse, entries))


class Guard:
    """Resolves a name once, judges every address and port, and dials the very address it judged."""

    def __init__(
        self,
        *,
        allow_private: bool = False,
        connect_to: Sequence[str] = (),
        ports: Sequence[str] = WEB_PORTS,
    ) -> None:
        """Set what may be reached.

        Args:
            allow_private: private addresses, too, and these on any port.
            connect_to: entries of LFASSESS_CONNECT_TO; what they lead to is not judged.
            ports: numbers and ranges such as 8000-8999, on public addresses.
        """
        self.allow_private = allow_private
        self._routes = _routes(tuple(connect_to))
        self.said_ports = tuple(ports)
        self._ports = tuple(map(port_range, ports))

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        return cls(
            allow_private=settings.allow_private_targets,
            connect_to=settings.connect_to,
            ports=settings.target_ports,
        )

    def resolve(self, host: str, port: int) -> list[tuple[str, int]]:
        """Return the (ip, port) pairs that a connection may be made to.

        Raises:
            TargetForbiddenError: the name leads to an address that is not public.
            TargetPortError: no website is visited on that port.
            TargetUnreachableError: the name can't be resolved.
        """
        name = host.strip("[]").rstrip(".").lower()
        for route in self._routes:
            if route.matches(name, port):
                return [(route.address, route.to_port)]
        try:
            found = look_up(name)
        except (OSError, UnicodeError) as e:
            raise TargetUnreachableError(
                f"The name {name} can't be resolved.", provider="website"
            ) from e
        if not self.allow_private and not all(map(is_public, found)):
            raise TargetForbiddenError(
                f"{host} leads to a private address; lfassess does not connect to those.",
                provider="website",
                hint="Set LFASSESS_ALLOW_PRIVATE_TARGETS=1 for tests and intranets only.",
            )
        if not (self._may_use(port) or (self.allow_private and not any(map(is_public, found)))):
            raise TargetPortError(
                self._said_of(host, port),
                provider="website",
                hint="Set LFASSESS_TARGET_PORTS to visit others.",
            )
        return [(ip, port) for ip in found]

    def refused_port(self, website: str) -> str | None:
        """Return why a website is not visited on the port that it names, without a look-up.

        None where it may be, be it that only a look-up could tell.
        """
        if ":" not in website.partition("://")[2]:  # as most, and lists are long
            return None
        parts = urlsplit(website)
        host, port = parts.hostname or "", parts.port
        if port is None or self._may_use(port) or self.allow_private:
            return None
        if any(route.matches(host, port) for route in self._routes):
            return None
        return self._said_of(host, port).rstrip(".")

    def _said_of(self, host: str, port: int) -> str:
        return f"Port {port} of {host} is not visited, only {', '.join(self.said_ports)}."

    def _may_use(self, port: int) -> bool:
        return any(port in allowed for allowed in self._ports)

    def connect(self, host: str, port: int, timeout: float) -> socket.socket:
        """Return a connected socket, within ``timeout`` seconds over all of its addresses.

        Raises what resolve raises, and OSError.
        """
        error: OSError | None = None
        end = time.monotonic() + timeout
        for address in self.resolve(host, port):
            try:
                left = max(end - time.monotonic(), 0.001)  # 0 would mean not to wait at all
                return socket.create_connection(address, timeout=left)
            except OSError as e:
                error = e
        raise error or OSError(f"{host} has no address")


_MAX_HEAD = 64 * 1024
_IDLE_S = 60.0
_CONNECT_S = 10.0
_CHUNK = 64 * 1024
_STOP_ROUNDS = 10


class GuardProxy:
    """A forward proxy for browsers; every connection it makes passes the guard.

    Speaks plain HTTP with absolute URLs, and CONNECT. ``refused`` lists what the guard refused,
    ``bytes_received`` counts what came from the sites; past ``max_bytes`` connections are cut.
    """

    def __init__(self, guard: Guard, *, max_bytes: int | None = None) -> None:
        self.guard = guard
        self.max_bytes = max_bytes
        self.refused: list[str] = []
        self.refusal: TargetForbiddenError | None = None  # the first one
        self.bytes_received = 0
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._listener: socket.socket | None = None
        self._threads: set[threading.Thread] = set()
        self._callers: Collection[int] | None = None

    @property
    def url(self) -> str:
        assert self._listener is not None
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def start(
        self, listener: socket.socket | None = None, *, callers: Collection[int] | None = None
    ) -> Self:
        """Serve who comes to ``listener``, which may be of another network; else to loopback.

        ``callers`` are the user ids whose processes are served; None: whoever gets there.
        """
        self._callers = callers
        self._listener = listener or socket.create_server(("127.0.0.1", 0), backlog=128)
        self._spawn(self._accept, self._listener)
        return self

    def stop(self) -> None:
        """End all connections and threads."""
        with self._lock:
            listener, self._listener = self._listener, None
        if listener is not None:
            _close(listener)
        for _ in range(_STOP_ROUNDS):  # a connection accepted meanwhile is seen in the next round
            with self._lock:
                sockets, threads = list(self._open), list(self._threads)
            for s in sockets:  # their threads close them, which would leave a selector asleep
                with suppress(OSError):
                    s.shutdown(socket.SHUT_RDWR)
            for thread in threads:
                thread.join(timeout=0.5)
            if not threads:
                return

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_exc: object) -> None:
        self.stop()

    def reset(self) -> None:
        """Forget what was refused and counted, for the next page."""
        with self._lock:
            self.refused = []
            self.refusal = None
            self.bytes_received = 0

    def _spawn(self, target: Callable[[socket.socket], None], argument: socket.socket) -> None:
        def run() -> None:
            try:
                target(argument)
            finally:
                with self._lock:
                    self._threads.discard(thread)

        thread = threading.Thread(target=run, name="guard-proxy", daemon=True)
        with self._lock:  # started in here: who stops the proxy can't join one that isn't
            self._threads.add(thread)
            thread.start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, peer = listener.accept()
            except OSError:
                return
            if self._callers is not None and not is_from(peer, client.getsockname(), self._callers):
                client.close()
                continue
            self._spawn(self._serve, client)

    def _serve(self, client: socket.socket) -> None:
        with self._tracked(client), suppress(OSError):
            client.settimeout(_IDLE_S)
            head, rest = _read_head(client)
            if head:
                self._forward(client, head, rest)

    @contextmanager
    def _tracked(self, s: socket.socket) -> Iterator[socket.socket]:
        with self._lock:
            self._open.add(s)
        try:
            yield s
        finally:
            with self._lock:
                self._open.discard(s)
            _close(s)

    def _forward(self, client: socket.socket, head: bytes, rest: bytes) -> None:
        method, _, remainder = head.partition(b" ")
        target, _, after = remainder.partition(b" ")
        try:
            host, port, origin_form = _where(method, target.decode("ascii"))
        except ValueError:
            client.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
            return
        try:
            upstream = self.guard.connect(host, port, _CONNECT_S)
        except TargetForbiddenError as e:
            with self._lock:
                self.refused.append(f"{host}:{port}")
                self.refusal = self.refusal or e
            client.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
            return
        except (OSError, TargetUnreachableError):
            client.sendall(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
            return
        with self._tracked(upstream):
            if method == b"CONNECT":
                client.sendall(b"HTTP/1.1 200 Connection Established\r\n\r\n")
                upstream.sendall(rest)
            else:
                request = method + b" " + origin_form.encode() + b" " + after
                upstream.sendall(_one_request(request) + b"\r\n\r\n" + rest)
            self._relay(client, upstream)

    def _relay(self, client: socket.socket, upstream: socket.socket) -> None:
        other = {client: upstream, upstream: client}
        with selectors.DefaultSelector() as selector:
            for s in other:
                s.settimeout(_IDLE_S)
                selector.register(s, selectors.EVENT_READ)
            while selector.get_map():
                ready = selector.select(_IDLE_S)
                if not ready:
                    return
                for key, _ in ready:
                    source = cast("socket.socket", key.fileobj)
                    data = source.recv(_CHUNK)
                    if source is upstream and not self._may_receive(len(data)):
                        return
                    if not data:
                        selector.unregister(source)
                        if source is upstream:
                            return
                        with suppress(OSError):
                            other[source].shutdown(socket.SHUT_WR)
                        continue
                    other[source].sendall(data)

    def _may_receive(self, count: int) -> bool:
        with self._lock:
            self.bytes_received += count
            return self.max_bytes is None or self.bytes_received <= self.max_bytes


def _close(s: socket.socket) -> None:
    with suppress(OSError):
        s.shutdown(socket.SHUT_RDWR)
    s.close()


def _read_head(client: socket.socket) -> tuple[bytes, bytes]:
    """Return (request head without its blank line, what came after it)."""
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = client.recv(_CHUNK)
        if not chunk or len(data) > _MAX_HEAD:
            return b"", b""
        data += chunk
    head, _, rest = data.partition(b"\r\n\r\n")
    return head, rest


def _where(method: bytes, target: str) -> tuple[str, int, str]:
    """Return (host, port, path and query) of a proxy request's target; raises ValueError."""
    if method == b"CONNECT":
        host, _, port = target.rpartition(":")
        return host, int(port), ""
    parts = urlsplit(target)
    if parts.scheme != "http" or not parts.hostname:
        raise ValueError(target)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.hostname, parts.port or 80, path


def _one_request(head: bytes) -> bytes:
    """Return the head so that the site closes after its answer; proxy headers go no further."""
    dropped = (b"proxy-", b"connection:", b"keep-alive:")
    lines = head.split(b"\r\n")
    remaining = [line for line in lines if not line.lower().startswith(dropped)]
    return b"\r\n".join([*remaining, b"Connection: close"])
