"""A glance at the address before it is measured: what is no website is not worth a measurement."""

from __future__ import annotations

import time
from typing import Final

from lfassess.checks.base import CheckContext, Json, Target
from lfassess.checks.shared.visit import Visit, meet
from lfassess.clients import website
from lfassess.errors import CheckError

_GLANCE_S: Final = 4.0
_BYTES: Final = 500_000


def glance(target: Target, ctx: CheckContext) -> Json | None:
    """Return what a plain request met, as ``metrics["visit"]`` has it; None where none came."""
    assert target.url
    deadline = min(ctx.deadline, time.monotonic() + _GLANCE_S)
    try:
        page = website.fetch(target.url, settings=ctx.settings, deadline=deadline, max_bytes=_BYTES)
    except CheckError:
        return None  # Lighthouse says why, if it can't load it either
    visit = Visit.from_html(
        target.url, page.url, page.status, page.headers, page.text, unread=page.unread
    )
    return meet(visit, target.name).as_json(page.url)
