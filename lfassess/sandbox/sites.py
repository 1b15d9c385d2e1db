"""The demo business sites: which there are, and what is peculiar to each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from typing import Any, Final

from lfassess.sandbox.businesses import Business, demo_businesses, manifest

DOMAIN: Final = ".demo.test"


class Certificate(StrEnum):
    """Which certificate a site shows."""

    VALID = "valid"
    EXPIRED = "expired"
    WRONG_HOST = "wrong-host"


@dataclass(frozen=True, slots=True)
class Site:
    """One demo site."""

    name: str
    title: str
    quality: str  # good | average | neglected | broken
    business: Business
    pages: str  # folder below pages/
    http_only: bool = False
    redirect: bool = False  # http answers with a redirect to https
    certificate: Certificate = Certificate.VALID
    delay_s: float = 0.0
    status: int = 200  # of its pages
    compress: bool = False
    headers: Mapping[str, str] = field(default_factory=dict, hash=False)  # on every answer
    page_headers: Mapping[str, str] = field(default_factory=dict, hash=False)  # on HTML pages
    asset_headers: Mapping[str, str] = field(default_factory=dict, hash=False)  # on all the rest
    cookies: tuple[str, ...] = ()  # Set-Cookie values of HTML pages
    # records: mx, txt, dmarc, caa, ds, aaaa; as zone files have them, texts without quotes
    dns: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    missing_status: int = 404  # of pages that there aren't
    field_data: str = "none"  # whose visitors Google knows: page | origin | none
    # what only a browser can tell: tbt, cls, fails (Lighthouse's audits)
    lighthouse: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def host(self) -> str:
        return self.business.host

    @property
    def url(self) -> str:
        return self.business.url

    def describe(self) -> dict[str, str]:
        return {"name": self.name, "url": self.url, "title": self.title, "quality": self.quality}


@cache
def all_sites() -> Mapping[str, Site]:
    """Return the sites by host, in the manifest's order."""
    entries = manifest()["sites"].items()
    sites = [_site(name, e, b) for (name, e), b in zip(entries, demo_businesses(), strict=True)]
    return {s.host: s for s in sites}


def site_named(name: str) -> Site | None:
    """Return the site called NAME, as in NAME.demo.test; as it was redone, if it was."""
    host = name.lower() + DOMAIN
    return _REDONE.get(host) or all_sites().get(host)


_REDONE: Final[dict[str, Site]] = {}  # by host, since this process began


def redo(name: str, like: str) -> Site | None:
    """Let a site look and answer like another from now on; None where there is no such site.

    Its address, its business and what Google and SEMrush know of it stay.
    """
    own, other = (all_sites().get(each.lower() + DOMAIN) for each in (name, like))
    if own is None or other is None:
        return None
    made = replace(other, name=own.name, business=own.business, dns=own.dns)
    _REDONE[own.host] = made
    return made


def undo_all() -> None:
    """Let all sites be again as they were made."""
    _REDONE.clear()


def _site(name: str, entry: dict[str, Any], business: Business) -> Site:
    known = {k: v for k, v in entry.items() if k not in {"business", "defects"}}
    known["certificate"] = Certificate(known.get("certificate", Certificate.VALID))
    known["cookies"] = tuple(known.get("cookies", ()))
    known["dns"] = known.get("dns", manifest()["dns"])
    return Site(name=name, business=business, **{"pages": name, **known})
