"""What trade a business is in, by the names that lists, directories and Google give it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from typing import Final

from lfassess.config_files import read_toml

MAX_TRADE: Final = 60  # characters
_ANY_BEFORE: Final = "*"
_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NO_WORD: Final = re.compile(r"[\W_]+")
_BETWEEN: Final = re.compile(r"[,;|/>\n]+")  # several trades in one cell


@lru_cache(maxsize=4_096)  # a list has few trades and many rows
def trade_called(text: str | None) -> str | None:
    """Return the trade that a text names: a key of the file, else the text's own words.

    Of several in one cell the first one that the file knows counts, else the first.
    None where it names none.
    """
    parts = [words for part in _BETWEEN.split(text or "") if (words := _fold(part))]
    known = next((trade for words in parts if (trade := _known(words))), None)
    own = next((words for words in parts if any(map(str.isalpha, words))), None)
    return known or (own[:MAX_TRADE].strip() if own else None)


def is_known(trade: str) -> bool:
    """Whether a trade is in the file, so that reports have a name for it."""
    return trade in read_toml("trades.toml")["names"]


def column_of_trade(columns: Iterable[str]) -> str | None:
    """Return the column that names a lead's trade, or None."""
    names = {_fold(name): name for name in reversed(list(columns))}
    return next(
        (names[name] for name in read_toml("trades.toml")["columns"] if name in names), None
    )


def trade_in(fields: Mapping[str, str]) -> str | None:
    """Return the trade that a lead's fields, by their columns' names, tell."""
    column = column_of_trade(fields)
    return trade_called(fields[column]) if column is not None else None


def _known(words: str) -> str | None:
    whole, ends = _names()
    if words in whole:
        return whole[words]
    return next((trade for end, trade in ends.items() if words.endswith(f" {end}")), None)


@cache
def _names() -> tuple[dict[str, str], dict[str, str]]:
    """Return trades by their names, and by what their names end with."""
    names = [(n, trade) for trade, all_ in read_toml("trades.toml")["names"].items() for n in all_]
    whole = {name.lstrip(_ANY_BEFORE): trade for name, trade in names}
    return whole, {name[1:]: trade for name, trade in names if name.startswith(_ANY_BEFORE)}


@lru_cache(maxsize=4_096)
def _fold(text: str) -> str:
    """Return a text's words without case, accents and punctuation."""
    plain = unicodedata.normalize("NFKD", _CAMEL.sub(" ", text).replace("&", " and ").casefold())
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return _NO_WORD.sub(" ", letters.replace("ß", "ss")).strip()
