"""Numbers for people: with their nouns, in the unit that suits them, never rounded to nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

_KB: Final = 1000
_SECOND_MS: Final = 1000
_MOST_DIGITS: Final = 4


def plural(count: float, one: str, many: str | None = None) -> str:
    """Return "1 picture" or "2 pictures"."""
    return f"{count:,.0f} {one if count == 1 else many or one + 's'}"


def duration(ms: float, more_digits: int = 0) -> str:
    """Return milliseconds as "740 ms" or "5.4 s"; with more digits as "740.2 ms" or "5.43 s"."""
    if 0 < ms < 0.5 and not more_digits:  # noqa: PLR2004 - rounds to 0
        return "under 1 ms"
    if round(ms, more_digits) < _SECOND_MS:
        return f"{ms:.{more_digits}f} ms"
    return f"{ms / _SECOND_MS:,.{1 + more_digits}f} s"


def data_size(size: float, more_digits: int = 0) -> str:
    """Return bytes as "312 KB" or "6.2 MB", a thousand bytes to the KB; never as "0.0 MB"."""
    if 0 < size < _KB:
        return "under 1 KB"
    if round(size / _KB, more_digits) < _KB:
        return f"{size / _KB:.{more_digits}f} KB"
    return f"{size / _KB**2:,.{1 + more_digits}f} MB"


def apart(value: float, bound: float, show: Callable[[float, int], str]) -> str:
    """Return a value in as many digits as tell it from the bound that it exceeds.

    So that nothing reads "4.0 s; above 4.0 s is poor".

    Args:
        value: what was measured.
        bound: the figure it is held against; shown as ``show(bound, 0)``.
        show: writes a figure with so many digits more than usual.
    """
    for digits in range(_MOST_DIGITS):
        if value == bound or show(value, digits) != show(bound, digits):
            return show(value, digits)
    return f"just over {show(bound, 0)}" if value > bound else f"just under {show(bound, 0)}"
