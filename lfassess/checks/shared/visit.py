"""What a visit to a lead's address met: the business's website, or something else.

Nothing is judged that was not seen: a parked domain has no speed, a bot wall's headers are not the
site's. Checks describe their visit and judge a website only where ``meet`` says that it was one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Any, Final

from lfassess.checks.shared import no_site, shells, walls
from lfassess.checks.shared.domains import own_domain, platform_of
from lfassess.checks.shared.json_access import get_object, get_text
from lfassess.checks.shared.page_text import Document, count_words, read
from lfassess.checks.shared.phones import has_vanity
from lfassess.checks.shared.platforms import DOMAIN_SALES
from lfassess.checks.shared.same_business import same_business

Json = dict[str, Any]


class Kind(StrEnum):
    """What stands at an address, as far as a visit could tell."""

    SITE = "site"
    NO_SITE = "no_site"  # parked, suspended, an error, empty, a template, ...
    PLATFORM = "platform"  # a page on a platform of many businesses
    ELSEWHERE = "elsewhere"  # a website, but under another domain and another name
    WALL = "wall"  # a bot check or captcha
    REFUSED = "refused"  # a status or a dropped connection that may be meant for our visit alone
    UNREAD = "unread"  # the answer came, but not in a form we read


JUDGED: Final = frozenset({Kind.SITE, Kind.ELSEWHERE})
NOT_SEEN: Final = frozenset({Kind.WALL, Kind.REFUSED, Kind.UNREAD})

_FEW_WORDS: Final = 60  # fewer, and no picture, are no website ...
_VERY_FEW: Final = 20  # ... but so many, and a way to get in touch, are a small one
_IN_TOUCH: Final = re.compile(
    r"[\"'=](?:tel|mailto|callto|sms|skype):|//(?:wa\.me|api\.whatsapp\.com)/"
    r"|<form\b|<address\b|schema\.org"
    r"|\+?\(?\d[\d ()./-]{6,18}\d",
    re.IGNORECASE,
)
_LONGEST: Final = 100
_SEARCHED: Final = 100_000  # characters of HTML
# Whose word counts for the whole audit: what a browser saw before what a program was sent.
_WITNESSES: Final = ("visual", "security", "pagespeed", "onpage", "gbp")


@dataclass(frozen=True, slots=True)
class Visit:
    """One look at an address.

    ``text`` is what a visitor can read, ``html`` the page as sent or as rendered, ``pictures`` how
    many there are, None where that is unknown; ``unread`` why the body could not be read, or None.
    """

    requested_url: str
    url: str  # after redirects
    status: int | None
    headers: Sequence[tuple[str, str]] = ()
    title: str = ""
    text: str = ""
    html: str = ""
    rendered: bool = False  # by a browser, scripts run
    pictures: int | None = None
    unread: str | None = None

    @classmethod
    def from_html(
        cls,
        requested_url: str,
        url: str,
        status: int,
        headers: Sequence[tuple[str, str]],
        html: str,
        *,
        unread: str | None = None,
    ) -> Visit:
        """Return the visit of a program that was sent this HTML."""
        page = read(html) if unread is None else Document("", "", 0)
        return cls(
            requested_url,
            url,
            status,
            headers,
            title=page.title,
            text=page.text,
            html="" if unread else html,
            pictures=page.pictures,
            unread=unread,
        )


@dataclass(frozen=True, slots=True)
class Met:
    """What a visit met; ``code`` names the kind closer, ``shown`` is what gave it away."""

    kind: Kind
    code: str = "site"
    shown: str = ""

    @property
    def judged(self) -> bool:
        """Whether there is a website to judge."""
        return self.kind in JUDGED

    def as_json(self, url: str | None) -> Json:
        """Return it as ``metrics["visit"]`` has it."""
        return {"kind": self.kind.value, "code": self.code, "shown": self.shown, "url": url}


SITE: Final = Met(Kind.SITE)
_Rule = Callable[[Visit], Met | None]


def meet(visit: Visit, name: str = "") -> Met:
    """Return what a visit met.

    Args:
        visit: what was asked and what came.
        name: the business's, to tell its new domain from another business's.
    """
    # A file is no empty page; PageSpeed's check says what it is.
    rest: tuple[_Rule, ...] = (_nothing, _refused, _error, _shell, _empty)
    rules = (_unread, _platform, _wall, *((_refused, _error) if _is_file(visit) else rest))
    for rule in rules:
        if met := rule(visit):
            return met
    return _elsewhere(visit, name) or SITE


def _is_file(visit: Visit) -> bool:
    """Whether the answer calls itself something else than a web page; no type may be one."""
    types = [value for name, value in visit.headers if name.lower() == "content-type"]
    kind = types[-1].partition(";")[0].strip().lower() if types else ""
    return "/" in kind and "html" not in kind and "xml" not in kind


def dropped() -> Met:
    """Return what it means that connections are accepted and broken off without a word."""
    return Met(Kind.REFUSED, "dropped", "the connection was broken off")


def met_in(value: object) -> Met | None:
    """Return what ``as_json`` stored under ``visit``; None where there is none that can be used."""
    stored = get_object(value, "visit")
    kind, code = get_text(stored, "kind"), get_text(stored, "code")
    if kind not in set(Kind) or code is None:
        return None
    return Met(Kind(kind), code, get_text(stored, "shown") or "")


def overall(metrics: Mapping[str, object]) -> Met | None:
    """Return what an audit's checks met together, by check name; None where no visit is known.

    A browser's word stands over that of a program, and what was seen over what was not.
    """
    known = [met for name in _WITNESSES if (met := met_in(metrics.get(name))) is not None]
    seen = [met for met in known if met.kind not in NOT_SEEN]
    return next(iter([*seen, *known]), None)


def _unread(visit: Visit) -> Met | None:
    return Met(Kind.UNREAD, "encoding", visit.unread[:_LONGEST]) if visit.unread else None


def _platform(visit: Visit) -> Met | None:
    found = platform_of(visit.url)
    if found is None:
        return None
    if found.kind == DOMAIN_SALES:
        return Met(Kind.NO_SITE, "for_sale", found.domain)
    return Met(Kind.PLATFORM, "platform_page", found.domain)


def _wall(visit: Visit) -> Met | None:
    shown = walls.wall(visit.headers, visit.title, visit.text, visit.html)
    return Met(Kind.WALL, "bot_wall", shown) if shown else None


def _nothing(visit: Visit) -> Met | None:
    """Look for pages of hosts, registrars and templates; an error we got may be meant for us."""
    failed = (visit.status or 0) >= HTTPStatus.BAD_REQUEST and not visit.rendered
    found = no_site.find(
        visit.title,
        visit.text,
        pictures=visit.pictures,
        password=no_site.asks_for_password(visit.html),
        surely=failed,
    )
    return Met(Kind.NO_SITE, *found) if found else None


def _refused(visit: Visit) -> Met | None:
    status = visit.status or 0
    if not walls.refused(status, rendered=visit.rendered):
        return None
    return Met(Kind.REFUSED, f"status_{status}", f"status {status}")


def _error(visit: Visit) -> Met | None:
    status = visit.status or 0
    if status < HTTPStatus.BAD_REQUEST:
        return None
    kind = Kind.NO_SITE if visit.rendered else Kind.REFUSED
    return Met(kind, "error_page" if visit.rendered else f"status_{status}", f"status {status}")


def _shell(visit: Visit) -> Met | None:
    found = None if visit.rendered else shells.shell(visit.html, visit.text, visit.url)
    return Met(Kind.UNREAD, found.code, found.address or "") if found else None


def _empty(visit: Visit) -> Met | None:
    if visit.pictures is None or visit.pictures or (words := count_words(visit.text)) >= _FEW_WORDS:
        return None
    if not visit.rendered and shells.unfinished(visit.html):
        return None  # a browser may show more
    if words >= _VERY_FEW and _in_touch(f"{visit.html[:_SEARCHED]}\n{visit.text}"):
        return None
    return Met(Kind.NO_SITE, "empty", f"{words} words and no picture")


def _in_touch(page: str) -> bool:
    return _IN_TOUCH.search(page) is not None or has_vanity(page)


def _elsewhere(visit: Visit, name: str) -> Met | None:
    ours, theirs = own_domain(visit.requested_url), own_domain(visit.url)
    if not ours or not theirs or ours == theirs:
        return None
    if same_business(ours, theirs, name, f"{visit.title}\n{visit.text[:3000]}"):
        return None
    return Met(Kind.ELSEWHERE, "other_domain", theirs)
