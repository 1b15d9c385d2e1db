"""Whether a page under another domain is the same business's, by domain and name."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LEAST: Final = 4  # letters that one domain has to share with the other
_WORD: Final = re.compile(r"[^\W_]{3,}")
# Words that say nothing about who a business is.
_COMMON: Final = frozenset(
    {"the", "and", "und", "der", "die", "das", "les", "des", "inc", "llc", "ltd", "limited", "gmbh"}
    | {"corp", "company", "group", "services", "service", "com", "www", "net", "org"}
)


def same_business(ours: str, theirs: str, name: str, said: str) -> bool:
    """Return whether two domains, or the business's name on the page, tell that it is the same.

    Args:
        ours: the registrable domain that was asked.
        theirs: the one that answered.
        name: the business's; a host name says no more than ``ours``.
        said: the page's title and the beginning of its text.
    """
    one, other = (_letters(_label(domain)) for domain in (ours, theirs))
    shorter, longer = sorted((one, other), key=len)
    if len(shorter) >= _LEAST and shorter in longer:
        return True
    if "." in name and " " not in name.strip():
        return False
    words = {word for word in _WORD.findall(_plain(name)) if word not in _COMMON}
    known = set(_WORD.findall(_plain(said)))
    return bool(words) and (words <= known or all(word in other for word in words))


def _label(domain: str) -> str:
    return domain.removeprefix("www.").partition(".")[0]


def _plain(text: str) -> str:
    """Return a text in lower case without accents and apostrophes."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in apart if not unicodedata.combining(c))
    return plain.replace("'", "").replace("\u2019", "")


def _letters(text: str) -> str:
    return "".join(c for c in _plain(text) if c.isalnum())
