"""Reads a lead's front page: a second source of its name, phone and address."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Final

from lfassess.checks.base import CheckContext, Target
from lfassess.checks.gbp.evidence import Site
from lfassess.checks.gbp.website_contact_data import site_facts
from lfassess.checks.shared.domains import platform_of
from lfassess.checks.shared.platforms import DOMAIN_SALES
from lfassess.checks.shared.visit import Kind, Met, Visit, dropped, meet
from lfassess.clients import website
from lfassess.clients.website import Page
from lfassess.errors import CheckError, ProviderUnavailableError

_SITE_S: Final = 8.0  # the website is one source of three: not worth more of the time limit
_SITE_BYTES: Final = 2_000_000
_MOST_FOLLOWED: Final = 2  # forwarding pages and frames, one after the other
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
    for _ in range(_MOST_FOLLOWED):
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
