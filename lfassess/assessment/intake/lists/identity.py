"""What makes two rows the same lead: one business at one place.

Branches of a chain share a website and are leads of their own, since each has a profile, a phone
and reviews of its own. Spellings of one site, of a street or of a company's legal form are one.
"""

from __future__ import annotations

import hashlib
import re
from array import array
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Protocol
from urllib.parse import urlsplit

from lfassess.assessment.intake.lists.wording import fold
from lfassess.assessment.intake.normalise import site_of
from lfassess.checks.shared.domains import is_platform_host

_MAX_BRANCHES: Final = 500  # of one site looked through; the store's keys refuse later repeats
_FIRST_SLOTS: Final = 1_024  # a power of two
_MAX_KEY: Final = 1_000  # bytes; a Postgres index entry holds about 2,700
_MAX_UTF8: Final = 4  # bytes of a character
_LEGAL: Final = re.compile(
    r"[\s,]+(?:llc|l\.l\.c|inc|incorporated|corp|corporation|co|company|ltd|limited|llp|lp|pllc"
    r"|plc|pc|pa|gmbh(?: & co\.? kg)?|ug|ag|kg|ohg|gbr|e\.?k|e\.?v|sarl|sas|sasu|sa|eurl|sl|slu"
    r"|sro|spa|srl|snc|bv|b\.v|nv|vof|lda|ltda|pty|oy|ab|as|aps|kft|doo)\.?$"
)
_ABBREVIATED: Final = {
    "street": "st", "saint": "st", "strasse": "str", "avenue": "ave", "av": "ave", "road": "rd",
    "boulevard": "blvd", "drive": "dr", "lane": "ln", "court": "ct", "highway": "hwy",
    "parkway": "pkwy", "place": "pl", "square": "sq", "suite": "ste", "unit": "ste",
    "apartment": "apt", "floor": "fl", "north": "n", "south": "s", "east": "e", "west": "w",
    "usa": "", "us": "", "uk": "",
}  # fmt: skip
# Only behind a comma, since streets and towns have these names, too.
_STATE_CODES: Final = {
    "alabama": "al", "alaska": "ak", "arizona": "az", "arkansas": "ar", "california": "ca",
    "colorado": "co", "connecticut": "ct", "delaware": "de", "district of columbia": "dc",
    "florida": "fl", "georgia": "ga", "hawaii": "hi", "idaho": "id", "illinois": "il",
    "indiana": "in", "iowa": "ia", "kansas": "ks", "kentucky": "ky", "louisiana": "la",
    "maine": "me", "maryland": "md", "massachusetts": "ma", "michigan": "mi", "minnesota": "mn",
    "mississippi": "ms", "missouri": "mo", "montana": "mt", "nebraska": "ne", "nevada": "nv",
    "new hampshire": "nh", "new jersey": "nj", "new mexico": "nm", "new york": "ny",
    "north carolina": "nc", "north dakota": "nd",  # codespell:ignore
    "ohio": "oh", "oklahoma": "ok", "oregon": "or",
    "pennsylvania": "pa", "rhode island": "ri", "south carolina": "sc", "south dakota": "sd",
    "tennessee": "tn", "texas": "tx", "utah": "ut", "vermont": "vt", "virginia": "va",
    "washington": "wa", "west virginia": "wv", "wisconsin": "wi", "wyoming": "wy",
    "alberta": "ab", "british columbia": "bc", "manitoba": "mb", "new brunswick": "nb",
    "newfoundland and labrador": "nl", "nova scotia": "ns", "ontario": "on",
    "prince edward island": "pe", "quebec": "qc", "saskatchewan": "sk", "yukon": "yt",
    "northwest territories": "nt", "nunavut": "nu",
}  # fmt: skip
_STATES: Final = re.compile(
    rf"(?<=, )(?:{'|'.join(_STATE_CODES)})(?=\s*(?:,|\d|[a-z]\d[a-z]\b|\Z))"
)
_DIGIT: Final = re.compile(r"\d")
_POSTCODE: Final = re.compile(
    r"\b\d{5}-\d{3,4}\b|\b\d{4,5}\s*(?:,|\Z)|(?:\A|(?<=, ))\d{4,5} [^\W\d][^,\d]*\Z"
    r"|\b[a-z]\d[a-z] ?\d[a-z]\d\b|\b[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}\b"
)


class RowLike(Protocol):
    """What tells one row from another."""

    @property
    def website(self) -> str | None: ...
    @property
    def place_phone(self) -> str | None: ...
    @property
    def address(self) -> str | None: ...
    @property
    def dedupe_key(self) -> str: ...
    @property
    def line(self) -> int | None: ...


def site_key(website: str) -> str:
    """Return what all addresses of one website share: the host, on a platform the page as well."""
    host = urlsplit(website).netloc if "@" in website else website.split("/", 3)[2]
    host = host.rpartition("@")[2]
    shared = is_platform_host(host.partition(":")[0]) if host[:1] != "[" else False
    return (site_of(website) if shared else host.removeprefix("www.")).replace("|", "%7C")


def site_in(key: str, website: str) -> str:
    """Return the ``site_key`` of a website whose lead has this key, which begins with it."""
    site, bar, _ = key.partition("|")
    return site if bar else site_key(website)


