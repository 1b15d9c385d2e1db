"""Whether the page fits a phone's screen, a reader's eyes and a finger."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lfassess.checks.base import Finding
from lfassess.checks.visual.catalogue import finding, quoted
from lfassess.checks.visual.evidence import Clash, Device, Taps, Text, Width
from lfassess.quantities import exact, number, percent

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


def findings(mobile: Device) -> Iterator[Finding]:
    """Yield what is wrong with the page on a phone; where it has no phone layout, that alone."""
    if mobile.page is None:
        return
    viewport = mobile.page.viewport
    if why := _no_layout(viewport):
        yield finding("visual-no-mobile-layout", why)
        return
    width, text, taps = mobile.width or Width(), mobile.text or Text(), _taps_of(mobile)
    trouble = [*_width(width), *_text(text), *_clash(mobile.clash), *_taps(taps)]
    yield from trouble
    if viewport and _NO_ZOOM.search(viewport):
        yield finding("visual-zoom-blocked", f"viewport {quoted(viewport)}")
    elif not trouble and _all_measured(mobile):
        seen = f", usual text size {exact(text.common_px)} px" if text.common_px else ""
        yield finding("visual-fits-phones", f"no sideways scrolling at 390 px{seen}")


def _all_measured(mobile: Device) -> bool:
    """Return whether width, text and tap targets were all measured on a page that could be seen."""
    if not mobile.measured("width", "text", "targets", "overlay") or mobile.covered:
        return False
    width, text, taps = mobile.width or Width(), mobile.text or Text(), _taps_of(mobile)
    figures = (width.sideways_px, text.small_share, taps.count, taps.under_24, taps.under_48)
    return None not in figures


def _taps_of(mobile: Device) -> Taps:
    return mobile.targets.taps if mobile.targets else Taps()


def _no_layout(viewport: str | None) -> str | None:
    if not viewport:
        return "the page sets no viewport, so phones show it as 980 px wide"
    match = _WIDTH.search(viewport)
    if match and float(match[1][:9]) >= _DESKTOP_WIDTH:
        return f"the page asks for a screen {match[1][:9]} px wide"
    return None


def _width(width: Width) -> Iterator[Finding]:
    over = width.sideways_px or 0
    if over > _SIDEWAYS:
        culprit = next(iter(width.wide_elements), None)
        at = f", for example {quoted(culprit)}" if culprit else ""
        yield finding("visual-mobile-overflow", f"{number(over)} px stick out to the right{at}")


def _text(text: Text) -> Iterator[Finding]:
    share, least = text.small_share or 0, text.smallest_px
    if share > _SMALL_SHARE:
        down_to = f", down to {exact(least)} px" if least is not None else ""
        yield finding("visual-small-text", f"{percent(share)} of the text is under 12 px{down_to}")


def _clash(found: tuple[Clash, ...]) -> Iterator[Finding]:
    if found:
        over, under = quoted(found[0].text), quoted(found[0].over)
        yield finding("visual-overlapping-text", f"{over} and {under} on the first screen")


def _taps(taps: Taps) -> Iterator[Finding]:
    count, tiny, tight = taps.count or 0, taps.under_24 or 0, taps.under_48 or 0
    if tiny >= max(_TINY_COUNT, _TINY_SHARE * count):
        name = next((example.text for example in taps.examples), "")
        at = f", for example {quoted(name)}" if name else ""
        yield finding(
            "visual-tiny-tap-targets",
            f"{number(tiny)} of {number(count)} are under {_FINGERTIP} px{at}",
        )
    elif tight >= max(_TIGHT_COUNT, _TIGHT_SHARE * count):
        yield finding(
            "visual-tight-tap-targets", f"{number(tight)} of {number(count)} are under {_FINGER} px"
        )
