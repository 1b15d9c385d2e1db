"""Asks for what a domain says of its mail: who takes it, who may send it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Protocol

from lfassess.checks.onpage.evidence import Mail

MAX_LOOKUPS: Final = 10  # RFC 7208 §4.6.4
_DEEPEST: Final = 10
_COUNTED: Final = re.compile(
    r"^[+?~-]?(?:include:|a(?:[:/]|$)|mx(?:[:/]|$)|ptr(?::|$)|exists:)", re.IGNORECASE
)
_FOLLOWED: Final = re.compile(
    r"^(?:[+?~-]?include:|redirect=)([A-Za-z0-9._-]{1,253})$", re.IGNORECASE
)


class Records(Protocol):
    """What a name has of one type."""

    @property
    def values(self) -> tuple[str, ...]: ...
    @property
    def answered(self) -> bool: ...
    @property
    def exists(self) -> bool: ...


Ask = Callable[[str, str], Records]


def ask_for(domain: str, ask: Ask) -> Mail:
    """Return a domain's mail records; ``ask(name, type)`` asks the domain name system.

    A server that doesn't know a domain whose website was just visited is not believed.
    """
    texts = ask(domain, "TXT")
    if not texts.exists:
        return Mail(domain)
    spf = tuple(text for text in texts.values if is_spf(text))
    reports = ask(f"_dmarc.{domain}", "TXT")
    return Mail(
        domain=domain,
        mx=_values(ask(domain, "MX")),
        spf=spf if texts.answered else None,
        lookups=_lookups(spf[0], ask, {domain.lower()}, 0) if len(spf) == 1 else None,
        dmarc=tuple(t for t in reports.values if is_dmarc(t)) if reports.answered else None,
        caa=_values(ask(domain, "CAA")),
        signed=_any(ask(domain, "DS")),
        ipv6=_any(ask(domain, "AAAA")),
    )


def is_spf(text: str) -> bool:
    return text.lower().strip() == "v=spf1" or text.lower().startswith("v=spf1 ")


def is_dmarc(text: str) -> bool:
    return re.match(r"v\s*=\s*DMARC1\s*(?:;|$)", text.strip(), re.IGNORECASE) is not None


def terms(record: str) -> list[str]:
    """Return the terms of an SPF record, without its version."""
    return record.split()[1:200]


def _lookups(record: str, ask: Ask, seen: set[str], depth: int) -> int | None:
    """Return how many look-ups a record asks for, those it includes counted; None: not known."""
    count = 0
    for term in terms(record):
        follow = _FOLLOWED.match(term)
        count += _COUNTED.match(term) is not None or term.lower().startswith("redirect=")
        if not follow:
            continue
        name = follow[1].lower().rstrip(".")
        if name in seen or depth >= _DEEPEST:
            return MAX_LOOKUPS + 1  # it goes round in circles
        answer = ask(name, "TXT")
        if not answer.answered:
            return None
        included = next((text for text in answer.values if is_spf(text)), None)
        inner = _lookups(included, ask, {*seen, name}, depth + 1) if included else 0
        if inner is None:
            return None
        count += inner
        if count > MAX_LOOKUPS:
            return count
    return count


def _values(records: Records) -> tuple[str, ...] | None:
    return records.values if records.answered else None


def _any(records: Records) -> bool | None:
    return bool(records.values) if records.answered else None
