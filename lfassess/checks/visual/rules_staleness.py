"""Signs that nobody has looked after the page for years, or ever finished it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lfassess.checks.base import Finding
from lfassess.checks.visual.catalogue import finding
from lfassess.checks.visual.evidence import Device
from lfassess.quantities import plural

_STALE_YEARS: Final = 2  # last year's is usual in spring
_MANY_OLD_TAGS: Final = 3


def findings(device: Device, now: int | None) -> Iterator[Finding]:
    """Yield them; ``now`` is the year of the visit."""
    year, old = device.copyright_year, device.old
    if year is not None and now is not None and now - year >= _STALE_YEARS:
        yield finding("visual-old-copyright", f"it says {year}, seen in {now}")
    if old.obsolete_tags >= _MANY_OLD_TAGS or old.flash > 0:
        seen = [plural(old.obsolete_tags, "obsolete HTML element")] if old.obsolete_tags else []
        seen += ["Flash, which no browser plays any more"] if old.flash else []
        yield finding("visual-obsolete-build", ", ".join(seen))
    if device.placeholder:
        yield finding("visual-placeholder-text", "“lorem ipsum” in the text")
