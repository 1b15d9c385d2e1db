"""Tells what hosts, registrars, installers and templates show from a website of a business.

By configs/no_site.toml. Real pages mention such words as well: each list has a bound on how much a
page may say besides, and common words count only where the page begins with them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final

from lfassess.checks.shared.page_text import count_words
from lfassess.config_files import read_toml
from lfassess.quantities import percent

Found = tuple[str, str]  # (code, what the page says)

_FLAGS: Final = re.IGNORECASE | re.MULTILINE
_LONGEST: Final = 80
_BEGINNING: Final = 150  # characters in which common words count
_SEARCHED: Final = 8_000
_SEARCHED_FOR_SAMPLES: Final = 20_000
_ANY: Final = 10**9
_TEMPLATE: Final = "template"
_AMBIGUOUS: Final = frozenset({"soft_404", "login", _TEMPLATE})  # an error page has such words
# A title's parts stand between hyphens, dashes, bars, colons and angle quotes.
_PARTS: Final = re.compile("\\s[-|\u2013\u2014:\u00bb\u203a\u00b7]\\s|\\s*[|\u00bb\u203a]\\s*")
_PASSWORD: Final = re.compile(r"<input[^>]{0,300}type\s*=\s*[\"']?password", _FLAGS)
_RUN: Final = re.compile(r"(\S{80})\S+")  # patterns are slow on text without spaces
_LETTERS: Final = re.compile(r"[^\W\d_]+")


def find(
    title: str, text: str, *, pictures: int | None, password: bool, surely: bool = False
) -> Found | None:
    """Return (code, what the page says) where it is no website of a business, or None.

    Args:
        title: the page's.
        text: what visitors can read, line by line.
        pictures: how many the page shows; None: unknown.
        password: whether the page asks for one.
        surely: take only the words that nothing but such a page has.
    """
    text = _RUN.sub(r"\1", text[:_SEARCHED_FOR_SAMPLES])
    title, words = title.strip(), count_words(text)
    for code, table in _tables().items():
        if code == _TEMPLATE or (surely and code in _AMBIGUOUS):
            continue
        if pictures is not None and pictures > table.get("pictures", _ANY):
            continue
        if table.get("needs_password") and not password:
            continue
        if found := _of_kind(code, table, ("" if surely else title), text, words):
            return code, _shown(found)
    return None if surely else _sample(title, text, words)


def asks_for_password(html: str) -> bool:
    """Return whether a page has a field for a password."""
    return bool(_PASSWORD.search(html[:200_000]))


def _of_kind(code: str, table: Mapping[str, Any], title: str, text: str, words: int) -> str | None:
    if words <= table["words"]:
        for part in (title, *_PARTS.split(title)):
            if part and (found := _begins(code, "titles", part)):
                return found
        whole = f"{title}\n{text[:_SEARCHED]}"
        if found := _says(code, "phrases", whole) or _says(
            code, "phrases", whole.replace("\n", " ")
        ):
            return found
    return _says(code, "starts", text[:_BEGINNING]) if words <= table.get("few", -1) else None


def _sample(title: str, text: str, words: int) -> Found | None:
    """Look for a template: its own title, sample copy alone, much of it, or placeholder Latin."""
    table = _tables()[_TEMPLATE]
    parts = [part for part in (title, *_PARTS.split(title)) if part]
    if words <= table["title_words"]:
        for part in parts:
            if _begins(_TEMPLATE, "titles", part):
                return _TEMPLATE, _shown(title)
    pieces = [found for name in ("phrases", "weak") for found in _all_said(_TEMPLATE, name, text)]
    sure = _says(_TEMPLATE, "phrases", f"{text}\n".replace("\n", " "))
    if sure and words <= table["words"]:
        return _TEMPLATE, _shown(sure)
    pieces += [part for part in parts[:1] if _begins(_TEMPLATE, "weak_titles", part)]
    if len(pieces) >= table["pieces"]:
        return _TEMPLATE, "; ".join(_shown(piece) for piece in pieces[: table["pieces"]])
    return _latin(text, table)


def _latin(text: str, table: Mapping[str, Any]) -> Found | None:
    all_words = [word.lower() for word in _LETTERS.findall(text)]
    share = sum(word in _latin_words() for word in all_words) / max(1, len(all_words))
    if share < table["latin_share"] or len(all_words) < table["latin_least"]:
        return None
    return _TEMPLATE, f"{percent(share)} of the words are placeholder Latin"


@cache
def _latin_words() -> frozenset[str]:
    return frozenset(_tables()[_TEMPLATE]["latin"])


@cache
def _tables() -> dict[str, Any]:
    return read_toml("no_site.toml")


@cache
def _patterns(code: str, name: str, flags: int = _FLAGS) -> tuple[re.Pattern[str], ...]:
    texts: Iterable[str] = _tables()[code].get(name, ())
    return tuple(re.compile(text, flags) for text in texts)


def _begins(code: str, name: str, text: str) -> str | None:
    return next((text for pattern in _patterns(code, name) if pattern.match(text)), None)


def _says(code: str, name: str, text: str) -> str | None:
    return next(_all_said(code, name, text), None)


def _all_said(code: str, name: str, text: str) -> Iterator[str]:
    """Yield what each of the table's patterns finds first in the text."""
    # The table is in lower case; searching without regard to case takes three times as long.
    small, flags = text.lower(), re.MULTILINE
    if len(small) != len(text):  # a letter whose small one is two: places would differ
        small, flags = text, _FLAGS
    for pattern in _patterns(code, name, flags):
        if found := pattern.search(small):
            yield text[found.start() : found.end()]


def _shown(found: str) -> str:
    return f"“{' '.join(found.split())[:_LONGEST]}”"
