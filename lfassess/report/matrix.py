"""The impact and effort matrix: where each step stands, for a drawing and for words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lfassess.report.model import Level, Recommendation

_IMPACTS: Final[tuple[Level, ...]] = ("high", "medium", "low")  # from the top
_EFFORTS: Final[tuple[Level, ...]] = ("low", "medium", "high")  # from the left
_PER_ROW: Final = 5
CELL: Final = (200, 96)  # width and height, in the drawing's units


@dataclass(frozen=True, slots=True)
class Marker:
    """A step's place in the drawing."""

    number: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """One of the nine fields."""

    impact: Level
    effort: Level
    x: int
    y: int
    dots: tuple[Marker, ...]


def cells(steps: Sequence[Recommendation]) -> tuple[MatrixCell, ...]:
    """Return the nine fields, from the top left (do first) to the bottom right."""
    return tuple(
        _cell(row, column, [s.number for s in steps if (s.impact, s.effort) == (impact, effort)])
        for row, impact in enumerate(_IMPACTS)
        for column, effort in enumerate(_EFFORTS)
    )


def _cell(row: int, column: int, numbers: Sequence[int]) -> MatrixCell:
    x, y = column * CELL[0], row * CELL[1]
    dots = tuple(
        Marker(number, x + 26 + 37 * (n % _PER_ROW), y + 24 + 31 * (n // _PER_ROW))
        for n, number in enumerate(numbers)
    )
    return MatrixCell(_IMPACTS[row], _EFFORTS[column], x, y, dots)
