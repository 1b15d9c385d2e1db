"""What search engines, screen readers and tired eyes need from a page, and whether it is stale."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from lfassess.checks.base import Finding, Severity
from lfassess.checks.visual.catalogue import finding, quoted
from lfassess.checks.visual.evidence import Contrast, Device, Images, Oversized, Text, Width
from lfassess.quantities import exact, number, percent, plural

_NO_TITLES: Final = frozenset(
    {
        "", "untitled", "untitled document", "untitled page", "new page", "new page 1", "document",
        "home", "homepage", "home page", "index", "welcome", "website", "my site", "my website",
        "title", "page title", "wordpress", "just another wordpress site", "react app", "vite app",
    }
)  # fmt: skip
_LOW_SHARE: Final = 0.2
_MIN_TEXT: Final = 200  # characters, to speak of shares
_MANY_WITHOUT_ALT: Final = 3  # and half of all: no longer an oversight
_STALE_YEARS: Final = 2  # last year's is usual in spring
_MANY_OLD_TAGS: Final = 3
_LONG_PX: Final = 15_000


def findings(device: Device, now: int | None) -> Iterator[Finding]:
    """Yield them; ``now`` is the year of the visit."""
    yield from _staleness(device, now)
    yield from _page(device)
    yield from _contrast((device.text or Text()).contrast)
    yield from _images(device.images or Images())
    height = (device.width or Width()).page_height or 0
    if height > _LONG_PX:
        yield finding("visual-very-long-page", f"{number(height)} px high")


def _page(device: Device) -> Iterator[Finding]:
    page, title = device.page, device.title.strip()
    if page is None:
        return
    if title.lower().strip(" .-|") in _NO_TITLES:
        yield finding("visual-no-title", f"its title is {quoted(title)}" if title else "no title")
    if not any(heading.strip() for heading in page.h1):
        yield finding("visual-no-heading", "no h1 element with text")
    if not page.lang:
        yield finding("visual-no-language", "no lang attribute")


def _contrast(contrast: Contrast) -> Iterator[Finding]:
    share = contrast.low_share or 0
    if share > _LOW_SHARE and contrast.checked_chars >= _MIN_TEXT:
        first = next(iter(contrast.examples), None)
        at = ""
        if first is not None and first.text and first.ratio is not None:
            at = f", for example {quoted(first.text)} at {exact(first.ratio)}:1"
        yield finding(
            "visual-low-contrast",
            f"{percent(share)} of the text is below WCAG's 4.5:1 (large: 3:1){at}",
        )


def _images(images: Images) -> Iterator[Finding]:
    count = images.count or 0
    if missing := images.alt_missing:
        found = finding("visual-alt-missing", f"{number(missing)} of {plural(count, 'picture')}")
        many = missing >= _MANY_WITHOUT_ALT and missing * 2 >= count
        yield replace(found, severity=Severity.MEDIUM) if many else found
    if images.oversized_count:
        first = next(iter(images.oversized), Oversized())
        has, shown = first.width, first.shown_width
        at = f", one {number(has)} px wide shown at {number(shown)} px" if has and shown else ""
        said = f"{plural(images.oversized_count, 'picture')}{at}"
        yield finding("visual-oversized-images", said)


def _staleness(device: Device, now: int | None) -> Iterator[Finding]:
    """Yield signs that nobody has looked after the page for years, or ever finished it."""
    year, old = device.copyright_year, device.old
    if year is not None and now is not None and now - year >= _STALE_YEARS:
        yield finding("visual-old-copyright", f"it says {year}, seen in {now}")
    if old.obsolete_tags >= _MANY_OLD_TAGS or old.flash > 0:
        seen = [plural(old.obsolete_tags, "obsolete HTML element")] if old.obsolete_tags else []
        seen += ["Flash, which no browser plays any more"] if old.flash else []
        yield finding("visual-obsolete-build", ", ".join(seen))
    if device.placeholder:
        yield finding("visual-placeholder-text", "“lorem ipsum” in the text")
