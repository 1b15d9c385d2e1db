"""Reads one cell: repairs it, or drops it with a note; an odd cell never costs the lead."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Final
from urllib.parse import parse_qs, urlsplit

import phonenumbers
from phonenumbers import Leniency, PhoneNumberMatcher, ValidationResult

from lfassess.assessment.lead_row import clean, known_country
from lfassess.assessment.normalise import InvalidValueError, host_of, is_blank, normalise_website
from lfassess.checks.domains import is_platform, known_suffix, registrable_domain
from lfassess.configs import read_toml

_LONGEST_REMARK: Final = 40  # characters of a cell that only says there is nothing
_SHOWN: Final = 60  # characters of a cell in a note
_EDGES: Final = " \t\r\n\xa0\ufeff\u200b\"'`<>()[]{}\u201c\u201d\u2018\u2019\u00ab\u00bb,;|*"


@dataclass(slots=True)
class Notes:
    """What was repaired or dropped in a row."""

    column: Callable[[str], str]  # a field's column, as people know it
    said: list[tuple[str, str]] = field(default_factory=list)  # (column, what was done)

    def add(self, name: str, text: str) -> None:
        self.said.append((self.column(name), text))


def quoted(text: str) -> str:
    """Return a cell for a note, shortened."""
    text = clean(text)
    return (
        f"\u201c{text[: _SHOWN - 1]}\u2026\u201d" if len(text) > _SHOWN else f"\u201c{text}\u201d"
    )


@cache
def _blanks(kind: str) -> frozenset[str]:
    words = read_toml("blanks.toml")
    return frozenset(w.casefold() for k in ("anywhere", kind) for w in words[k])


def says_nothing(text: str, kind: str = "anywhere") -> bool:
    """Whether a cell only says that there is nothing to say."""
    if is_blank(text):
        return True
    if len(text) > _LONGEST_REMARK:
        return False
    bare = " ".join(text.casefold().split()).strip(" .!?()[]{}<>\"'*_-\u2013\u2014")
    if kind == "website":
        bare = bare.removeprefix("https://").removeprefix("http://").removeprefix("www.") or "www"
    return (
        not bare
        or bare in _blanks(kind)
        or f"[{bare}]" in _blanks(kind)
        or f"#{bare}" in _blanks(kind)
    )


# --- names ----------------------------------------------------------------------------------------

_NO_NAMES: Final = frozenset({"nan", "undefined", "[object object]", "#ref!", "#name?", "#value!"})
# What a text needs more than tidying for: markup, quotes, line ends, garbled accents.
_MARKED: Final = re.compile(r"[&<\"'\n\r\u201c-\u201e\u00ab\u00c2-\u00c5\u00e2]")
_TAG: Final = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>", re.IGNORECASE)
_MOJIBAKE: Final = re.compile(r"[\u00c2-\u00c5\u00e2][\u0080-\u00bf\u0152-\u02dc\u2013-\u2122]")


def is_no_name(text: str) -> bool:
    """Whether a cell names nothing; "X" and "No" are names, "#REF!" is none."""
    return is_blank(text) or text.strip().casefold() in _NO_NAMES


def read_text(text: str, name: str, notes: Notes) -> str:
    """Return a name or an address without markup, entities and wrapping quotes."""
    if not _MARKED.search(text):
        return clean(text)
    plain = text
    if "&" in plain:
        plain = html.unescape(html.unescape(plain))
    if "<" in plain:
        plain = _TAG.sub("", plain)
    if _MOJIBAKE.search(plain):
        plain = _repaired(plain, name, notes)
    lines = [clean(line) for line in plain.splitlines()]
    stripped = [_unwrapped(line) for line in lines if line]
    return "\n".join(stripped)


def _repaired(text: str, name: str, notes: Notes) -> str:
    """Undo UTF-8 that was once read as Windows-1252, word by word."""
    right = " ".join(map(_decoded_twice, text.split(" ")))
    if right == text:
        return text
    notes.add(name, f"{quoted(text)} was read as {quoted(right)}: its accents were garbled")
    return right


def _decoded_twice(word: str) -> str:
    try:
        return word.encode("cp1252").decode()
    except UnicodeError:
        return word


def _unwrapped(text: str) -> str:
    for left, right in ('""', "''", "\u201c\u201d", "\u201e\u201c", "\u00ab\u00bb"):
        if len(text) > 2 and text.startswith(left) and text.endswith(right):  # noqa: PLR2004 - two quotes
            inner = text[1:-1]
            if left not in inner and right not in inner:
                return inner.strip()
    return text


# --- phones ---------------------------------------------------------------------------------------

_DESTROYED: Final = re.compile(r"\d(?:[.,]\d+)?e\+?\d{1,2}", re.IGNORECASE)
_FRACTION: Final = re.compile(r"(\+?\d{6,15})\.0+")
_FAX: Final = re.compile(r"(?:fax|telefax)\W*[+\d(][\d\s().+/-]*", re.IGNORECASE)
_LEAST_DIGITS: Final = 5
_E164: Final = phonenumbers.PhoneNumberFormat.E164


def read_phone(text: str, country: str, notes: Notes) -> str | None:
    """Return the cell's first number in E.164; as typed where it has digits, but no country's form.

    Args:
        text: the cell.
        country: two-letter code, of numbers written without their country.
        notes: takes what was repaired or dropped.
    """
    text = clean(text).lstrip("'=").strip("[]")
    if says_nothing(text, "phone"):
        return None
    if _DESTROYED.fullmatch(text):
        notes.add("phone", f"{quoted(text)} is what a spreadsheet made of a number; it was dropped")
        return None
    if whole := _FRACTION.fullmatch(text):
        text = whole[1]
    if found := _number(text, country):
        return found
    spoken = _FAX.sub(" ", text)
    for match in PhoneNumberMatcher(spoken, country, leniency=Leniency.POSSIBLE, max_tries=50):
        if _is_whole(match.number):
            found = phonenumbers.format_number(match.number, _E164)
            notes.add("phone", f"of {quoted(text)} the first number was taken: {found}")
            return found
    if sum(c.isdigit() for c in text) >= _LEAST_DIGITS:
        return text
    notes.add("phone", f"{quoted(text)} is no phone number; it was dropped")
    return None


def _number(text: str, country: str) -> str | None:
    candidates = [text, f"+{text[2:]}"] if re.match(r"00[1-9]", text) else [text]
    for candidate in candidates:
        try:
            number = phonenumbers.parse(candidate, country)
        except phonenumbers.NumberParseException:
            continue
        if _is_whole(number):
            return phonenumbers.format_number(number, _E164)
    return None


def _is_whole(number: phonenumbers.PhoneNumber) -> bool:
    """Whether a number can be called from anywhere: local ones lack their area code."""
    reason = phonenumbers.is_possible_number_with_reason(number)
    return reason == ValidationResult.IS_POSSIBLE


# --- countries ------------------------------------------------------------------------------------


def read_country(text: str, notes: Notes) -> str | None:
    """Return the two-letter code; None where the cell is blank or names no country."""
    if code := known_country(text):
        return code
    if not says_nothing(text):
        notes.add("country", f"{quoted(text)} is no country we know; the default was taken")
    return None


# Endings of countries that are sold all over the world, or that name no country of their own.
_GENERIC_ENDINGS: Final = frozenset(
    [
        "ac",
        "ai",
        "am",
        "bz",
        "cc",
        "cd",
        "co",
        "dj",
        "fm",
        "gg",
        "gl",
        "gs",
        "io",
        "la",
        "ly",
        "me",
        "ms",
        "mu",
        "nu",
        "pw",
        "sc",
        "sh",
        "so",
        "st",
        "tk",
        "to",
        "tv",
        "vc",
        "ws",
        "eu",
        "su",
        "im",
        "je",
        "ml",
        "ga",
        "cf",
        "gq",
        "sx",
        "vg",
        "ag",
        "ki",
        "bio",
        "hm",
        "tf",
        "yt",
        "re",
        "pm",
        "wf",
        "us",
        "cx",
        "nf",
        "mn",
        "lc",
    ]
)


def country_of(website: str | None) -> str | None:
    """Return the country whose ending a website has, where that ending is its businesses' own."""
    ending = host_of(website).rpartition(".")[2] if website else ""
    if len(ending) != 2 or ending in _GENERIC_ENDINGS:  # noqa: PLR2004 - countries' endings
        return None
    return known_country({"uk": "gb"}.get(ending, ending))


