"""Asks whether a server still speaks TLS 1.0 or 1.1, whatever this machine's OpenSSL can do."""

from __future__ import annotations

import os
import socket
import struct
import time
from typing import Final

from lfassess.errors import (
    DeadlineExceededError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    TargetUnreachableError,
)
from lfassess.netguard import Guard
from lfassess.settings import Settings

_NAMES: Final = {0x0300: "SSLv3", 0x0301: "TLSv1", 0x0302: "TLSv1.1", 0x0303: "TLSv1.2"}
_OLD: Final = frozenset({"SSLv3", "TLSv1", "TLSv1.1"})
# What servers of that time had in common: ECDHE and RSA with AES-CBC or 3DES, and the signal that
# renegotiation is safe (RFC 5246 §A.5, RFC 4492 §6, RFC 5746 §3.3).
_CIPHERS: Final = (
    0xC013, 0xC014, 0xC009, 0xC00A, 0x0033, 0x0039, 0x002F, 0x0035, 0x000A, 0x00FF,
)  # fmt: skip
_GROUPS: Final = (0x001D, 0x0017, 0x0018, 0x0019)
_RECORD, _HANDSHAKE, _SERVER_HELLO, _ALERT = 5, 22, 2, 21
_STEP_S: Final = 3.0


def accepted(host: str, port: int, *, settings: Settings, deadline: float) -> list[str]:
    """Return which of TLSv1.1 and TLSv1 the server accepts, newest first, in two handshakes.

    Each is a hello of our own that goes no further than the server's answer: OpenSSL builds that
    no longer have these versions could not tell.

    Raises:
        TargetForbiddenError: the host's address is private.
        TargetUnreachableError, ProviderTimeoutError, ProviderUnavailableError: no answer.
    """
    newest = _answer(host, port, 0x0302, settings, deadline)
    if newest not in _OLD:
        return []
    if newest != "TLSv1.1":
        return [newest]
    try:
        oldest = _answer(host, port, 0x0301, settings, deadline)
    except (ProviderTimeoutError, ProviderUnavailableError, TargetUnreachableError):
        oldest = None  # what is known already is worth more
    return [newest, oldest] if oldest in _OLD and oldest else [newest]


def _answer(host: str, port: int, version: int, settings: Settings, deadline: float) -> str | None:
    """Return the version that the server answers a hello with, or None if it refuses."""
    end = min(deadline, time.monotonic() + _STEP_S)
    if end <= time.monotonic():
        raise DeadlineExceededError("No time was left for old TLS versions.", provider="website")
    try:
        with Guard.from_settings(settings).connect(host, port, end - time.monotonic()) as sock:
            return _ask(sock, _hello(host, version), end)
    except TimeoutError as e:
        raise ProviderTimeoutError(f"{host} did not answer in time.", provider="website") from e
    except (ConnectionResetError, BrokenPipeError):
        return None  # how some refuse
    except OSError as e:
        raise TargetUnreachableError(f"{host} can't be reached.", provider="website") from e


def _ask(sock: socket.socket, hello: bytes, end: float) -> str | None:
    sock.settimeout(max(end - time.monotonic(), 0.001))
    sock.sendall(hello)
    head = _read(sock, _RECORD + 6, end)
    if len(head) < _RECORD + 6 or head[0] == _ALERT:
        return None
    if head[0] != _HANDSHAKE or head[_RECORD] != _SERVER_HELLO:
        raise ProviderUnavailableError("It does not speak TLS.", provider="website")
    (version,) = struct.unpack_from("!H", head, _RECORD + 4)
    return _NAMES.get(version)


def _read(sock: socket.socket, size: int, end: float) -> bytes:
    data = b""
    while len(data) < size:
        left = end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        sock.settimeout(left)
        chunk = sock.recv(size - len(data))
        if not chunk:
            break
        data += chunk
        if data[0] == _ALERT:
            break
    return data


def _hello(host: str, version: int) -> bytes:
    """Return a ClientHello (RFC 4346 §7.4.1.2) with the server's name, groups and point format."""
    ciphers = struct.pack(f"!{len(_CIPHERS)}H", *_CIPHERS)
    groups = struct.pack(f"!{len(_GROUPS)}H", *_GROUPS)
    extensions = _extension(10, _sized(groups)) + _extension(11, b"\x01\x00")
    if not _is_address(host):
        name = host.rstrip(".").encode("idna")
        extensions = _extension(0, _sized(b"\x00" + _sized(name))) + extensions
    body = struct.pack("!H", version) + os.urandom(32) + b"\x00"
    body += _sized(ciphers) + b"\x01\x00" + _sized(extensions)
    handshake = b"\x01" + struct.pack("!I", len(body))[1:] + body
    return struct.pack("!BH", _HANDSHAKE, 0x0301) + _sized(handshake)


def _extension(number: int, data: bytes) -> bytes:
    return struct.pack("!H", number) + _sized(data)


def _sized(data: bytes) -> bytes:
    return struct.pack("!H", len(data)) + data


def _is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()
