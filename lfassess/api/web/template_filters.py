"""Puts values into words for the pages."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from markupsafe import Markup, escape

from lfassess import quantities
from lfassess.checks import title_of
from lfassess.db.fragments import waits_for_someone
from lfassess.report import review
from lfassess.report.text import clean, host_of, phone_number, web_link

_STATUS: Final = {
    "pending": "waiting",
    "in_progress": "running",
    "needs_review": "needs review",
    "open": "being measured",
    "succeeded": "done",
    "completed": "done",
}
NONE: Final = "\N{EN DASH}"
_UNITS: Final = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def in_words(status: str | None) -> str:
    """Return a status or outcome as people say it."""
    return _STATUS.get(status, status.replace("_", " ")) if status else "never"


def duration(seconds: float | timedelta | None) -> str:
    """Return 4.2 s, 12 min, 3 h 5 min, 2 d 4 h; a dash where there is none."""
    if seconds is None:
        return NONE
    total = seconds.total_seconds() if isinstance(seconds, timedelta) else float(seconds)
    if total < 10:  # noqa: PLR2004 - from ten seconds on, tenths are noise
        return f"{max(total, 0.0):.1f} s"
    for place, (size, unit) in enumerate(_UNITS):
        if total >= size:
            whole, rest = divmod(int(total), size)
            smaller = _UNITS[place + 1] if place + 1 < len(_UNITS) else None
            second = f" {rest // smaller[0]} {smaller[1]}" if smaller and rest >= smaller[0] else ""
            return f"{whole} {unit}{second}" if size >= _UNITS[1][0] else f"{whole} {unit}"
    return "0 s"


def between(start: datetime | None, end: datetime | None, now: datetime) -> str:
    """Return how long it took, or has taken until now."""
    return duration((end or now) - start) if start else NONE


def ago(at: datetime | None, now: datetime) -> str:
    """Return 12 min ago, or in 30 s; a dash where there is no time."""
    if at is None:
        return NONE
    gone = (now - at).total_seconds()
    if abs(gone) < 1:
        return "now"
    size, unit = next((s, u) for s, u in _UNITS if abs(gone) >= s)
    text = f"{int(abs(gone) // size)} {unit}"
    return f"{text} ago" if gone > 0 else f"in {text}"


def stamp(at: datetime | None) -> str:
    """Return 23 Nov 2026 14:05:09 UTC."""
    return f"{at.astimezone(UTC):%d %b %Y %H:%M:%S} UTC" if at else NONE


def iso(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat() if at else ""


def money(usd: float | None) -> str:
    """Return $1.20; four places below ten cents, where calls cost fractions of one."""
    return quantities.money(usd) if usd else "$0"


def number(value: float | None) -> str:
    return NONE if value is None else quantities.number(value)


def share(part: float, whole: float) -> float:
    """Return part of whole in percent, 0 where there is no whole."""
    return round(100 * part / whole, 2) if whole else 0.0


def pretty(value: Any) -> str:
    """Return JSON for people to read."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)


def coded(text: str) -> Markup:
    """Return the text escaped, with what stands between backticks as code."""
    parts = [escape(part) for part in text.split("`")]
    marked = [Markup("<code>%s</code>") % p if i % 2 else p for i, p in enumerate(parts)]
    return Markup("").join(marked)


def phone(value: str | None, country: str | None = None) -> str:
    """Return a phone number as the report has it; a dash where there is none."""
    return phone_number(value, country) or NONE


def breakable(name: str | None) -> Markup:
    """Return a host or a code that a narrow column breaks between its words before within one."""
    parts = re.split(r"(?<=[._])", name or "")
    return Markup("<wbr>").join(parts)


def tone(score: int | None) -> str:
    """Return good, fair, poor or none: the colour that goes with a score."""
    if score is None:
        return "none"
    return "good" if score >= 75 else "fair" if score >= 50 else "poor"  # noqa: PLR2004 - grades B, C


FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "check_title": title_of,
    "in_words": in_words,
    "duration": duration,
    "between": between,
    "ago": ago,
    "stamp": stamp,
    "iso": iso,
    "coded": coded,
    "reasons": review.words,
    "money": money,
    "number": number,
    "share": share,
    "pretty": pretty,
    "tone": tone,
    "phone": phone,
    "breakable": breakable,
    "clean": clean,
    "host": host_of,
    "web_link": web_link,
    "waits_for_someone": waits_for_someone,
}
