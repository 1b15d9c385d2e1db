"""Whose process is at the other end of a connection within this machine. Standard library alone."""

from __future__ import annotations

import os
import socket
import struct
import sys
from collections.abc import Collection

KNOWS_PEERS = sys.platform.startswith("linux")  # elsewhere nobody says

_SOCK_DIAG, _BY_FAMILY, _REQUEST, _ERROR = 4, 20, 1, 2
_HEADER = struct.Struct("=IHHII")
_ANY_COOKIE = (0xFFFFFFFF, 0xFFFFFFFF)
_TAIL_AT = _HEADER.size + 52  # past the state and both addresses: what is said of the socket
_UID_COLUMN, _INODE_COLUMN = 7, 9

Address = tuple[str, int]


def is_from(peer: Address, own: Address, accounts: Collection[int]) -> bool:
    """Tell whether the far end of a TCP connection within this machine belongs to an account.

    A far end that has been closed already belongs to nobody.

    Args:
        peer: its address as this end sees it.
        own: this end's address.
        accounts: user ids.
    """
    return owner(peer, own) in accounts


def owner(peer: Address, own: Address) -> int | None:
    """Return the user id of the far end; None where it is closed, or of another machine."""
    far, near = _packed(peer), _packed(own)
    try:
        return _asked(far, near)
    except OSError:  # no such socket, or a kernel that can't be asked
        return _listed(far, near)


def _packed(address: Address) -> tuple[int, bytes, int]:
    """Return (family, address, port); of an IPv4 address in IPv6's dress IPv4's."""
    host, port = address[0].partition("%")[0], address[1]
    host = host.removeprefix("::ffff:") if "." in host else host
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return family, socket.inet_pton(family, host), port


def _asked(far: tuple[int, bytes, int], near: tuple[int, bytes, int]) -> int | None:
    family, host, port = far
    body = struct.pack("=BBBxI", family, socket.IPPROTO_TCP, 0, 0xFFFFFFFF)
    body += struct.pack("!HH16s16s", port, near[2], host, near[1])
    body += struct.pack("=III", 0, *_ANY_COOKIE)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, _SOCK_DIAG) as s:
        s.send(_HEADER.pack(_HEADER.size + len(body), _BY_FAMILY, _REQUEST, 1, 0) + body)
        answer = s.recv(4096)
    if _HEADER.unpack_from(answer)[1] == _ERROR:
        number = -struct.unpack_from("=i", answer, _HEADER.size)[0]
        raise OSError(number, os.strerror(number))
    uid, inode = struct.unpack_from("=12xII", answer, _TAIL_AT)
    return uid if inode else None  # a closed one has none, and counts as root's


def _listed(far: tuple[int, bytes, int], near: tuple[int, bytes, int]) -> int | None:
    """Look it up in the list of all connections, which takes longer."""
    ends = [f"{_hex(end[1])}:{end[2]:04X}" for end in (far, near)]
    name = "tcp6" if far[0] == socket.AF_INET6 else "tcp"
    try:
        with open(f"/proc/net/{name}") as file:  # noqa: PTH123 - pathlib is slow to import
            lines = file.readlines()[1:]
    except OSError:
        return None
    for columns in map(str.split, lines):
        if columns[1:3] == ends and columns[_INODE_COLUMN] != "0":
            return int(columns[_UID_COLUMN])
    return None


def _hex(host: bytes) -> str:
    """Return an address as the list has it: in words of the machine's byte order."""
    words = struct.unpack(f"={len(host) // 4}I", host)
    return "".join(f"{word:08X}" for word in words)
