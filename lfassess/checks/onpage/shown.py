"""Says what was seen, in one line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from lfassess.checks.onpage.addresses import path_of
from lfassess.checks.onpage.evidence import Page
from lfassess.plain_text import cut
from lfassess.quantities import plural

_MAX_SHOWN: Final = 3
_LONGEST: Final = 60


def quoted(text: str) -> str:
    return f"“{cut(' '.join(text.split()), _LONGEST)}”"


def few(texts: Iterable[str]) -> str:
    """Return "a, b, c and 2 more"."""
    every = list(dict.fromkeys(texts))
    more = len(every) - _MAX_SHOWN
    return ", ".join(every[:_MAX_SHOWN]) + (f" and {more} more" if more > 0 else "")


def on(pages: Sequence[Page]) -> str:
    """Return "on the home page" or "on 3 pages: /a, /b, /c"."""
    if len(pages) == 1 and pages[0].found == "home":
        return "on the home page"
    return f"on {plural(len(pages), 'page')}: {few(path_of(page.url) for page in pages)}"
