"""Finds the address at which a website answers, where a list named its domain without a scheme."""

from __future__ import annotations

import time
from typing import Final
from urllib.parse import urlsplit

from lfassess.checks.shared.domains import registrable_domain
from lfassess.checks.shared.visit import Kind, Met, Visit, meet
from lfassess.clients.website import Page, fetch
from lfassess.errors import CheckError
from lfassess.settings import Settings

_EACH_S: Final = 8.0
_ALL_S: Final = 20.0
_BYTES: Final = 500_000
THIN: Final = "empty"  # little to see is still what the business shows there
_GONE: Final = frozenset({"status_404", "status_410"})


def find(website: str, settings: Settings, name: str = "") -> str | None:
    """Return the first address at which a browser would show something; None if none answers.

    As browsers do with a domain that somebody types: https before http, and http where https has
    a certificate that they refuse; then the other spelling, with or without www. What answers with
    a page that is no site, or with none at all (404), is taken only if nothing better does.

    Args:
        website: normalised, with the scheme that was assumed.
        settings: for the guard and the certificates to trust.
        name: the business's.
    """
    end = time.monotonic() + _ALL_S
    second_best = None
    for url in candidates(website):
        deadline = min(end, time.monotonic() + _EACH_S)
        try:
            page = fetch(url, settings=settings, deadline=deadline, max_bytes=_BYTES)
        except CheckError:
            continue
        met = met_at(page, url, name)
        if page.verified and (met.code == THIN or not is_nothing(met)):
            return url
        second_best = second_best or url
    return second_best


def candidates(website: str) -> list[str]:
    """Return the addresses to try, in order."""
    parts = urlsplit(website)
    rest = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    hosts = [parts.netloc, www_alternative(website) if parts.port is None else None]
    return [f"{scheme}://{host}{rest}" for host in hosts if host for scheme in ("https", "http")]


def www_alternative(url: str) -> str | None:
    """Return www.example.com for example.com and the reverse; None for other subdomains."""
    try:
        host, domain = urlsplit(url).hostname or "", registrable_domain(url)
    except ValueError:
        return None
    if not host or not domain or "." not in host:
        return None
    if host == domain:
        return None if host.replace(".", "").isdigit() or ":" in host else f"www.{host}"
    return domain if host == f"www.{domain}" else None


def met_at(page: Page, asked: str, name: str) -> Met:
    """Return what a page that was fetched is."""
    visit = Visit.from_html(
        asked, page.url, page.status, page.headers, page.text, unread=page.unread
    )
    return meet(visit, name)


def is_nothing(met: Met) -> bool:
    """Return whether nothing of a business stands there: a placeholder, or no page at all."""
    return met.kind is Kind.NO_SITE or met.code in _GONE


def is_anothers(page: Page, asked: str, name: str) -> bool:
    """Return whether a server answers for a name that it does not know.

    It shows a page that is no site, under a certificate made out to another name, as servers of
    many customers do where one of them has no encryption of its own.
    """
    tls = page.hops[0].tls
    foreign = tls is not None and "wrong-host" in tls.problems
    return foreign and is_nothing(met_at(page, asked, name))
