"""Domains that many businesses share, by configs/platforms.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final
from urllib.parse import SplitResult, unquote

from lfassess.config_files import read_toml

BUILDER: Final = "builder"
SOCIAL: Final = "social"
DOMAIN_SALES: Final = "domain_sales"
CLOSED: Final = "closed"

_SECTIONS: Final = "sections"
# Names of the platform's own, which no customer gets.
_HOSTS: Final = (
    *("www", "m", "mobile", "l", "app", "web", "login", "account", "accounts", "admin"),
    *("dashboard", "editor", "checkout", "support", "help"),
)


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform; ``page`` is what of an address belongs to one business."""

    domain: str
    kind: str  # the table's name: social, booking, builder, ...
    page: str  # path, subdomain or none


@cache
def _tables() -> tuple[Mapping[str, Platform], Mapping[str, tuple[str, str]]]:
    """Return platforms by domain, and (kind, page) by the brand before any suffix."""
    domains: dict[str, Platform] = {}
    brands: dict[str, tuple[str, str]] = {}
    for kind, table in read_toml("platforms.toml").items():
        if kind == _SECTIONS:
            continue
        for domain in table["domains"]:
            domains[domain] = Platform(domain, kind, table["page"])
        for brand in table.get("brands", ()):
            brands[brand] = (kind, table["page"])
    return domains, brands


@cache
def builders() -> frozenset[str]:
    """Return the site builders whose customers have names below them."""
    domains, _ = _tables()
    return frozenset(name for name, found in domains.items() if found.kind == BUILDER)


def builder_itself(host: str) -> str | None:
    """Return the site builder whose own host it is (`square.site`, `www.wixsite.com`), or None."""
    if host in builders():
        return host
    name, _, below = host.partition(".")
    return below if name in _HOSTS and below in builders() else None


def platform(domain: str) -> Platform | None:
    """Return the platform a registrable domain is, or None; a builder's customer is none."""
    domains, brands = _tables()
    if found := domains.get(domain):
        return found
    if brand := brands.get(domain.partition(".")[0]):
        return Platform(domain, *brand)
    return None


def business_page(where: SplitResult, found: Platform) -> str | None:
    """Return what of an address on a platform is one business's, or None where nothing is.

    `facebook.com/joes` for https://m.facebook.com/Joes/photos, `joes.setmore.com` for
    https://joes.setmore.com/book. An identifier in the query counts where the path has no name.
    """
    host = (where.hostname or "").rstrip(".").lower()
    below = host.removesuffix(found.domain).rstrip(".")
    if found.page == "subdomain":
        name = below.rpartition(".")[2]
        return f"{name}.{found.domain}" if name and name not in _HOSTS else None
    if found.page != "path":
        return None
    sections = frozenset(read_toml("platforms.toml")[_SECTIONS]["names"])
    parts = [unquote(part).lower() for part in where.path.split("/") if part]
    names = [part for part in parts if part not in sections]
    if names:
        # Below a section or a town the name may stand last, so all of a longer path counts.
        used = names if len(parts) > len(names) else names[:1]
        return f"{found.domain}/{'/'.join(used)}"
    return f"{found.domain}?{where.query.lower()}" if parts and where.query else None
