"""Lighthouse's figures and phrases, as people read them."""

from __future__ import annotations

import re
from typing import Final

from lfassess.quantities import apart, data_size, duration, number

_MAX_CHARS: Final = 200
_SAVING: Final = re.compile(
    r"(?:est|potential|estimated) savings? of (\d[\d,.]*) ?(ms|s|KiB|MiB|KB|MB|bytes|B)\.?",
    re.IGNORECASE,
)
_UNITS: Final = {
    "kib": 1024,
    "mib": 1024**2,
    "kb": 1000,
    "mb": 1000**2,
    "bytes": 1,
    "b": 1,
}


def shown(name: str, value: float, more_digits: int = 0) -> str:
    """Return a measure for reading: "5.4 s", "740 ms", "0.31"."""
    if name == "cls":
        return number(value, 2 + more_digits)
    return duration(value, more_digits)


def poor(name: str, value: float, bound: float, joint: str = "; ") -> str:
    """Return a poor measure with its bound: "5.4 s; above 4.0 s is poor"."""
    figure = apart(value, bound, lambda v, digits: shown(name, v, digits))
    return f"{figure}{joint}above {shown(name, bound)} is poor"


def in_words(figure: str) -> str | None:
    """Return a displayed figure in plain words; None where it says that nothing would be saved.

    Lighthouse's "Est savings of 290 ms" becomes "could save about 290 ms", its KiB become KB. The
    words are those of English, in which results are requested; others stay as they are.
    """
    text = " ".join(figure.replace("`", "").split())
    found = _SAVING.fullmatch(text)
    if not found:
        return text
    try:
        amount = float(found[1].replace(",", ""))
    except ValueError:
        return text
    if amount <= 0:
        return None
    unit = found[2].lower()
    if unit in _UNITS:
        saved = data_size(amount * _UNITS[unit])
    else:
        saved = duration(amount if unit == "ms" else amount * 1000)
    return f"could save {saved}" if saved.startswith("under") else f"could save about {saved}"


def clipped(text: str) -> str:
    """Return the text in 200 characters at most, cut between words."""
    if len(text) <= _MAX_CHARS:
        return text
    return text[: _MAX_CHARS - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"
