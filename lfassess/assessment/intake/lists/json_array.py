"""A JSON array's entries one by one, so that a long one need not fit into memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from lfassess.errors import UsageError

_BLOCK: Final = 1 << 20  # characters
_MAX_ENTRY: Final = 4 << 20
_SPACE: Final = " \t\r\n"
_ENDS: Final = frozenset('}]"')  # of a value that can't go on in the next block


def entries(path: Path, encoding: str) -> Iterator[tuple[int, Any]]:
    """Yield (number, entry) of the array that a file is; the first is 1.

    Raises:
        UsageError: it is no whole array, or an entry is longer than 4 million characters.
    """
    decoder = json.JSONDecoder()
    with path.open(encoding=encoding, errors="replace") as file:
        text = file.read(_BLOCK).lstrip("\ufeff" + _SPACE)
        at, number, more = 1, 0, True
        while True:
            at = _skip(text, at, "," if number else "")
            if text.startswith("]", at):
                return
            try:
                entry, end = decoder.raw_decode(text, at)
                whole, why = end < len(text) or text[end - 1] in _ENDS, "it has no end"
            except RecursionError as e:
                raise _damaged(path, "it lies too deep") from e
            except ValueError as e:
                entry, end, whole, why = None, at, False, str(e)
            if whole:
                at, number = end, number + 1
                yield number, entry
                continue
            if not more or len(text) - at > _MAX_ENTRY:
                raise _damaged(path, why if not more else f"entry {number + 1} is very long")
            block = file.read(_BLOCK)
            more, text, at = bool(block), text[at:] + block, 0


def _skip(text: str, at: int, comma: str) -> int:
    skipped = _SPACE + comma
    while at < len(text) and text[at] in skipped:
        at += 1
    return at


def _damaged(path: Path, why: str) -> UsageError:
    return UsageError(f"{path.name} looks like JSON, but is damaged: {why}.")
