"""What search engines, screen readers and tired eyes need from a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from lfassess.checks.base import Finding, Severity
from lfassess.checks.shared.json_access import (
    get_number,
    get_object,
    get_objects,
    get_text,
    get_texts,
)
from lfassess.checks.visual.catalogue import finding, quoted
from lfassess.quantities import plural

Json = dict[str, Any]

_NO_TITLES: Final = frozenset(
    {
        "", "untitled", "untitled document", "untitled page", "new page", "new page 1", "document",
        "home", "homepage", "home page", "index", "welcome", "website", "my site", "my website",
        "title", "page title", "wordpress", "just another wordpress site", "react app", "vite app",
    }
)  # fmt: skip
_LOW_SHARE: Final = 0.2
_LEAST_TEXT: Final = 200  # characters, to speak of shares
_MANY_WITHOUT_ALT: Final = 3  # and half of all: no longer an oversight
_LONG_PX: Final = 15_000


def findings(desktop: Json, mobile: Json) -> Iterator[Finding]:
    device = desktop or mobile
    yield from _page(device)
    yield from _contrast(get_object(get_object(device, "text"), "contrast"))
    yield from _images(get_object(device, "images"))
    height = get_number(get_object(device, "width"), "page_height") or 0
    if height > _LONG_PX:
        yield finding("visual-very-long-page", f"{height:,.0f} px high")


def _page(device: Json) -> Iterator[Finding]:
    page = device.get("page")
    if not isinstance(page, dict):
        return
    title = get_text(device, "title") or ""
    if title.lower().strip(" .-|") in _NO_TITLES:
        yield finding("visual-no-title", f"its title is {quoted(title)}" if title else "no title")
    if not any(heading.strip() for heading in get_texts(page, "h1")):
        yield finding("visual-no-heading", "no h1 element with text")
    if get_text(page, "lang") is None:
        yield finding("visual-no-language", "no lang attribute")


def _contrast(contrast: Json) -> Iterator[Finding]:
    share, chars = (
        get_number(contrast, "low_share") or 0,
        get_number(contrast, "checked_chars") or 0,
    )
    if share > _LOW_SHARE and chars >= _LEAST_TEXT:
        example = next(iter(get_objects(contrast, "examples")), {})
        ratio, text = get_number(example, "ratio"), get_text(example, "text")
        at = f", for example {quoted(text)} at {ratio:g}:1" if text and ratio is not None else ""
        yield finding(
            "visual-low-contrast", f"{share:.0%} of the text is below WCAG's 4.5:1 (large: 3:1){at}"
        )


def _images(images: Json) -> Iterator[Finding]:
    count = get_number(images, "count") or 0
    if missing := get_number(images, "alt_missing") or 0:
        found = finding("visual-alt-missing", f"{missing:,.0f} of {plural(count, 'picture')}")
        many = missing >= _MANY_WITHOUT_ALT and missing * 2 >= count
        yield replace(found, severity=Severity.MEDIUM) if many else found
    if oversized := get_number(images, "oversized_count"):
        example = next(iter(get_objects(images, "oversized")), {})
        has, shown = get_number(example, "width"), get_number(example, "shown_width")
        at = f", one {has:,.0f} px wide shown at {shown:,.0f} px" if has and shown else ""
        yield finding("visual-oversized-images", f"{plural(oversized, 'picture')}{at}")
