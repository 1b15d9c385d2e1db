"""What a browser saw on the home page, phone and desktop side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from lfassess.checks.shared.json_access import get_number, get_object, get_objects, get_text
from lfassess.quantities import US, Quantities
from lfassess.report.model import Cell, Table
from lfassess.report.tables.common import NONE, cell, table

Json = Mapping[str, Any]

_MAX_ROWS: Final = 20
_RATED: Final = "First impression, rated"
_ASPECTS: Final = {
    "offer": "Clear offer",
    "hierarchy": "Clear focus",
    "readability": "Easy to read",
    "trust": "Builds trust",
    "action": "Clear next step",
    "imagery": "Pictures",
    "age": "Up to date",
}
_UNITS: Final[Mapping[str, Callable[[Quantities, float], str]]] = {
    "ms": Quantities.duration,
    "px": lambda figures, value: f"{figures.exact(value)} px",
    "bytes": Quantities.data_size,
}
# Of the phone's visit, which finds downloaded files of the desktop's: not what a visitor meets.
_COLD: Final = frozenset({"first_paint_ms", "load_ms", "received_bytes"})
_NOTE: Final = "One visit each with our browser; the connection was not slowed down."
_WARM: Final = (
    f"{_NOTE} The phone's visit came second and found files of the first, so its times and sizes "
    "are left out."
)
# In the order of their worth to a reader; what is not named here follows by name.
_LABELS: Final = {
    "first_paint_ms": "First content visible",
    "load_ms": "Loaded",
    "received_bytes": "Data loaded",
    "requests": "Files loaded",
    "layout_shift": "Page movement (CLS)",
    "usual_text_size_px": "Usual text size",
    "sideways_scroll_px": "Wider than the screen by",
    "page_height_px": "Page height",
    "telephone_numbers": "Phone numbers in the text",
    "pictures": "Images",
    "broken_pictures": "Broken images",
    "script_errors": "Script errors",
    "status": "Server's status code",
}


def tables(metrics: Json, figures: Quantities = US) -> list[Table]:
    """Return the plain values of both windows; names end in their unit, as in ``load_ms``."""
    phone, desktop = get_object(metrics, "mobile"), get_object(metrics, "desktop")
    warm = bool(desktop) and not _COLD.isdisjoint(phone)
    if warm:
        phone = {name: value for name, value in phone.items() if name not in _COLD}
    seen = {*phone, *desktop}
    names = [name for name in _LABELS if name in seen] + sorted(seen - _LABELS.keys())
    rows = [
        (Cell(_label(n)), *(_value(seen_there, n, figures) for seen_there in (phone, desktop)))
        for n in names[:_MAX_ROWS]
    ]
    return [*_seen(rows, _WARM if warm else _NOTE), *_rated(get_object(metrics, "vision"))]


def _seen(rows: Sequence[tuple[Cell, ...]], note: str) -> list[Table]:
    return table(
        "What the browser saw",
        ("Seen", "Phone", "Desktop"),
        rows,
        note if rows else None,
        technical=True,
    )


def _rated(vision: Json) -> list[Table]:
    """Return the language model's ratings, or why there are none where that is not our doing."""
    reason = get_object(vision, "reason")
    if reason and get_text(reason, "actor") != "us":
        row = (Cell("All aspects"), Cell("not assessed"), cell(reason.get("wording")))
        return table(_RATED, ("Aspect", "Rating", "Why"), [row])
    rows = [
        (Cell(_ASPECTS.get(aspect) or aspect), Cell(f"{stars:.0f} of 5"), cell(row.get("because")))
        for row in get_objects(vision, "ratings")
        if (aspect := get_text(row, "aspect")) and (stars := get_number(row, "stars")) is not None
    ]
    by = get_text(vision, "model")
    note = "Opinions of a language model, by a fixed rubric, on the first screen of both devices"
    note = f"{note} ({by})." if by else f"{note}."
    if all(why == NONE for *_, why in rows):
        return table(_RATED, ("Aspect", "Rating"), [row[:2] for row in rows], note)
    return table(_RATED, ("Aspect", "Rating", "Why"), rows, note)


def _label(name: str) -> str:
    words = name.split("_")
    if words[-1] in _UNITS:
        words = words[:-1]
    return _LABELS.get(name) or " ".join(words).capitalize()


def _value(seen: Json, name: str, figures: Quantities) -> Cell:
    value, number = seen.get(name), get_number(seen, name)
    if isinstance(value, bool):
        return Cell("yes" if value else "no")
    if number is None:
        return cell(value) if isinstance(value, str) else NONE
    show = _UNITS.get(name.rpartition("_")[2])
    if show is not None:
        return Cell(show(figures, number))
    return Cell(figures.number(number, 0 if number.is_integer() else 2))
