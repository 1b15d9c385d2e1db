"""Whether the page fits a phone's screen, a reader's eyes and a finger."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from lfassess.checks.base import Finding
from lfassess.checks.shared.json_access import (
    get_number,
    get_object,
    get_objects,
    get_text,
    get_texts,
)
from lfassess.checks.visual.catalogue import finding, quoted
from lfassess.checks.visual.rules_contact import measured
from lfassess.checks.visual.rules_overlays import covered

Json = dict[str, Any]

_DESKTOP_WIDTH: Final = 600  # CSS pixels; a viewport as wide as that is no phone's
_SIDEWAYS: Final = 8  # CSS pixels
_SMALL_SHARE: Final = 0.4  # Lighthouse 12, font-size: 60 % of the text must have 12 px or more
_FINGERTIP: Final = 24  # CSS pixels; WCAG 2.2, success criterion 2.5.8
_FINGER: Final = 48  # CSS pixels; Material Design, touch targets
_TINY_SHARE, _TINY_COUNT = 0.1, 3
_TIGHT_SHARE, _TIGHT_COUNT = 0.6, 5
_WIDTH: Final = re.compile(r"width\s*=\s*(\d+)", re.IGNORECASE)
_NO_ZOOM: Final = re.compile(
    r"user-scalable\s*=\s*(no|0)|maximum-scale\s*=\s*(0|1(\.0+)?)(?![\d.])", re.IGNORECASE
)


def findings(mobile: Json) -> Iterator[Finding]:
    """Yield what is wrong with the page on a phone; where it has no phone layout, that alone."""
    page = mobile.get("page")
    if not isinstance(page, dict):
        return
    viewport = get_text(page, "viewport")
    if why := _no_layout(viewport):
        yield finding("visual-no-mobile-layout", why)
        return
    trouble = [*_width(mobile), *_text(mobile), *_clash(mobile), *_taps(mobile)]
    yield from trouble
    if viewport and _NO_ZOOM.search(viewport):
        yield finding("visual-zoom-blocked", f"viewport {quoted(viewport)}")
    elif not trouble and _all_measured(mobile):
        size = get_number(get_object(mobile, "text"), "common_px")
        seen = f", usual text size {size:g} px" if size else ""
        yield finding("visual-fits-phones", f"no sideways scrolling at 390 px{seen}")


def _all_measured(mobile: Json) -> bool:
    """Return whether width, text and tap targets were all measured on a page that could be seen."""
    if not measured(mobile, "width", "text", "targets", "overlay") or covered(mobile):
        return False
    taps = get_object(get_object(mobile, "targets"), "taps")
    figures = (
        get_number(get_object(mobile, "width"), "sideways_px"),
        get_number(get_object(mobile, "text"), "small_share"),
        get_number(taps, "count"),
        get_number(taps, "under_24"),
        get_number(taps, "under_48"),
    )
    return None not in figures


def _no_layout(viewport: str | None) -> str | None:
    if viewport is None:
        return "the page sets no viewport, so phones show it as 980 px wide"
    match = _WIDTH.search(viewport)
    if match and float(match[1][:9]) >= _DESKTOP_WIDTH:
        return f"the page asks for a screen {match[1][:9]} px wide"
    return None


def _width(mobile: Json) -> Iterator[Finding]:
    width = get_object(mobile, "width")
    over = get_number(width, "sideways_px") or 0
    if over > _SIDEWAYS:
        culprit = next(iter(get_texts(width, "wide_elements")), None)
        at = f", for example {quoted(culprit)}" if culprit else ""
        yield finding("visual-mobile-overflow", f"{over:,.0f} px stick out to the right{at}")


def _text(mobile: Json) -> Iterator[Finding]:
    text = get_object(mobile, "text")
    share, least = get_number(text, "small_share") or 0, get_number(text, "smallest_px")
    if share > _SMALL_SHARE:
        down_to = f", down to {least:g} px" if least is not None else ""
        yield finding("visual-small-text", f"{share:.0%} of the text is under 12 px{down_to}")


def _clash(mobile: Json) -> Iterator[Finding]:
    found = get_objects(mobile, "clash")
    if found:
        over, under = (quoted(get_text(found[0], key) or "") for key in ("text", "over"))
        yield finding("visual-overlapping-text", f"{over} and {under} on the first screen")


def _taps(mobile: Json) -> Iterator[Finding]:
    taps = get_object(get_object(mobile, "targets"), "taps")
    count = get_number(taps, "count") or 0
    tiny, tight = get_number(taps, "under_24") or 0, get_number(taps, "under_48") or 0
    if tiny >= max(_TINY_COUNT, _TINY_SHARE * count):
        example = next(iter(get_objects(taps, "examples")), {})
        name = get_text(example, "text")
        at = f", for example {quoted(name)}" if name else ""
        yield finding(
            "visual-tiny-tap-targets",
            f"{tiny:,.0f} of {count:,.0f} are under {_FINGERTIP} px{at}",
        )
    elif tight >= max(_TIGHT_COUNT, _TIGHT_SHARE * count):
        yield finding(
            "visual-tight-tap-targets", f"{tight:,.0f} of {count:,.0f} are under {_FINGER} px"
        )
