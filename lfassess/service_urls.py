"""Addresses of Postgres and Redis: whether they can be read, without showing their passwords."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

POSTGRES: Final = frozenset({"postgres", "postgresql"})
REDIS: Final = frozenset({"redis", "rediss", "redis+socket"})
ENCODE: Final = (
    "In a user name or password write @ as %40, : as %3A, / as %2F, ? as %3F, # as %23, [ as %5B, "
    "] as %5D, ; as %3B, % as %25."
)
_HOST: Final = re.compile(r"[A-Za-z0-9._%-]*(:[0-9]{0,5})?|\[[0-9A-Fa-f:.%]+\](:[0-9]{0,5})?")


def fault(url: str, schemes: frozenset[str]) -> str | None:
    """Return what is wrong with the address, None when nothing is; nothing of it is repeated.

    Args:
        url: as the setting has it.
        schemes: what it may begin with; a driver (``postgresql+psycopg``) may follow.
    """
    if schemes == REDIS and ";" in url:  # kombu takes several servers in a row
        return next((f for part in url.split(";") if (f := fault(part, schemes))), None)
    scheme, sep, rest = url.partition("://")
    if not sep or (scheme not in schemes and scheme.partition("+")[0] not in schemes - REDIS):
        return f"must begin with {' or '.join(f'{s}://' for s in sorted(schemes))}"
    if _is_torn(rest):
        return f"has a user name or password with characters that end it early. {ENCODE}"
    try:
        parts = urlsplit(f"http://{rest}")
    except ValueError:
        return f"can't be read. {ENCODE}"
    _, _, hosts = parts.netloc.rpartition("@")
    if not all(_HOST.fullmatch(host) for host in hosts.split(",")):
        return f"names no host and port that can be read. {ENCODE}"
    return None


def _is_torn(rest: str) -> bool:
    """Tell whether a name or password holds what ends it: an @ too many, or one after a / ? #."""
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if authority.count("@") > 1 or "[" in authority.rpartition("@")[0]:
        return True
    path, _, _ = rest[len(authority) :].partition("?")
    return "#" in rest or (authority != "" and "@" in path)