def name_key(name: str) -> str:
    """Return a business's name without case, accents, punctuation and legal form."""
    plain = fold(name).strip(" .")
    while (shorter := _LEGAL.sub("", plain)) != plain:
        plain = shorter
    return " ".join(re.findall(r"\w+", plain)) or plain


@lru_cache(maxsize=4_096)
def address_key(address: str | None) -> str:
    """Return an address without case, accents and punctuation, its usual words abbreviated."""
    text = _STATES.sub(lambda match: _STATE_CODES[match[0]], fold(address or ""))
    words = re.findall(r"\w+", text)
    return " ".join(short for word in words if (short := _ABBREVIATED.get(word, word)))


@lru_cache(maxsize=4_096)
def has_street(address: str | None) -> bool:
    """Whether an address has a number that is no postcode, and so more than a town."""
    return _DIGIT.search(_POSTCODE.sub(" ", fold(address or ""))) is not None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a business is, as far as a row says."""

    phone: str | None
    address: str  # as ``address_key`` gives it; "" where there is none
    street: bool  # whether the address has a street, and not a town alone

    def same_as(self, other: Place) -> bool:
        """Whether two rows of one website are the same branch.

        One that names no place is: there is nothing to tell it from the other. Otherwise the
        address decides where both have one with a street, else the phone number, and else
        whatever addresses there are.
        """
        streets = self.street and other.street
        return _same(self.phone, self.address, other.phone, other.address, streets=streets)


def _same(
    phone: object, address: object, phone2: object, address2: object, *, streets: bool
) -> bool:
    """Compare two places, by their phone numbers and addresses or by these values' hashes.

    ``streets``: both addresses have a street; a town alone may have several branches.
    """
    if not (phone or address) or not (phone2 or address2):
        return True
    if address and address2 and (streets or not (phone and phone2)):
        return address == address2
    return bool(phone) and phone == phone2


def place_of(phone: str | None, address: str | None) -> Place:
    """Return the place that a lead's phone number and address name."""
    return Place(phone, address_key(address), has_street(address))


def lead_key(name: str, website: str | None, phone: str | None, address: str | None) -> str:
    """Return the key that tells a lead from all others in the store.

    The site and the place: the address if it has a street, else the phone number; without a
    website the name and the phone number, else the address.
    """
    place = place_of(phone, address)
    if website is not None:
        where = place.address if place.street or not phone else phone
        return bounded(f"{site_key(website)}|{where}")
    return bounded(f"-|{phone or place.address}|{name_key(name)}")


def row_key(key: str, name: str, line: int) -> str:
    """Return the key of a row that stays a lead of its own, whatever else has its `lead_key`.

    The name is in it so that only the same list, read again, finds its rows known: another list's
    row in the same line is another lead.
    """
    return bounded(f"{key}|{name_key(name)}|line {line}")


def bounded(key: str) -> str:
    """Return the key, or its hash where an index could not hold it."""
    if len(key) * _MAX_UTF8 > _MAX_KEY and len(key.encode()) > _MAX_KEY:
        return "sha256:" + hashlib.sha256(key.encode()).hexdigest()
    return key


class Seen:
    """The rows of a file so far, as numbers: 45 bytes a row, so that a million fit into memory.

    A table with open addressing finds a site's last row; each row knows the one before it.
    """

    def __init__(self) -> None:
        self._slots = array("i", [-1]) * _FIRST_SLOTS  # indexes of rows; -1: free
        self._used = 0
        self._sites = array("q")  # by row: the hash of its site
        self._before, self._lines = array("i"), array("i")
        self._phones, self._addresses = array("q"), array("q")

    def same_as(self, row: RowLike) -> int | None:
        """Return the line of the row that this one repeats, or None, and remember it."""
        if row.website is None:
            site, phone, address = hash(row.dedupe_key), 0, 0
        else:
            site = hash(site_in(row.dedupe_key, row.website))
            phone, address = _hash(row.place_phone), _hash(address_key(row.address))
            if address:  # the last bit says whether there is a street
                address = (address & ~1 | has_street(row.address)) or -2
        slot = self._slot(site)
        last = index = self._slots[slot]
        for _ in range(_MAX_BRANCHES):
            if index < 0:
                break
            phone2, address2 = self._phones[index], self._addresses[index]
            if _same(phone, address, phone2, address2, streets=bool(address & address2 & 1)):
                return self._lines[index]
            index = self._before[index]
        self._slots[slot] = len(self._lines)
        self._sites.append(site)
        self._before.append(last)
        self._lines.append(row.line or 0)
        self._phones.append(phone)
        self._addresses.append(address)
        if last < 0:
            self._used += 1
            if 2 * self._used > len(self._slots):
                self._grow()
        return None

    def _slot(self, site: int) -> int:
        """Return the site's slot, or the free one that it may have."""
        slots, sites, last = self._slots, self._sites, len(self._slots) - 1
        slot = site & last
        while (index := slots[slot]) >= 0 and sites[index] != site:
            slot = (slot + 1) & last
        return slot

    def _grow(self) -> None:
        old = self._slots
        self._slots = array("i", [-1]) * (2 * len(old))
        for index in old:
            if index >= 0:
                self._slots[self._slot(self._sites[index])] = index


def _hash(text: str | None) -> int:
    return hash(text) if text else 0