def is_map(url: str) -> bool:
    """Whether an address is a place on a map service."""
    return _MAP.match(url) is not None


# --- e-mail addresses -----------------------------------------------------------------------------

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


# --- websites -------------------------------------------------------------------------------------

_HYPERLINK: Final = re.compile(r"=\s*HYPERLINK\(\s*\"+([^\"]+)\"", re.IGNORECASE)
_SCHEMES: Final = re.compile(
    r"(?:h+t+p*s?|htp|ttps?|hhtps?)\s*(?::\s*;?|;)?\s*[/\\]{1,4}:?\s*(?=\S)", re.IGNORECASE
)
# As most cells are, so that they need no repair.
_PLAIN: Final = re.compile(
    r"(?:https?://)?(?:www\.)?(?!w+\.)[a-z0-9][a-z0-9-]{2,}(?:\.[a-z0-9-]+)*\.[a-z]{2,}/?"
)
_WWW_SCHEME: Final = re.compile(r"^(?:www\.)?(?=https?:)", re.IGNORECASE)
_MISTYPED: Final = (
    (re.compile(r"^(https?://)?(?:w{2}|w{4,5})\.", re.IGNORECASE), r"\1www."),
    (re.compile(r"^(https?://)?www[,;:]\s*", re.IGNORECASE), r"\1www."),
    (re.compile(r"^(https?://)?(?:www\.){2,}", re.IGNORECASE), r"\1www."),
    (re.compile(r"^(https?://)\.+", re.IGNORECASE), r"\1"),
)
_SPLIT: Final = re.compile(
    r"\s*[;|\n]\s*|,\s+|,(?=https?:|www\.)|\s+/\s+|\s+(?:and|or|und|oder|et|ou|y|o|e|en|of|&)\s+|\s+",
    re.IGNORECASE,
)
_SPACE_INSIDE: Final = re.compile(
    r"^(?:https?://)?[a-z0-9-]+\s+[a-z0-9-]+\.[a-z]{2,}$", re.IGNORECASE
)
_WORDS_BEFORE: Final = re.compile(
    r"^(?:please\s+)?(?:visit|see|go to|at|our|website|web|site)(?:\s+us)?(?:\s+at)?[:\s]+",
    re.IGNORECASE,
)
_USER: Final = re.compile(r"^(https?://)[^/@\s]+:[^/@\s]*@", re.IGNORECASE)
_WRAPPED: Final = (
    (re.compile(r"(?:^|//)(?:www\.)?google\.[a-z.]+/url\b|^/url\?", re.IGNORECASE), ("q", "url")),
    (
        re.compile(r"//(?:l|lm|www)\.(?:facebook|instagram)\.com/(?:l\.php)?\?", re.IGNORECASE),
        ("u",),
    ),
    (re.compile(r"//www\.googleadservices\.com/", re.IGNORECASE), ("adurl",)),
    (re.compile(r"//(?:www\.)?google\.[a-z.]+/aclk\b", re.IGNORECASE), ("adurl",)),
    (re.compile(r"safelinks\.protection\.outlook\.com/", re.IGNORECASE), ("url",)),
    (re.compile(r"//(?:www\.)?linkedin\.com/redir/", re.IGNORECASE), ("url",)),
    (re.compile(r"//(?:out|r)\.search\.yahoo\.com/", re.IGNORECASE), ("RU", "ru")),
    (re.compile(r"//(?:www\.)?yelp\.[a-z.]+/biz_redir", re.IGNORECASE), ("url",)),
    (re.compile(r"//(?:www\.)?bing\.com/", re.IGNORECASE), ("url", "u")),
)
_MAP: Final = re.compile(
    r"^(?:https?://)?(?:www\.)?(?:maps\.google\.|google\.[a-z.]+/maps|maps\.app\.goo\.gl|goo\.gl/maps|g\.page/"
    r"|maps\.apple\.com|goo\.gl/)",
    re.IGNORECASE,
)
_REMARKS: Final = re.compile(
    r"\b(?:only|page|nur|auf|seulement|solo|alleen|apenas|on|see|siehe|voir|ver)\b"
)
_HANDLE: Final = re.compile(r"@[\w.]{2,40}")


