"""The websites that a cell names, the business's own first."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Final

from lfassess.assessment.intake.lists.cells.blanks import (
    is_placeholder,
    names_network,
    says_nothing,
)
from lfassess.assessment.intake.lists.cells.emails import read_email
from lfassess.assessment.intake.lists.cells.notes import Notes, quoted
from lfassess.assessment.intake.lists.cells.spelling import candidates, repaired
from lfassess.assessment.intake.lists.content import is_picture
from lfassess.assessment.intake.normalise import (
    InvalidValueError,
    host_of,
    is_blank,
    normalise_website,
    without_tracking,
)
from lfassess.checks.shared.domains import (
    is_own_host,
    is_platform,
    known_suffix,
    registrable_domain,
)

_HYPERLINK: Final = re.compile(r"=\s*HYPERLINK\(\s*\"+([^\"]+)\"", re.IGNORECASE)
# As most cells are: nothing to repair, to unwrap or to quote; what may be a map is none of these.
_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_PLAIN: Final = re.compile(
    r"(?!.*(?:google|facebook|instagram|outlook|linkedin|yahoo|yelp|bing|goo|apple"
    r"|archive|googleusercontent|ggpht|doubleclick|slack-redir|urldefense|translate)\.)"
    r"(https?://)?((?:www\.)?(?!w+\.)[a-z0-9][a-z0-9-]{1,61}[a-z0-9]"
    rf"(?:\.{_LABEL})*\.[a-z]{{2,63}})((?:/[\w.~+-]+)*/?)",
    re.ASCII,
)
_PLAIN_QUERY: Final = re.compile(r"[\w.=&+-]*", re.ASCII)
_LONGEST_PLAIN: Final = 250  # characters; a host's limit is a little more
_MAP: Final = re.compile(
    r"^(?:https?://)?(?:www\.)?(?:maps\.google\.|google\.[a-z.]+/maps|maps\.app\.goo\.gl|goo\.gl/maps|g\.page/"
    r"|maps\.apple\.com|goo\.gl/)",
    re.IGNORECASE,
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

    def add(self, more: Sites) -> None:
        """Take over what a further cell gave; the website of the first that has one stays."""
        if self.website is None:
            self.website, self.bare = more.website, more.bare
        elif more.website is not None and host_of(more.website) != host_of(self.website):
            self.others.append(more.website)
        self.profiles += more.profiles
        self.maps += more.maps
        self.others += more.others
        self.reason = self.reason or more.reason


def read_websites(text: str, notes: Notes, *, allow_private: bool = False) -> Sites:
    """Return the websites that a cell names, the business's own first.

    Wrappers (``/url?q=``) are taken off, typing mistakes repaired, platforms' pages put aside, an
    e-mail address gives its domain unless it is a mail provider's.
    """
    return _read_plain(text) or _read_closely(text, notes, allow_private=allow_private)


def _read_closely(text: str, notes: Notes, *, allow_private: bool) -> Sites:
    text = html.unescape(text).strip()
    found = Sites()
    if link := _HYPERLINK.match(text):
        text = link[1]
    if says_nothing(text, "website") or names_network(text):
        if not is_blank(text) and names_network(text):
            notes.add("website", f"{quoted(text)} names no address; the lead has no website")
        return found
    for candidate in candidates(text):
        _take(candidate, found, allow_private=allow_private)
    if found.website is None and not (found.profiles or found.maps):
        found.reason = found.reason or f"{quoted(text)} is not a website's address"
        notes.add("website", f"{found.reason}; it was dropped")
    elif found.website is not None and (found.others or _was_repaired(text, found.website)):
        notes.add("website", f"of {quoted(text)} {host_of(found.website)} was taken")
    elif found.website is None:
        notes.add("website", f"{quoted(text)} is a page on a platform, not a website of their own")
    return found


def _read_plain(text: str) -> Sites | None:
    """Return what a plain address gives, as ``_take`` would; None of what needs a closer look."""
    address, mark, query = text.partition("?")
    match = _PLAIN.fullmatch(address)
    if match is None or len(text) > _LONGEST_PLAIN or not is_own_host(match[2]):
        return None
    if is_placeholder(match[2]) or ("." in match[3] and is_picture(address)):
        return None
    if mark and not _PLAIN_QUERY.fullmatch(query):
        return None
    rest = without_tracking(query) if query else ""
    website = f"{match[1] or 'https://'}{match[2]}{match[3] or '/'}{'?' * bool(rest)}{rest}"
    return Sites(website, bare=match[1] is None)


def _was_repaired(text: str, website: str) -> bool:
    text = text.strip().casefold()
    if not text.isascii():
        return False
    return host_of(website) not in text or " " in text or repaired(text) != text


def is_map(url: str) -> bool:
    """Whether an address is a place on a map service."""
    return _MAP.match(url) is not None


def _take(candidate: str, found: Sites, *, allow_private: bool) -> None:
    if _HANDLE.fullmatch(candidate):
        return
    if "@" in candidate and not re.search(r"/.*@", candidate.partition("://")[2] or candidate):
        _take_email(candidate, found, allow_private=allow_private)
        return
    if is_map(candidate):
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
    if domain is not None and is_platform(domain) and not is_picture(website):
        found.profiles.append(website)
    elif reason := _why_none(candidate, website, allow_private=allow_private):
        found.reason = found.reason or reason
    elif found.website is None:
        found.website, found.bare = website, "://" not in candidate
    elif host_of(website) != host_of(found.website):
        found.others.append(website)


def _why_none(candidate: str, website: str, *, allow_private: bool) -> str | None:
    if is_picture(website):
        return f"{quoted(candidate)} is a picture's address"
    if not allow_private and not known_suffix(website):
        return f"{quoted(candidate)} has an ending that no domain has"
    return None


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
