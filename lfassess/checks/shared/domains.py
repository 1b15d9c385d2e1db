"""Tells which domain a website belongs to, and whether it is the business's own."""

from __future__ import annotations

import ipaddress
from functools import cache, lru_cache
from typing import Final
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

from lfassess.checks.shared import platforms
from lfassess.checks.shared.platforms import Platform

# Registries that sell names below a domain of their own: what stands there is a real domain,
# though the public suffix list files it beside the site builders.
_SOLD: Final = frozenset(
    {
        *("br.com", "cn.com", "co.com", "com.de", "com.se", "de.com", "eu.com", "gb.net", "gr.com"),
        *("hu.net", "in.net", "jp.net", "jpn.com", "mex.com", "ru.com", "sa.com", "se.net"),
        *("uk.com", "uk.net", "us.com", "us.org", "za.com"),
    }
)


_RESERVED: Final = frozenset({"example", "test", "localhost", "invalid"})  # RFC 2606


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)


@lru_cache(maxsize=4_096)
def host_of(url: str | None) -> str | None:
    """Return the URL's host in lower case, or None; the scheme may be missing."""
    if not url:
        return None
    try:
        host = urlsplit(url if "://" in url else f"https://{url}").hostname
    except ValueError:
        return None
    return host.rstrip(".").lower() or None if host else None


@lru_cache(maxsize=4_096)
def registrable_domain(url: str | None) -> str | None:
    """Return the domain a business registered, by the public suffix list, or None.

    `www.shop.example.co.uk` gives `example.co.uk`; customers of one site builder differ
    (`joes.wixsite.com`), and a builder's own hosts are the builder's (`www.wixsite.com`). A host
    below no known suffix (an intranet's, say) stands for itself.
    """
    host = host_of(url)
    return _registrable(host)[0] if host is not None else None


@lru_cache(maxsize=4_096)
def _registrable(host: str) -> tuple[str | None, bool]:
    """Return (the host's registrable domain, whether the public suffix list has its ending)."""
    if _is_address(host):
        return None, False
    try:
        host = host.encode("idna").decode()
    except UnicodeError:
        return None, False
    if builder := platforms.builder_itself(host):
        return builder, _suffixes().publicsuffix(host) is not None
    found = _suffixes().privatesuffix(host)
    if found in platforms.builders() and host != found:
        return f"{host.removesuffix(f'.{found}').rpartition('.')[2]}.{found}", True
    if found:
        return str(found), True
    public = _suffixes().publicsuffix(host)
    return (None if public == host else host), public is not None


def own_domain(url: str | None) -> str | None:
    """Return the registrable domain, or None where it is a platform many businesses share."""
    domain = registrable_domain(url)
    return None if domain is None or is_platform(domain) else domain


def is_platform(domain: str) -> bool:
    """Whether a registrable domain is a platform, directory or marketplace of many businesses."""
    return platforms.platform(domain) is not None


def is_own_host(host: str) -> bool:
    """Whether a host's domain can be one business's own: it ends as domains do, is no platform.

    Args:
        host: in lower case, in ASCII.
    """
    domain, known = _registrable(host)
    return known and domain is not None and not is_platform(domain)


def is_platform_host(host: str) -> bool:
    """Whether a host, in lower case and in ASCII, is below a platform's domain."""
    domain, _ = _registrable(host)
    return domain is not None and is_platform(domain)


def platform_of(url: str | None) -> Platform | None:
    """Return the platform that a URL's page stands on, or None; a builder's customer is none."""
    domain = registrable_domain(url)
    return platforms.platform(domain) if domain else None


def business_page(url: str | None) -> str | None:
    """Return what of a platform's address is one business's (`facebook.com/joes`), or None."""
    found = platform_of(url)
    if url is None or found is None:
        return None
    return platforms.business_page(urlsplit(url if "://" in url else f"https://{url}"), found)


def known_suffix(url: str) -> bool:
    """Whether the host is an address or has an ending that domains have, trial ones included."""
    host = host_of(url) or ""
    return (
        _is_address(host.strip("[]"))
        or host.rpartition(".")[2] in _RESERVED
        or _suffixes().publicsuffix(host) is not None
    )


def builder_of(url: str | None) -> str | None:
    """Return the site builder or host whose subdomain the website is (`wixsite.com`), or None.

    By the public suffix list's private part, where hosts enter themselves, and a list of ours.
    """
    domain = registrable_domain(url)
    suffix = domain.partition(".")[2] if domain else ""
    if suffix in platforms.builders():
        return suffix
    if not domain or suffix in _SOLD or not _suffixes().publicsuffix(domain):
        return None
    public = _registered().privatesuffix(domain)
    return str(public) if public and public != domain else None


@cache
def _registered() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False, only_icann=True)


def _is_address(host: str) -> bool:
    if ":" not in host and not host[-1:].isdigit():  # asking the module is slow
        return False
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