@dataclass(slots=True)
class Sites:
    """What a column of websites gave."""

    website: str | None = None  # the business's own, normalised
    bare: bool = False  # no scheme was given
    profiles: list[str] = field(default_factory=list)  # pages on platforms
    maps: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)  # further websites
    reason: str | None = None  # why the cell gave none, though it said something


def read_websites(text: str, notes: Notes, *, allow_private: bool = False) -> Sites:
    """Return the websites that a cell names, the business's own first.

    Wrappers (``/url?q=``) are taken off, typing mistakes repaired, platforms' pages put aside, an
    e-mail address gives its domain unless it is a mail provider's.
    """
    found = Sites()
    if _PLAIN.fullmatch(text):
        _take(text, found, allow_private=allow_private)
        if found.website is not None:
            return found
    text = html.unescape(text).strip()
    found = Sites()
    if link := _HYPERLINK.match(text):
        text = link[1]
    if says_nothing(text, "website") or _names_network(text):
        if not is_blank(text) and _names_network(text):
            notes.add("website", f"{quoted(text)} names no address; the lead has no website")
        return found
    for candidate in _candidates(text):
        _take(candidate, found, allow_private=allow_private)
    if found.website is None and not (found.profiles or found.maps):
        found.reason = found.reason or f"{quoted(text)} is no website's address"
        notes.add("website", f"{found.reason}; it was dropped")
    elif found.website is not None and (found.others or _was_repaired(text, found.website)):
        notes.add("website", f"of {quoted(text)} {host_of(found.website)} was taken")
    elif found.website is None:
        notes.add("website", f"{quoted(text)} is a page on a platform, not a website of their own")
    return found


