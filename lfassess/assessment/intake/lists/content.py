"""Tells from a column's cells what it holds: websites, phones, e-mails, countries, job titles."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from lfassess.assessment.intake.lead_row import known_country
from lfassess.assessment.intake.normalise import is_blank
from lfassess.checks.shared.domains import is_platform, known_suffix, registrable_domain

_SITE: Final = re.compile(
    r"(?P<sure>(?:https?:/*|www[.,])\S+|/url\?q=\S+)"
    r"|(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)+[a-z]{2,24}(?:[:/?#]\S*)?",
    re.IGNORECASE,
)
_EMAIL: Final = re.compile(r"(?:mailto:)?[^\s@,;]+@[^\s@,;]+\.[a-z]{2,}", re.IGNORECASE)
_EMAILS: Final = re.compile(
    rf"{_EMAIL.pattern}(?:[\s,;|]+{_EMAIL.pattern})*", re.IGNORECASE
)  # several in a cell
_PICTURE: Final = re.compile(
    r"//[\w.-]*(?:googleusercontent|ggpht|gstatic|fbcdn|cdninstagram|licdn)\.com/"
    r"|\.(?:jpe?g|png|gif|webp|svg|ico|bmp)(?:[?#].*)?$",
    re.IGNORECASE,
)
_RESOURCE: Final = re.compile(r"[a-z]+/[\w-]{5,}")  # "places/ChIJ4b": a service's own name
_PHONE: Final = re.compile(
    r"(?=(?:\D*\d){6})['=]*(?:tel:)?[+(]?[\d\s().\-\u2010-\u2015/]{6,24}(?:\s*(?:x|ext\.?)\s*\d+)?"
    r"|\d(?:[.,]\d+)?e\+?\d{2}",
    re.IGNORECASE,
)
_PROFILE: Final = re.compile(
    r"(?:facebook|fb|instagram|linkedin|twitter|youtube|tiktok|xing|pinterest|x)\.(?:com|me)/"
    r"|google\.[a-z.]{2,6}/(?:maps|search)|maps\.app\.goo\.gl|goo\.gl/maps|maps\.google\.|g\.page/",
    re.IGNORECASE,
)
_JOB: Final = re.compile(
    r"\b(?:owner|manager|director|ceo|cto|cfo|coo|cmo|president|vice|founder|co-founder|head of"
    r"|partner|principal|chief|officer|consultant|assistant|associate|engineer|specialist"
    r"|supervisor|coordinator|administrator|executive|sales rep|recruiter|intern"
    r"|inhaber(?:in)?|gesch\u00e4ftsf\u00fchrer(?:in)?|leiter(?:in)?|directeur|g\u00e9rante?|propi?etari[oa]"
    r"|titolare|eigenaar|direttore|director[a]?)\b",
    re.IGNORECASE,
)
_HOUSE_LENGTH: Final = 6
_CODE_LENGTH: Final = 3
_NAME_LENGTH: Final = 60  # characters, on average at most
_NUMBER: Final = re.compile(r"[\d.,%$\u20ac\u00a3-]+")

_FLAG: Final = re.compile(
    r"true|false|yes|no|[yn]|ja|nein|nee|oui|non|s[i\u00ed]|sim", re.IGNORECASE
)
_SALUTATION: Final = re.compile(
    r"(?:(?:mr|mrs|ms|miss|mx|dr|prof|sir|rev|herrn?|frau|hr|fr|m|mme|mlle|sra?|srta|sig|sig\.ra|dott"
    r"|dhr|mevr|dr\.? med|prof\.? dr)\.?[ ]?)+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Content:
    """Shares (0-1) of a column's cells that are of a kind; 0 of a column without cells."""

    filled: int
    sites: float
    profiles: float  # social networks' and maps' pages, which count as sites, too
    emails: float
    phones: float
    countries: float
    jobs: float
    numbers: float
    resources: float  # names that a service has for its records
    flags: float  # true, false, yes, no
    salutations: float  # Mr, Dr
    codes: float  # three letters at most, as states' codes have
    short: bool  # six characters at most, as house numbers have
    text: bool  # different short texts, as names are


def look(cells: Sequence[str]) -> Content:
    """Return what a column's sample holds."""
    filled = [cell.strip() for cell in cells if not is_blank(cell)]

    def share(test: Callable[[str], object]) -> float:
        return sum(bool(test(cell)) for cell in filled) / len(filled) if filled else 0.0

    return Content(
        filled=len(filled),
        sites=share(is_site),
        profiles=share(_is_profile),
        emails=share(_EMAILS.fullmatch),
        phones=share(_PHONE.fullmatch),
        countries=share(known_country),
        jobs=share(_JOB.search),
        numbers=share(_NUMBER.fullmatch),
        resources=share(_RESOURCE.fullmatch),
        flags=share(_FLAG.fullmatch),
        salutations=share(_SALUTATION.fullmatch),
        codes=share(lambda cell: len(cell) <= _CODE_LENGTH and cell.isalpha()),
        short=max(map(len, filled), default=0) <= _HOUSE_LENGTH,
        text=_are_names(filled),
    )


def _are_names(filled: Sequence[str]) -> bool:
    if not filled or len(set(filled)) * 2 <= len(filled):
        return False
    texts = [c for c in filled if re.search(r"[^\W\d_]{2}", c) and not is_data(c)]
    return len(texts) * 10 >= len(filled) * 9 and sum(map(len, filled)) <= _NAME_LENGTH * len(
        filled
    )


def _is_profile(cell: str) -> bool:
    if not is_site(cell):
        return False
    if _PROFILE.search(cell):
        return True
    address = cell.strip(" <>()[]'\"")
    domain = registrable_domain(address if "//" in address else f"https://{address}")
    return domain is not None and is_platform(domain)


def is_picture(address: str) -> bool:
    """Whether an address is that of a picture, by its host or its ending."""
    return _PICTURE.search(address) is not None


def is_site(cell: str) -> bool:
    """Whether a cell begins like a website's address, with an ending that domains have."""
    bare = cell.strip(" <>()[]'\"")
    match = None if "@" in bare or is_picture(bare) else _SITE.match(bare)
    return match is not None and (match["sure"] is not None or known_suffix(match[0]))


def is_data(cell: str) -> bool:
    """Whether a cell can't be a column's name, for it holds an address, an e-mail or a number."""
    cell = cell.strip()
    return bool(is_site(cell) or _EMAIL.fullmatch(cell) or _PHONE.fullmatch(cell))
