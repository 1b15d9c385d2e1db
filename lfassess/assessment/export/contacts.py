"""Who to ask for at a business, as far as its list says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lfassess.checks.shared.phones import phone_e164
from lfassess.plain_text import one_line

_EMAIL: Final = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]{2,}")
_FIRST: Final = re.compile(
    r"^(owner |contact )?(first|given) ?name$|^vorname$|^pr[eé]nom$", re.IGNORECASE
)
_LAST: Final = re.compile(
    r"^(owner |contact )?(last|family) ?name$|^surname$|^nachname$|^nom de famille$", re.IGNORECASE
)
_WHOLE: Final = re.compile(
    r"^(owner|contact|full)('s)?[ _]?(name|person)?$|^inhaber$|^ansprechpartner(in)?$",
    re.IGNORECASE,
)
_OWN_PHONE: Final = re.compile(
    r"^(owner|contact)('s)?[ _](phone|mobile|cell)( number)?$|^mobile( phone| number)?$"
    r"|^cell( phone)?$|^handy(nummer)?$|^mobil(telefon)?$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Contact:
    """Who to ask for; "" where the list says nothing."""

    first_name: str
    last_name: str
    email: str
    phone: str  # as E.164 where it can be understood


def contact_of(custom: Mapping[str, str], phone: str | None, country: str) -> Contact:
    """Return who a lead's list names.

    Args:
        custom: the lead's custom fields, by their names in the list.
        phone: the lead's own; taken where the list has none of the person.
        country: the lead's, two letters.
    """
    first, last = _found(custom, _FIRST), _found(custom, _LAST)
    if not first and not last and (whole := _found(custom, _WHOLE)) and not _EMAIL.search(whole):
        first, _, last = whole.rpartition(" ")
    emails = (found[0] for value in custom.values() if (found := _EMAIL.search(value)))
    return Contact(
        first_name=first,
        last_name=last,
        email=next(emails, ""),
        phone=international(_found(custom, _OWN_PHONE) or phone or "", country),
    )


def international(phone: str, country: str) -> str:
    """Return a number as E.164; one that can't be understood as it is."""
    return phone_e164(phone, country) or phone


def _found(custom: Mapping[str, str], names: re.Pattern[str]) -> str:
    return next(
        (
            one_line(value).strip()
            for name, value in custom.items()
            if names.search(name.strip()) and value.strip()
        ),
        "",
    )
