"""Pictures for the report: bitmaps only, by their first bytes and never by what they claim."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from lfassess.checks.advice_catalogue import titles
from lfassess.checks.shared.json_access import get_number
from lfassess.language import Language
from lfassess.report.filmstrip import PREFIX
from lfassess.report.image_type import content_type
from lfassess.report.model import Region, Screenshot
from lfassess.report.text import clean

Json = Mapping[str, Any]
Box = tuple[int, int, int, int]

_MAX_MARKS: Final = 5
_WHOLE: Final = 0.6  # a mark around as much of the picture points at nothing
# What can't be seen on a page: a mark would show nothing.
_UNSEEN: Final = frozenset(
    {"visual-no-landmarks", "visual-unnamed-controls", "visual-alt-missing", "visual-no-language"}
    | {"visual-confusing-structure", "visual-unlabelled-fields", "visual-heading-order"}
)
_MAX_PIXELS: Final = 10_000
_WIDTHS: Final = {"desktop": 1366, "mobile": 390}  # of the windows, in CSS pixels
_VISIBLE: Final = {"desktop": 880, "mobile": 800}  # of the picture's height at most, likewise
_SCREEN: Final = {"desktop": 768, "mobile": 844}  # the height of pictures of the first screen


def screenshots(
    artefacts: Mapping[str, bytes], business: str, say: Language, marked: object = None
) -> tuple[Screenshot, ...]:
    """Return the pictures among the artefacts: desktop, phone, then others by name.

    Where the first screen was photographed by itself it stands for the long picture: the report
    shows no more of it, and a file with the whole would be several times as large.

    Args:
        artefacts: files by name.
        business: its name, for the pictures' descriptions.
        say: the report's language.
        marked: [{code, label, x, y, width, height, viewport}], in CSS pixels, viewport "desktop"
            or "mobile"; what is no such list marks nothing.
    """
    names = sorted(
        (name for name in artefacts if not _is_extra(name, artefacts)),
        key=lambda n: (not _is(n, "desktop"), not _is(n, "mobile"), n),
    )
    return tuple(
        _screenshot(name, kind, artefacts[name], business, say, marked=marked)
        for name in names
        if (kind := content_type(artefacts[name]))
    )


def _screenshot(
    name: str, kind: str, artefact: bytes, business: str, say: Language, *, marked: object
) -> Screenshot:
    phone = _is(name, "mobile")
    known = "phone" if phone else "desktop" if _is(name, "desktop") else "other"
    device = clean(name.rsplit(".", 1)[0], 60)
    viewport = "mobile" if phone else "desktop"
    return Screenshot(
        name=clean(name, 100),
        alt=say(f"pictures.alt_{known}", business=business, device=device),
        caption=say(f"pictures.{known}", device=device),
        content_type=kind,
        data=artefact,
        wide=not phone,
        width=_WIDTHS[viewport],
        regions=_regions(marked, viewport, _seen_of(name, viewport), say)
        if _is(name, viewport)
        else (),
    )


def _seen_of(name: str, viewport: str) -> int:
    """Return how much of the picture the report shows, from its top."""
    shown = _VISIBLE[viewport]
    return min(shown, _SCREEN[viewport]) if "-fold" in name else shown


def _regions(marked: object, viewport: str, seen: int, say: Language) -> tuple[Region, ...]:
    """Return the marks on what the picture shows; those of one finding share a number."""
    rows = [r for r in marked if isinstance(r, dict)] if isinstance(marked, list) else []
    width = _WIDTHS[viewport]
    fitting = [
        (box, row)
        for row in rows
        if row.get("viewport") == viewport
        and clean(row.get("code"), 80) not in _UNSEEN
        and (box := _box(row)) is not None
        and box[1] < seen
        and box[2] * box[3] < _WHOLE * width * seen
    ]
    fitting.sort(key=lambda pair: (pair[0][1], pair[0][0]))
    codes = list(dict.fromkeys(clean(row.get("code"), 80) for _, row in fitting))[:_MAX_MARKS]
    return tuple(
        Region(codes.index(code) + 1, code, _label(code, row, say), *box)
        for box, row in fitting
        if (code := clean(row.get("code"), 80)) in codes
    )


def _label(code: str, row: Json, say: Language) -> str:
    return titles(say.code).get(code) or say.spell(clean(row.get("label"), 120))


def _box(row: Json) -> Box | None:
    values = [get_number(row, key) for key in ("x", "y", "width", "height")]
    x, y, width, height = (-1 if value is None else round(value) for value in values)
    if width <= 0 or height <= 0 or None in values:
        return None
    return max(0, x), max(0, y), min(width, _MAX_PIXELS), min(height, _MAX_PIXELS)


def _is_extra(name: str, all_names: Collection[str]) -> bool:
    """Return whether another part of the report shows the picture, or the like."""
    if name.startswith(PREFIX):
        return True
    device, _, part = name.partition(".")[0].partition("-")
    return part == "thumb" or (not part and f"{device}-fold.jpg" in all_names)


def needed(names: Collection[str]) -> set[str]:
    """Return the files that a report shows, of those that an audit has."""
    return {name for name in names if name.startswith(PREFIX) or not _is_extra(name, names)}


def _is(name: str, device: str) -> bool:
    return name.startswith(device)
