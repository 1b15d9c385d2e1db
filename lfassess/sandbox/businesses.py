"""The sandbox's businesses: the demo ones from the manifest, any other one invented on demand."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lfassess.sandbox.business import (
    Backlinks,
    Business,
    Competitor,
    Defect,
    Hours,
    Keyword,
    Review,
    Seo,
)
from lfassess.sandbox.generated_business import generate_business, key_of

__all__ = [
    "Backlinks",
    "Business",
    "Competitor",
    "Defect",
    "Hours",
    "Keyword",
    "Review",
    "Seo",
    "business_for",
    "demo_businesses",
    "manifest",
]

_MANIFEST = Path(__file__).with_name("manifest.toml")
_HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


@cache
def manifest() -> dict[str, Any]:
    """Return manifest.toml as a dict; treat it as read-only, it is shared."""
    with _MANIFEST.open("rb") as f:
        return tomllib.load(f)


@cache
def demo_businesses() -> tuple[Business, ...]:
    """Return the businesses behind the demo sites, in the manifest's order."""
    return tuple(_from_manifest(name, entry) for name, entry in manifest()["sites"].items())


def business_for(query: str, *, seed: int = 1) -> Business | None:
    """Return the business a host, a URL or a text such as "Name, street, city" speaks of.

    Demo businesses are the same for every seed. For anything else the same query and seed always
    give the same business, whether asked for by name or by host ("Blue Door Inn" and
    blue-door-inn.example are one). None for an empty query and for hosts below ``.invalid``.
    """
    text = query.strip().casefold()
    host = _host_in(text)
    if host is None:
        return _demo_by_text(text) or (
            generate_business(query, seed=seed) if key_of(text) else None
        )
    if host.endswith(".invalid"):
        return None
    known = {b.host: b for b in demo_businesses()}
    return known.get(host) or generate_business(host, host=host, seed=seed)


def _host_in(text: str) -> str | None:
    host = (urlsplit(text).hostname or "") if "://" in text else text.partition("/")[0]
    host = host.partition(":")[0].removeprefix("www.").rstrip(".")
    return host if _HOST.fullmatch(host) else None


def _demo_by_text(text: str) -> Business | None:
    """The demo business whose name starts the text, or whose phone number is in it."""
    words = key_of(text.partition(",")[0])
    digits = re.sub(r"\D", "", text)
    for b in demo_businesses():
        name = key_of(b.name)
        if words == name or (words and key_of(text).startswith(name)):
            return b
        if b.phone[2:] in digits:
            return b
    return None


def _from_manifest(name: str, entry: dict[str, Any]) -> Business:
    b = dict(entry["business"])
    host = f"{name}.demo.test"
    url = f"{'http' if entry.get('http_only') else 'https'}://{host}/"
    seo = b.pop("seo", None)
    return Business(
        host=host,
        url=url,
        reviews=tuple(Review(*r) for r in b.pop("reviews", [])),
        hours=tuple(_hours(day) for day in b.pop("hours", [])),
        seo=_seo(seo, host) if seo else None,
        profile_phone=b.pop("profile_phone", b["phone"]) or None,
        profile_website=b.pop("profile_website", url) or None,
        rating=b.pop("rating", None),
        review_count=b.pop("review_count", 0),
        has_profile=b.pop("has_profile", True),
        photos=b.pop("photos", 0),
        defects=tuple(Defect(*d) for d in entry.get("defects", [])),
        **b,
    )


def _hours(day: str) -> Hours | None:
    opens, _, closes = day.partition("-")
    return Hours(opens, closes) if closes else None


def _seo(entry: dict[str, Any], host: str) -> Seo:
    return Seo(
        rank=entry["rank"],
        organic_keywords=entry["organic_keywords"],
        organic_traffic=entry["organic_traffic"],
        organic_cost=entry["organic_cost"],
        keywords=tuple(
            Keyword(phrase, position, volume, f"https://{host}{path}", cpc, share)
            for phrase, position, volume, path, cpc, share in entry["keywords"]
        ),
        competitors=tuple(Competitor(*c) for c in entry["competitors"]),
        backlinks=Backlinks(*entry["backlinks"]),
    )
