"""Names and addresses without markup, entities, wrapping quotes and garbled accents."""

from __future__ import annotations

import html
import re
from typing import Final

from lfassess.assessment.intake.lead_row import clean
from lfassess.assessment.intake.lists.cells.notes import Notes, quoted
from lfassess.assessment.intake.normalise import is_blank

_NO_NAMES: Final = frozenset({"nan", "undefined", "[object object]", "#ref!", "#name?", "#value!"})
# What a text needs more than tidying for: markup, garbled accents, line ends, quotes around it.
_MARKED: Final = re.compile(
    r"[&<\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029\u00c2-\u00c5\u00e2]"
    r"|\A\W*[\"'\u201c-\u201e\u00ab]"
)
_TAG: Final = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>", re.IGNORECASE)
_MOJIBAKE: Final = re.compile(r"[\u00c2-\u00c5\u00e2][\u0080-\u00bf\u0152-\u02dc\u2013-\u2122]")


def is_no_name(text: str) -> bool:
    """Whether a cell names nothing; "X" and "No" are names, "#REF!" is none."""
    return is_blank(text) or text.strip().casefold() in _NO_NAMES


def is_marked(text: str) -> bool:
    """Whether a text may need more than ``clean``."""
    return _MARKED.search(text) is not None


def read_text(text: str, name: str, notes: Notes) -> str:
    """Return a name or an address without markup, entities and wrapping quotes."""
    if not is_marked(text):
        return clean(text)
    plain = text
    if "&" in plain:
        plain = html.unescape(html.unescape(plain))
    if "<" in plain:
        plain = _TAG.sub("", plain)
    if _MOJIBAKE.search(plain):
        plain = _repaired(plain, name, notes)
    lines = [clean(line) for line in plain.splitlines()]
    stripped = [_unwrapped(line) for line in lines if line]
    return "\n".join(stripped)


def _repaired(text: str, name: str, notes: Notes) -> str:
    """Undo UTF-8 that was once read as Windows-1252, word by word."""
    right = " ".join(map(_decoded_twice, text.split(" ")))
    if right == text:
        return text
    notes.add(name, f"{quoted(text)} was read as {quoted(right)}: its accents were garbled")
    return right


def _decoded_twice(word: str) -> str:
    try:
        return word.encode("cp1252").decode()
    except UnicodeError:
        return word


def _unwrapped(text: str) -> str:
    for left, right in ('""', "''", "\u201c\u201d", "\u201e\u201c", "\u00ab\u00bb"):
        if len(text) > 2 and text.startswith(left) and text.endswith(right):  # noqa: PLR2004 - two quotes
            inner = text[1:-1]
            if left not in inner and right not in inner:
                return inner.strip()
    return text
