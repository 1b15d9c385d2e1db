"""Finds the error in a SEMrush answer, however it is wrapped."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any, Final

NOTHING_FOUND: Final = 50
KEY_REFUSED: Final = frozenset({110, 120, 130, 133, 135})
USED_UP: Final = frozenset({131, 132, 134})
# Errors that a wrapper may name by their number alone, as {"code": 132}. The others' numbers are
# statuses of HTTP too, so that a number alone says nothing.
_BY_NUMBER: Final = KEY_REFUSED | USED_UP | {NOTHING_FOUND}
_ERROR: Final = re.compile(r"ERROR\s+(\d{1,5})\s*::?\s*([^\"<>\r\n\\]*)", re.IGNORECASE)
_CODE_KEYS: Final = frozenset({"code", "errorcode", "error_code", "error"})
# SEMrush's own words for an error whose number got lost on the way.
_WORDS: Final = (
    (re.compile(r"units balance|balance is zero", re.IGNORECASE), 132),
    (re.compile(r"limit exceeded", re.IGNORECASE), 131),
    (re.compile(r"wrong key|invalid (import |api )?key", re.IGNORECASE), 120),
    (re.compile(r"\bapi disabled", re.IGNORECASE), 130),
    (re.compile(r"^\W*nothing found\W*$", re.IGNORECASE), NOTHING_FOUND),
)
# Characters of an answer that may hold an error; reports are longer.
_MAX_ERROR_SCAN: Final = 20_000


def error_in(body: str) -> tuple[int, str] | None:
    """Return the error's number and text when the body is one, whatever the HTTP status was.

    The documented form is ``ERROR n :: TEXT``. Gateways, proxies and newer end points send it in
    quotes, as a JSON text, in JSON objects and lists, and in HTML pages. A report begins with a
    column's name, so that such a text in one of its cells is no error.
    """
    text = body[:_MAX_ERROR_SCAN].lstrip("\ufeff \t\r\n")
    if found := _ERROR.match(text.lstrip("\"'")):
        return int(found[1]), found[2].strip(" '")
    if text.startswith("<"):
        return _numbered(html.unescape(text))
    if not text.startswith(("{", "[")):
        return None
    return _numbered(text) or _in_json(text)


def worded(text: str) -> int | None:
    """Return the number of the error that these words of SEMrush's stand for, or None."""
    return next((number for words, number in _WORDS if words.search(text)), None)


def _numbered(text: str) -> tuple[int, str] | None:
    found = _ERROR.search(text)
    return (int(found[1]), found[2].strip()) if found else None


def _in_json(text: str) -> tuple[int, str] | None:
    try:
        leaves = list(_leaves(json.loads(text)))
    except (ValueError, RecursionError):
        return None
    texts = [value for _, value in leaves if not value.isdecimal()]
    for key, value in leaves:
        is_code = key in _CODE_KEYS and value.isdecimal() and len(value) <= 5  # noqa: PLR2004 - 10045
        if is_code and int(value) in _BY_NUMBER:
            return int(value), " ".join(texts)
    return next(((number, t) for t in texts if (number := worded(t)) is not None), None)


def _leaves(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text and whole number with the key it stands at."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _leaves(inner, str(name).lower())
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, key)
    elif isinstance(value, str | int) and not isinstance(value, bool):
        yield key, str(value)
