"""Reads what a page's JSON-LD says of the business, in the shapes site builders write it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from lfassess.checks.loose import dict_in, text_in

Json = dict[str, Any]

# Where a business may stand inside something else. Reviews, offers, events and people are left
# out: their addresses and phones are other people's.
_INSIDE: Final = (
    "@graph",
    "mainEntity",
    "mainEntityOfPage",
    "about",
    "publisher",
    "provider",
    "parentOrganization",
    "department",
    "location",
    "itemListElement",
    "item",
)
_NOT_A_BUSINESS: Final = frozenset(
    ("Person", "PostalAddress", "ContactPoint", "Event", "Product", "Review", "JobPosting", "Offer")
)
_ADDRESS_PARTS: Final = (
    "streetAddress",
    "addressLocality",
    "addressRegion",
    "postalCode",
    "addressCountry",
)
_WRAPPING: Final = re.compile(r"^\s*(?:/\*.*?\*/|//[^\n]*\n|<!--|<!\[CDATA\[)+|(?:-->|\]\]>|;)\s*$")
_DEEPEST: Final = 8
_MOST: Final = 300  # nodes looked at; a shop's page lists thousands


def businesses(scripts: Iterable[str]) -> list[Json]:
    """Return the businesses that the scripts describe.

    Each has ``types``, ``names``, ``phones``, ``addresses`` (as text) and ``geo`` ([latitude,
    longitude] or None), all as written. Source of the shapes: schema.org/LocalBusiness and
    json-ld.org; a script alone or in a list or ``@graph``, a node inside a page's or another
    business's, references by ``@id``, one value or a list of them.
    """
    roots = [root for script in scripts if (root := _parsed(script)) is not None]
    nodes = list(_nodes(roots, 0))[:_MOST]
    by_id = {identity: n for n in nodes if len(n) > 1 and (identity := text_in(n, "@id"))}
    return [_business(node, by_id) for node in nodes if _is_business(node)]


def _parsed(script: str) -> object:
    try:
        return json.loads(_WRAPPING.sub("", script).strip(), strict=False)
    except (ValueError, RecursionError):
        return None


def _nodes(value: object, depth: int) -> Iterator[Json]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value:
            yield from _nodes(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        if _NOT_A_BUSINESS.intersection(_types(value)):
            return
        for key in _INSIDE:
            yield from _nodes(value.get(key), depth + 1)


def _is_business(node: Json) -> bool:
    types = _types(node)
    told = any(node.get(key) for key in ("address", "telephone", "geo"))
    return bool(types) and told and not _NOT_A_BUSINESS.intersection(types)


def _types(node: Json) -> list[str]:
    """Return the types' bare names; they come as "Dentist", "schema:Dentist" and as addresses."""
    return [re.split("[/#:]", name)[-1] for name in _texts(node.get("@type"))]


def _business(node: Json, by_id: dict[str, Json]) -> Json:
    # Its place may carry the address in its stead; contact points carry further numbers.
    parts = [node, *_referred(node.get("location"), by_id)]
    phoned = [*parts, *_referred(node.get("contactPoint"), by_id)]
    addresses = [_address(a, by_id) for part in parts for a in _listed(part.get("address"))]
    places = (g for part in parts for g in _referred(part.get("geo"), by_id))
    return {
        "types": _types(node),
        "names": [*_texts(node.get("name")), *_texts(node.get("legalName"))],
        "phones": [phone for part in phoned for phone in _texts(part.get("telephone"))],
        "addresses": list(dict.fromkeys(a for a in addresses if a)),
        "geo": next((point for g in places if (point := _point(g))), None),
    }


def _referred(value: object, by_id: dict[str, Json]) -> list[Json]:
    """Return the objects at a value; one that is only a reference is looked up."""
    found = [item for item in _listed(value) if isinstance(item, dict)]
    return [by_id.get(text_in(i, "@id") or "", i) if len(i) == 1 else i for i in found]


def _address(value: object, by_id: dict[str, Json]) -> str | None:
    if isinstance(value, str):
        return " ".join(value.split()) or None
    for node in _referred(value, by_id):
        parts = (_first(node.get(key)) for key in _ADDRESS_PARTS)
        return ", ".join(part for part in parts if part) or None
    return None


def _first(value: object) -> str | None:
    named = text_in(dict_in({"v": value}, "v"), "name")  # a country may be an object
    texts = [named] if named else _texts(value)
    return " ".join(texts[0].split()) if texts else None


def _point(node: Json) -> list[float] | None:
    texts = (_first(node.get(key)) for key in ("latitude", "longitude"))
    try:
        lat, lng = (float((text or "").replace(",", ".")) for text in texts)
    except ValueError:
        return None
    inside = abs(lat) <= 90 and abs(lng) <= 180 and (lat, lng) != (0, 0)  # noqa: PLR2004 - degrees
    return [lat, lng] if inside else None


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _texts(value: object) -> list[str]:
    """Return the text of a value: a string, a number, {"@value": ...}, or a list of those."""
    found = []
    for item in _listed(value):
        plain = item.get("@value") if isinstance(item, dict) else item
        if isinstance(plain, str | int | float) and not isinstance(plain, bool):
            text = str(plain).strip()
            found += [text] if text else []
    return found
