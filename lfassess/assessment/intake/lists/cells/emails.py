"""The e-mail address that a cell names, and whose domain that is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from lfassess.config_files import read_toml

_EMAIL: Final = re.compile(
    r"[^\s@<>()\[\],;:\"]+@([^\s@<>()\[\],;:\"/]+\.[a-z]{2,})", re.IGNORECASE
)


def read_email(text: str) -> tuple[str, str | None] | None:
    """Return (address, the business's domain or None), of the cell's first e-mail address."""
    match = _EMAIL.search(text)
    if match is None:
        return None
    domain = match[1].casefold().rstrip(".")
    return match[0].casefold(), None if is_mail_provider(domain) else domain


def read_emails(texts: Sequence[str]) -> list[str]:
    """Return all e-mail addresses of some cells, each once."""
    found = (match[0].casefold() for text in texts for match in _EMAIL.finditer(text))
    return list(dict.fromkeys(found))


def is_mail_provider(domain: str) -> bool:
    """Whether anybody can have an address below this domain."""
    name = domain.partition(".")[0]
    return domain in _mail_providers() or name in {
        "gmail",
        "googlemail",
        "hotmail",
        "outlook",
        "yahoo",
        "live",
        "gmx",
    }


@cache
def _mail_providers() -> frozenset[str]:
    return frozenset(read_toml("mail_providers.toml")["domains"])
