"""Reads SEMrush's report texts: `;` CSV whose header drifts."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from typing import Final

from lfassess.errors import InvalidResponseError

Row = dict[str, str]

_NOT_WORD: Final = re.compile(r"[^a-z0-9]+")
_ALIASES: Final = {  # SEMrush has used both names for the same column
    "pos": "position",
    "previous_pos": "previous_position",
    "intent": "intents",
    "competitor_relevance_level": "competitor_relevance",
    "volume": "search_volume",
}


def rows_of(body: str, expected: Sequence[str]) -> list[Row]:
    """Return the report's lines by column name; [] for a header alone.

    Args:
        body: the answer, with or without quotes, CRLF or a last line break.
        expected: the columns that were asked for, in order, as snake-case long names. A header
            SEMrush has renamed is taken for the one asked for in its place.

    Raises:
        InvalidResponseError: the body is no report, or its end is missing.
    """
    try:
        lines = [
            line
            for line in csv.reader(io.StringIO(body.lstrip("\ufeff"), newline=""), delimiter=";")
            if line
        ]
    except csv.Error as e:
        raise InvalidResponseError(f"SEMrush's answer is no CSV: {e}.", provider="semrush") from e
    if not lines:
        raise InvalidResponseError("SEMrush's answer is empty.", provider="semrush")
    names = _names(lines[0], expected)
    if any(len(line) < len(names) for line in lines[1:]):
        raise InvalidResponseError("SEMrush's answer is cut off.", provider="semrush")
    return [dict(zip(names, line, strict=False)) for line in lines[1:]]


def _names(header: Sequence[str], expected: Sequence[str]) -> list[str]:
    names = [_name(cell) for cell in header]
    if not set(names) & set(expected):
        raise InvalidResponseError("SEMrush's answer is no report.", provider="semrush")
    if len(names) != len(expected):
        return names
    return [
        there if there in expected or asked in names else asked
        for there, asked in zip(names, expected, strict=True)
    ]


def _name(cell: str) -> str:
    name = _NOT_WORD.sub("_", cell.strip().lower()).strip("_")
    return _ALIASES.get(name, name)


def number(text: str | None) -> float | None:
    """Return a cell's number ("1,000" and "0.33" alike), or None where there is none."""
    try:
        value = float((text or "").strip().replace(",", ""))
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None