def _names_network(text: str) -> bool:
    if len(text) > _LONGEST_REMARK or "." in text:
        return False
    bare = _REMARKS.sub(" ", text.casefold())
    words = " ".join(re.sub(r"[^\w\s/#]", " ", bare).split())
    for blank in ("n/a", "none", "no website", "no site", "no"):
        words = words.removeprefix(f"{blank} ")
    return words in _networks()


@cache
def _networks() -> frozenset[str]:
    return frozenset(read_toml("blanks.toml")["networks"])


def _was_repaired(text: str, website: str) -> bool:
    text = text.strip().casefold()
    if not text.isascii():
        return False
    return host_of(website) not in text or " " in text or _repair(text) != text


def _candidates(text: str) -> Iterator[str]:
    text = text.strip(_EDGES)
    for pattern, keys in _WRAPPED:
        if pattern.search(text) and (inner := _inner(text, keys)):
            text = inner
    text = _WORDS_BEFORE.sub("", _USER.sub(r"\1", _repair(text)))
    if _SPACE_INSIDE.match(text):
        return
    for piece in _SPLIT.split(text):
        part = piece.strip(_EDGES + ":")
        if "." in part or "://" in part or "@" in part or part.count(":") == 1:
            yield part


def _inner(wrapped: str, keys: tuple[str, ...]) -> str | None:
    try:
        query = parse_qs(urlsplit(wrapped if "//" in wrapped else f"//x{wrapped}").query)
    except ValueError:
        return None
    values = [query[key][0] for key in keys if query.get(key)]
    return next((v for v in values if "." in v), None)


def _repair(text: str) -> str:
    """Fix the usual typing mistakes around a scheme and "www"."""
    text = _WWW_SCHEME.sub("", text.strip())
    while (match := _SCHEMES.match(text)) and (rest := text[match.end() :]):
        secure = "s" in match[0].casefold().split("/")[0].split("\\")[0]
        if _SCHEMES.match(rest) is None:
            text = f"http{'s' * secure}://{rest}"
            break
        text = rest
    for pattern, right in _MISTYPED:
        text = pattern.sub(right, text)
    return text.rstrip(",;")


def _take(candidate: str, found: Sites, *, allow_private: bool) -> None:
    if _HANDLE.fullmatch(candidate):
        return
    if "@" in candidate and not re.search(r"/.*@", candidate.partition("://")[2] or candidate):
        _take_email(candidate, found, allow_private=allow_private)
        return
    if _MAP.match(candidate):
        found.maps.append(candidate)
        return
    try:
        website = normalise_website(candidate, allow_private=allow_private)
    except InvalidValueError as e:
        found.reason = found.reason or str(e)
        return
    if website is None:
        return
    domain = registrable_domain(website)
    if domain is not None and is_platform(domain):
        found.profiles.append(website)
    elif not allow_private and not known_suffix(website):
        found.reason = found.reason or f"{quoted(candidate)} has an ending that no domain has"
    elif found.website is None:
        found.website, found.bare = website, "://" not in candidate
    elif host_of(website) != host_of(found.website):
        found.others.append(website)


def _take_email(candidate: str, found: Sites, *, allow_private: bool) -> None:
    email = read_email(candidate)
    if email is None:
        return
    if email[1] is None:
        found.reason = f"{quoted(candidate)} is an address at a mail provider"
    elif found.website is None:
        try:
            found.website = normalise_website(email[1], allow_private=allow_private)
            found.bare = True
        except InvalidValueError as e:
            found.reason = str(e)
