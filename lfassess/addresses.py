"""Resolves names, and tells public internet addresses from all others."""

from __future__ import annotations

import ipaddress
import socket
import threading
from concurrent.futures import Future

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_RESOLVE_S = 8.0
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


# Special-purpose blocks that the standard library counts as global, in this or an older version;
# and 168.63.129.16, at which every machine in Azure reaches its host.
_SPECIAL = tuple(
    ipaddress.ip_network(block)
    for block in ("168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24", "64:ff9b:1::/48",
                  "2001::/23", "3fff::/20", "5f00::/16", "fec0::/10")
)  # fmt: skip


def _embedded(ip: ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    """Return the IPv4 addresses that an IPv6 address leads to by translation."""
    found = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
    if ip in _NAT64:
        found.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return [address for address in found if address is not None]


def is_public(address: str) -> bool:
    """Return whether an IP address belongs to the public internet.

    Private, loopback, link-local, unique-local, carrier-grade NAT, multicast, reserved and
    unspecified addresses do not (the IANA special-purpose registries), nor do IPv6 addresses that
    embed such an IPv4 address.
    """
    ip: IPAddress = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and (embedded := _embedded(ip)):
        return all(is_public(str(inner)) for inner in embedded)
    special = ip.is_multicast or ip.is_reserved or any(ip in block for block in _SPECIAL)
    return ip.is_global and not special


def look_up(name: str) -> list[str]:
    """Return a name's addresses, within a time limit that the C library does not have for itself.

    Address literals of any spelling (octal, hexadecimal, a single number) come back as usual ones.

    Raises:
        OSError, UnicodeError: there is no such name, or no answer in time.
    """
    done: Future[list[str]] = Future()

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
            done.set_result(list(dict.fromkeys(str(a[4][0]) for a in answers)))
        except (OSError, UnicodeError) as e:
            done.set_exception(e)

    threading.Thread(target=ask, name="resolve", daemon=True).start()
    return done.result(_RESOLVE_S)
