"""Connects to a lead's site: guarded, ended at the deadline, over TLS as browsers speak it."""

from __future__ import annotations

import socket
import ssl
import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from lfassess.clients import aia, tls
from lfassess.clients.tls import TlsInfo
from lfassess.errors import DeadlineExceededError
from lfassess.netguard import Guard

_CONNECT_S: Final = 8.0
_AIA_S: Final = 3.0


@dataclass(frozen=True, slots=True)
class Way:
    """How connections are made."""

    guard: Guard
    ca_bundle: Path | None
    deadline: float  # time.monotonic()

    def left(self, most: float = 30.0) -> float:
        """Return the seconds to the deadline; raises DeadlineExceededError if there are none."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise DeadlineExceededError("No time was left to fetch the page.", provider="website")
        return min(left, most)


@dataclass(frozen=True, slots=True)
class Connection:
    """A connection to the very address that the guard judged; whoever has it closes it."""

    sock: socket.socket
    tls: TlsInfo | None
    ip: str  # at the other end
    stack: ExitStack

    def close(self) -> None:
        self.stack.close()


def connect(host: str, port: int, way: Way, *, secure: bool) -> Connection:
    """Connect; a certificate that is not trusted is noted, not refused.

    A server that refuses current encryption is offered what browsers still accept; one that
    leaves out part of its certificate's chain is visited again with what is missing (AIA).

    Raises:
        CheckError: the guard refuses the address, or no time is left.
        OSError: there is no connection, or no encryption that a browser would use.
    """
    with ExitStack() as stack:
        if secure:
            sock: socket.socket
            info: TlsInfo | None
            sock, info = _Secure(stack, host, port, way).connect()
        else:
            sock, info = stack.enter_context(dial(host, port, way)), None
        return Connection(sock, info, str(sock.getpeername()[0]), stack.pop_all())


@dataclass(frozen=True, slots=True)
class _Secure:
    """A connection over TLS that is being made; the stack closes what came of it."""

    stack: ExitStack
    host: str
    port: int
    way: Way

    def connect(self) -> tuple[socket.socket, TlsInfo]:
        try:
            return self._shake(verify=True, wide=False)
        except ssl.SSLCertVerificationError as e:
            return self._distrusted(e, wide=False)
        except ConnectionRefusedError:
            raise
        except (ssl.SSLError, ConnectionError) as e:
            if time.monotonic() >= self.way.deadline:
                raise
            return self._widely(e)

    def _widely(self, refused: OSError) -> tuple[socket.socket, TlsInfo]:
        try:
            return self._shake(verify=True, wide=True)
        except ssl.SSLCertVerificationError as e:
            return self._distrusted(e, wide=True)
        except (ssl.SSLError, ConnectionError):
            raise refused from None

    def _distrusted(
        self, error: ssl.SSLCertVerificationError, *, wide: bool
    ) -> tuple[socket.socket, TlsInfo]:
        sock, info = self._shake(verify=False, wide=wide)
        seen = tls.distrusted(info, self.host, error)
        if not tls.may_be_incomplete(error):
            return sock, seen
        until = min(self.way.deadline, time.monotonic() + _AIA_S)
        issuers = aia.issuers(sock.getpeercert(binary_form=True), self.way.guard, until)
        if not issuers:
            return sock, seen
        self.stack.close()  # some servers serve one visitor at a time
        try:
            trusted, info = self._shake(verify=True, wide=wide, issuers=issuers)
            return trusted, replace(info, incomplete=True)
        except ssl.SSLCertVerificationError as e:  # it was not the chain alone
            error = e
        sock, info = self._shake(verify=False, wide=wide)
        return sock, tls.distrusted(info, self.host, error)

    def _shake(
        self, *, verify: bool, wide: bool, issuers: aia.Certificates = ()
    ) -> tuple[ssl.SSLSocket, TlsInfo]:
        with ExitStack() as attempt:
            sock = attempt.enter_context(dial(self.host, self.port, self.way))
            secure, info = tls.wrap(
                sock,
                self.host,
                ca_bundle=self.way.ca_bundle if verify else None,
                verify=verify,
                wide=wide,
                issuers=issuers,
            )
            attempt.enter_context(secure)
            self.stack.enter_context(attempt.pop_all())
            return secure, info


def dial(host: str, port: int, way: Way) -> socket.socket:
    """Connect; what follows, be it a handshake byte by byte, has until the deadline."""
    sock = way.guard.connect(host, port, way.left(_CONNECT_S))
    sock.settimeout(way.left())  # of a whole handshake, not of each read
    return sock
