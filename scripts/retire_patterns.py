"""Turns retire.js' regular expressions into bounded ones of Python's."""

from __future__ import annotations

import re
import re._constants as kinds
import re._parser as parser
from typing import Any

VERSION = r"[0-9][0-9.a-z_\-]{0,30}"
_MOST = 200  # of anything that had no bound
_WIDE = 50
_WIDE_REPEATS = 2
_MIN_LITERAL = 6
_NAME = re.compile("[A-Za-z]{2}")


def bounded(pattern: str) -> str | None:
    """Return the pattern with every repeat bounded; None where time or syntax forbid it."""
    if "[^]" in pattern:  # JavaScript's "any character"
        return None
    written = _with_bounds(pattern.replace("§§version§§", VERSION))
    try:
        re.compile(written)
        tree = parser.parse(written)
    except re.error:
        return None
    nested, wide = _repeats(tree, inside=False)
    return None if nested or wide > _WIDE_REPEATS else written


def _with_bounds(pattern: str) -> str:
    out, in_class, at = [], False, 0
    while at < len(pattern):
        char = pattern[at]
        if char == "\\":
            out.append(pattern[at : at + 2])
            at += 2
            continue
        if char in "*+" and not in_class:
            out.append(f"{{{int(char == '+')},{_MOST}}}")
        else:
            in_class = (in_class or char == "[") and not (char == "]" and in_class)
            out.append(char)
        at += 1
    return "".join(out)


def _repeats(tree: Any, *, inside: bool) -> tuple[bool, int]:
    """Return (whether a repeat holds another, how many are wide)."""
    nested, wide = False, 0
    for kind, detail in tree:
        repeat = kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT) and detail[1] > 1
        nested |= repeat and inside
        wide += repeat and detail[1] >= _WIDE
        for part in _parts(kind, detail):
            deeper, more = _repeats(part, inside=inside or repeat)
            nested, wide = nested or deeper, wide + more
    return nested, wide


def _parts(kind: Any, detail: Any) -> list[Any]:
    if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT):
        return [detail[2]]
    if kind is kinds.SUBPATTERN:
        return [detail[3]]
    if kind is kinds.BRANCH:
        return list(detail[1])
    return [detail[1]] if kind in (kinds.ASSERT, kinds.ASSERT_NOT) else []


def literal_of(pattern: str) -> str | None:
    """Return the longest text that each match holds; None where it is too short to look for."""
    runs, run = [], ""
    for kind, detail in parser.parse(pattern):
        if kind is kinds.LITERAL:
            run += chr(detail)
        else:
            runs.append(run)
            run = ""
    longest = max([*runs, run], key=len)
    return longest if len(longest) >= _MIN_LITERAL else None


def named_before(pattern: str) -> bool:
    """Whether a name stands before the version: a folder's own number is no library's."""
    return _NAME.search(pattern.partition("(" + VERSION)[0].replace("(?:v)?", "")) is not None
