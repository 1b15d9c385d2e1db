"""Where a request comes from, for installations without a key, which answer this machine only."""

from __future__ import annotations

import ipaddress
from typing import Final

from starlette.requests import Request

LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_SIGNS_OF_A_PROXY: Final = ("x-forwarded-for", "forwarded", "x-real-ip")


def comes_from_elsewhere(request: Request) -> bool:
    """Tell whether another machine asks, be it through a proxy on this one."""
    if any(name in request.headers for name in _SIGNS_OF_A_PROXY):
        return True
    try:
        return request.client is not None and not _is_loopback(request.client.host)
    except ValueError:  # a unix socket
        return False


def _is_loopback(host: str) -> bool:
    ip = ipaddress.ip_address(host)
    mapped = getattr(ip, "ipv4_mapped", None)
    return (mapped or ip).is_loopback
