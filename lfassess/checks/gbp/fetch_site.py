"""Reads a lead's front page: a second source of its name, phone and address."""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from lfassess.checks.base import CheckContext, Json, Target
from lfassess.checks.gbp.evidence import Point, Site, Structured
from lfassess.checks.shared.domains import platform_of
from lfassess.checks.shared.page_text import visible_text
from lfassess.checks.shared.phones import find_phones, is_placeholder, link_phone, phone_e164
from lfassess.checks.shared.platforms import DOMAIN_SALES
from lfassess.checks.shared.structured_data import StructuredData, read_page
from lfassess.checks.shared.templates import (
    template_address,
    template_name,
    template_phone,
    template_url,
)
from lfassess.checks.shared.visit import Kind, Met, Visit, dropped, meet
from lfassess.clients import website
from lfassess.clients.website import Page
from lfassess.errors import CheckError, ProviderUnavailableError

_SITE_S: Final = 8.0  # the website is one source of three: not worth more of the time limit
_SITE_BYTES: Final = 2_000_000
_MAX_FOLLOWED: Final = 2  # forwarding pages and frames, one after the other
_LEADS_ON: Final = frozenset({"forward", "frame"})
# These may still say who they are, by one of these facts.
_MAY_SAY: Final = {"empty": ("types", "phones", "names"), "script_shell": ("types",)}
_WHY: Final = {
    "encoding": "browsers can't read the page: {}",
    "forward": "the page only forwards to another ({})",
    "frame": "the page only frames another ({})",
    "script_forward": "the page forwards by a script",
    "script_shell": "the page is empty until scripts fill it",
    "dropped": "the website broke the connection off",
    "bot_wall": "a bot challenge ({})",
    "platform_page": "the website leads to a page on a platform",
}


def read_site(target: Target, ctx: CheckContext) -> Site:
    """Return what the front page says, or why it wasn't read.

    A page that only forwards, or shows one frame, is followed.
    """
    if not target.url:
        return _unread("no website")
    found = platform_of(target.url)
    if found and found.kind != DOMAIN_SALES:
        met = Met(Kind.PLATFORM, "platform_page", found.domain)
        return _unread("the website is a page on a platform", met, target.url)
    try:
        page, met = _arrive(target, ctx, min(ctx.deadline, time.monotonic() + _SITE_S))
    except CheckError as e:
        broken = type(e) is ProviderUnavailableError
        return _unread(e.message, *((dropped(), target.url) if broken else ()))
    facts = _facts(page, met, target.country)
    if facts is None:
        return _unread(_why(met), met, page.url)
    return replace(facts, url=page.url, visit=met.as_json(page.url))


def _facts(page: Page, met: Met, country: str) -> Site | None:
    """Return what the page says of the business; None if its silence would mean nothing."""
    telling = _MAY_SAY.get(met.code, ())
    if not met.judged and not telling:
        return None
    facts = site_facts(page.text, country)
    return facts if met.judged or any(getattr(facts, key) for key in telling) else None


def _arrive(target: Target, ctx: CheckContext, deadline: float) -> tuple[Page, Met]:
    """Return the page that visitors end at, and what it is."""
    assert target.url
    page, met = _visit(target, target.url, ctx, deadline)
    for _ in range(_MAX_FOLLOWED):
        if met.code not in _LEADS_ON or (met.code == "frame" and platform_of(met.shown)):
            break  # a film or a map in a page that says little itself is no page of its own
        try:
            page, met = _visit(target, met.shown, ctx, deadline)
        except CheckError:
            break  # the page that leads there stays unread
    return page, met


def _visit(target: Target, url: str, ctx: CheckContext, deadline: float) -> tuple[Page, Met]:
    page = website.fetch(url, settings=ctx.settings, deadline=deadline, max_bytes=_SITE_BYTES)
    visit = Visit.from_html(
        target.url or url, page.url, page.status, page.headers, page.text, unread=page.unread
    )
    return page, meet(visit, target.name)


def _why(met: Met) -> str:
    if met.kind is Kind.REFUSED and met.code != "dropped":
        return f"the website answered {met.code.removeprefix('status_')}"
    if met.kind is Kind.NO_SITE:
        return f"there is no working website at the address ({met.shown})"
    return _WHY[met.code].format(met.shown)


def _unread(why: str, met: Met | None = None, url: str | None = None) -> Site:
    return Site(why=why, visit=met.as_json(url) if met else None)


