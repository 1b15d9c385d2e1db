"""Signs that nobody has looked after the page for years, or ever finished it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from lfassess.checks.base import Finding
from lfassess.checks.shared.json_access import get_number, get_object
from lfassess.checks.visual.catalogue import finding
from lfassess.quantities import plural

Json = dict[str, Any]

_STALE_YEARS: Final = 2  # last year's is usual in spring
_MANY_OLD_TAGS: Final = 3


def findings(desktop: Json, mobile: Json, fetched_at: object) -> Iterator[Finding]:
    """Yield them; ``fetched_at`` (ISO 8601) says what year it was."""
    device = desktop or mobile
    year, now = get_number(device, "copyright_year"), _year_of(fetched_at)
    if year is not None and now is not None and now - year >= _STALE_YEARS:
        yield finding("visual-old-copyright", f"it says {year:.0f}, seen in {now}")
    old = get_object(device, "old")
    tags, flash = get_number(old, "obsolete_tags") or 0, get_number(old, "flash") or 0
    if tags >= _MANY_OLD_TAGS or flash > 0:
        seen = [plural(tags, "obsolete HTML element")] if tags else []
        seen += ["Flash, which no browser plays any more"] if flash else []
        yield finding("visual-obsolete-build", ", ".join(seen))
    if device.get("placeholder") is True:
        yield finding("visual-placeholder-text", "“lorem ipsum” in the text")


def _year_of(when: object) -> int | None:
    try:
        return datetime.fromisoformat(when).year if isinstance(when, str) else None
    except ValueError:
        return None
