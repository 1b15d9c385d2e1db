"""One question to a lead's site, and its answer as evidence."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final

from lfassess.checks.base import CheckContext, Json
from lfassess.clients.website import Page, fetch
from lfassess.errors import CheckError

LONGEST: Final = 16_384  # characters of a header that are kept; Node's limit for all of them

Asked = Page | CheckError


def ask(
    url: str,
    ctx: CheckContext,
    seconds: float,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    max_bytes: int = 5_000_000,
    max_redirects: int = 10,
) -> Asked:
    """Return the answer, or why there is none within ``seconds`` and the check's own deadline."""
    try:
        return fetch(
            url,
            settings=ctx.settings,
            deadline=min(ctx.deadline, time.monotonic() + seconds),
            max_bytes=max_bytes,
            max_redirects=max_redirects,
            headers=headers,
            method=method,
        )
    except CheckError as e:
        return e


def as_evidence(page: Asked | None) -> Json | None:
    """Return an answer in the form that the rules read; None where there is none."""
    if not isinstance(page, Page):
        return None
    tls = page.hops[0].tls  # of the lead's own host, not of where it leads
    return {
        "url": page.url,
        "status": page.status,
        "ip": page.ip,
        "headers": [[k, v[:LONGEST]] for k, v in page.headers],
        "route": [hop.url for hop in page.hops],
        "verified": page.verified,
        "tls": tls.as_json() if tls else None,
    }