_MAX_VALUES: Final = 20  # of each kind
_HEAD, _FOOT = 20_000, 8_000  # characters searched for phone numbers at a page's two ends
_DIALLED_BY_SCRIPT: Final = re.compile(r"tel:[^'\"\s;)]+", re.IGNORECASE)
_LONGEST: Final = 200
_NAME_SHOWN: Final = 60
_ROUND_THE_CLOCK: Final = re.compile(
    r"24\s?/\s?7|open 24 hours|24 hours a day|(?:round|around) the clock"
    r"|24[- ]hours? (?:emergenc|service|call|support)\w*",
    re.IGNORECASE,
)


def site_facts(page: str, country: str) -> Site:
    """Return what a page's HTML, as the server sent it, says of the business.

    Phones are those of its structured data, its links and its visible text; names, addresses,
    geo and types come from structured data alone. What a template left behind is left out.

    Args:
        page: HTML.
        country: ISO 3166 alpha-2, of numbers written without their country.
    """
    tree = LexborHTMLParser(page)
    data = read_page(tree)
    links = _links(tree)
    text = visible_text(tree)
    listed = [phone_e164(phone, country) for one in data.businesses for phone in one["phones"]]
    dialled = [found.e164 for link in links if (found := link_phone(link, country))]
    numbers = [number for number in (*listed, *dialled, *_written(text, country)) if number]
    names = [name for one in (*data.businesses, *data.bare) for name in one["names"]]
    addresses = [address for one in data.businesses for address in one["addresses"]]
    always = _ROUND_THE_CLOCK.search(text)
    return Site(
        read=True,
        types=_few(kind for one in data.businesses for kind in one["types"]),
        names=_few(name for name in names if _readable(name) and not template_name(name)),
        addresses=_few(a for a in addresses if _readable(a) and not template_address(a)),
        geo=_only([one["geo"] for one in data.businesses if one["geo"]]),
        phones=_few(n for n in numbers if not is_placeholder(n)),
        structured=_structured(data, country),
        round_the_clock=" ".join(always[0].split()) if always else None,
    )


def _structured(data: StructuredData, country: str) -> Structured:
    known = [*data.businesses, *data.bare]
    best = min(known, key=lambda one: len(_missing(one)), default=None)
    return Structured(
        syntaxes=tuple(data.syntaxes),
        types=_few(data.types),
        faults=tuple(data.faults),
        described=_label(best) if best else None,
        missing=_missing(best) if best else (),
        placeholders=_few(left for one in known for left in _left_behind(one, country)),
    )


def _missing(business: Json) -> tuple[str, ...]:
    """Return which details are missing; one that names the area it serves needs no address."""
    details = {
        "name": business["names"],
        "address": business["addresses"] or business["area"],
        "phone": business["phones"],
    }
    return tuple(key for key, value in details.items() if not value)


def _label(business: Json) -> str:
    name = next(iter(business["names"]), None)
    kind = next(iter(business["types"]), "Thing")
    return f"{kind} “{name[:_NAME_SHOWN]}”" if name and _readable(name) else kind


def _left_behind(business: Json, country: str) -> Iterator[str]:
    yield from (phone for phone in business["phones"] if template_phone(phone, country))
    yield from (address for address in business["addresses"] if template_address(address))
    yield from (name for name in business["names"] if template_name(name))
    yield from (url for url in business["urls"] if template_url(url))


def _readable(text: str) -> bool:
    """Return whether a text was decoded; one with U+FFFD or control characters was not."""
    return "\ufffd" not in text and not any(unicodedata.category(c) == "Cc" for c in text.strip())


def _only(points: list[list[float]]) -> Point | None:
    """Return the one point there is; several are several branches."""
    return (points[0][0], points[0][1]) if points and all(p == points[0] for p in points) else None


def _links(tree: LexborHTMLParser) -> list[str]:
    """Return what the page's links and buttons dial."""
    hrefs = [
        node.attributes.get("href") or ""
        for node in tree.css("[href^='tel:' i], [href^='callto:' i]")
    ]
    handlers = " ".join(n.attributes.get("onclick") or "" for n in tree.css("[onclick*='tel:' i]"))
    return [*hrefs, *_DIALLED_BY_SCRIPT.findall(handlers)]


def _written(text: str, country: str) -> list[str]:
    """Return the phone numbers in a text; contact details stand at a page's two ends."""
    ends = [text] if len(text) <= _HEAD + _FOOT else [text[:_HEAD], text[-_FOOT:]]
    return [phone.e164 for end in ends for phone in find_phones(end, country)]


def _few(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value[:_LONGEST] for value in values))[:_MAX_VALUES]
