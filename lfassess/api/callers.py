"""Where a request comes from, for installations without a key.

They answer this machine only, and there the account that they run under.
"""

from __future__ import annotations

import ipaddress
import os
from typing import Final

from starlette.requests import Request

from lfassess import peers

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


def comes_from_another_account(request: Request) -> bool:
    """Tell whether somebody else's process on this machine asks; False where nobody knows."""
    client, server = request.client, request.scope.get("server")
    if not peers.KNOWS_PEERS or client is None or server is None or server[1] is None:
        return False
    try:
        return not peers.is_from((client.host, client.port), tuple(server), {os.geteuid(), 0})
    except OSError:  # no address: a unix socket
        return False


def _is_loopback(host: str) -> bool:
    ip = ipaddress.ip_address(host)
    mapped = getattr(ip, "ipv4_mapped", None)
    return (mapped or ip).is_loopback
