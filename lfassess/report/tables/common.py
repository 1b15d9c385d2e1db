"""Small parts the tables are made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lfassess.report.model import Cell, Rating, Table
from lfassess.report.text import clean

NONE = Cell("\N{EN DASH}")


def cell(value: object, rating: Rating | None = None) -> Cell:
    """Return a cell with cleaned text; nothing to show is a dash."""
    return Cell(clean(value, 200), rating) if clean(value) else NONE


def rated(value: float, good: float, poor: float) -> Rating:
    """Rate a value of which less is better: good up to ``good``, poor above ``poor``."""
    if value <= good:
        return "good"
    return "fair" if value <= poor else "poor"


def rated_score(score: float) -> Rating:
    """Rate a score of 0-100 by Lighthouse's bands: good from 90, poor below 50."""
    if score >= 90:  # noqa: PLR2004 - Lighthouse's band
        return "good"
    return "fair" if score >= 50 else "poor"  # noqa: PLR2004 - Lighthouse's band


def table(
    caption: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    note: str | None = None,
    *,
    technical: bool = False,
) -> list[Table]:
    """Return [table] of the rows that say something beyond their label; [] if none does."""
    telling = tuple(tuple(row) for row in rows if any(c.text != NONE.text for c in row[1:]))
    return [Table(caption, tuple(columns), telling, note, technical)] if telling else []
