"""Tells which domain a website belongs to, and whether it is the business's own."""

from __future__ import annotations

import ipaddress
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

# Pages of many businesses live below these; sharing one says nothing about who a business is.
_SHARED: Final = frozenset(
    {
        "booking.com",
        "business.site",
        "doordash.com",
        "etsy.com",
        "facebook.com",
        "fb.com",
        "google.com",
        "grubhub.com",
        "instagram.com",
        "linkedin.com",
        "linktr.ee",
        "opentable.com",
        "tiktok.com",
        "tripadvisor.com",
        "twitter.com",
        "x.com",
        "yell.com",
        "yellowpages.com",
        "yelp.com",
        "youtube.com",
    }
)


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)


def host_of(url: str | None) -> str | None:
    """Return the URL's host in lower case, or None; the scheme may be missing."""
    if not url:
        return None
    try:
        host = urlsplit(url if "://" in url else f"https://{url}").hostname
    except ValueError:
        return None
    return host.rstrip(".").lower() or None if host else None


def registrable_domain(url: str | None) -> str | None:
    """Return the domain a business registered, by the public suffix list, or None.

    `www.shop.example.co.uk` gives `example.co.uk`; customers of one site builder differ
    (`joes.wixsite.com`). A host below no known suffix (an intranet's, say) stands for itself.
    """
    host = host_of(url)
    if host is None or _is_address(host):
        return None
    try:
        host = host.encode("idna").decode()
    except UnicodeError:
        return None
    found = _suffixes().privatesuffix(host)
    if found:
        return str(found)
    return None if _suffixes().publicsuffix(host) == host else host


def own_domain(url: str | None) -> str | None:
    """Return the registrable domain, or None where it is a platform many businesses share."""
    domain = registrable_domain(url)
    if (
        domain is None
        or domain in _SHARED
        or domain.startswith(("google.", "yelp.", "tripadvisor."))
    ):
        return None
    return domain


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
