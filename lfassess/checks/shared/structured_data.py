"""Reads what a page's structured data says of the business, in every syntax and what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser

from lfassess.checks.shared.json_access import get_object, get_text
from lfassess.checks.shared.json_ld import read_script
from lfassess.checks.shared.markup import read_markup

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
_DEEPEST: Final = 8
_MAX_NODES: Final = 300  # nodes looked at; a shop's page lists thousands


# Organizations by the names schema.org gives them, most of them kinds of LocalBusiness.
_ORGANIZATION: Final = re.compile(
    r"Organization|Business|Corporation|Store$|Restaurant|Cafe|CoffeeShop|Bakery|BarOrPub|Brewery"
    r"|Winery|Dentist|Dental|Physician|Attorney|Notary|Plumber|Electrician|Locksmith|Contractor|Roofing"
    r"|HousePainter|Moving|Salon|Spa$|Clinic|Hospital|Hotel|Motel|Hostel|Resort|Campground|Agency"
    r"|Agent$|Dealer|Repair|Rental|Wash$|Gym$|Florist|Optician|Pharmacy|Laundry|ChildCare|AnimalShelter"
    r"|Veterinary|School$|Establishment|Station$|Library|Museum|Studio|Parlor"
    r"|(?:Professional|Legal|Financial|Accounting|Emergency)Service$",
)
_KIND: Final = re.compile(r"ld[+ _/-]?json|json[+]ld", re.IGNORECASE)
_EXACT: Final = "application/ld+json"
WRONG_KIND: Final = "a misspelled script type"


@dataclass(frozen=True, slots=True)
class StructuredData:
    """What a page's structured data says.

    ``businesses`` have an address, a phone or a place: ``types``, ``names``, ``phones``,
    ``addresses`` (as text), ``urls`` and ``geo`` ([latitude, longitude] or None), all as written;
    whether an ``area`` that is served and ``hours`` are named, and whether it is ``rated``.
    """

    businesses: tuple[Json, ...] = ()
    bare: tuple[Json, ...] = ()  # organizations with none of these, in the same shape
    types: tuple[str, ...] = ()  # of everything that is described
    syntaxes: tuple[str, ...] = ()  # JSON-LD, microdata, RDFa: those that are there
    faults: tuple[str, ...] = ()  # what is wrong with the syntax, in words


def read_page(tree: LexborHTMLParser) -> StructuredData:
    """Return what a page's JSON-LD, microdata and RDFa say.

    Sources of the shapes: schema.org/LocalBusiness and json-ld.org; a script alone or in a list or
    ``@graph``, a node inside a page's or another business's, references by ``@id``, one value or a
    list of them.
    """
    kinds = [
        (s, (s.attributes.get("type") or "").strip().lower()) for s in tree.css("script[type]")
    ]
    scripts = [(s.text(), kind) for s, kind in kinds if _KIND.search(kind)]
    marked, syntaxes = read_markup(tree)
    read = [read_script(text) for text, _ in scripts]
    faults = [fault for script in read for fault in script.faults]
    if any(kind.partition(";")[0].strip() != _EXACT for _, kind in scripts):
        faults.append(WRONG_KIND)
    roots = [root for script in read for root in script.roots]
    nodes = list(_nodes([roots, marked], 0))[:_MAX_NODES]
    by_id = {identity: n for n in nodes if len(n) > 1 and (identity := get_text(n, "@id"))}
    described = [_business(node, by_id) for node in nodes if _may_be_business(node)]
    given = [one for one in described if one["phones"] or one["addresses"] or one["geo"]]
    return StructuredData(
        businesses=tuple(given),
        bare=tuple(one for one in described if one not in given and one["names"]),
        types=tuple(dict.fromkeys(name for node in nodes for name in _types(node))),
        syntaxes=(*(["JSON-LD"] if scripts else []), *syntaxes),
        faults=tuple(dict.fromkeys(faults)),
    )


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


def _may_be_business(node: Json) -> bool:
    types = _types(node)
    given = any(node.get(key) for key in ("address", "telephone", "geo"))
    named = given or any(map(_ORGANIZATION.search, types))
    return bool(types) and named and not _NOT_A_BUSINESS.intersection(types)


def _types(node: Json) -> list[str]:
    """Return the types' bare names; they come as "Dentist", "schema:Dentist" and as addresses."""
    return [re.split("[/#:]", name.rstrip("/"))[-1] for name in _texts(node.get("@type"))]


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
        "urls": _texts(node.get("url")),
        "area": bool(node.get("areaServed") or node.get("serviceArea")),
        "hours": bool(node.get("openingHours") or node.get("openingHoursSpecification")),
        "rated": bool(node.get("aggregateRating")),
        "geo": next((point for g in places if (point := _point(g))), None),
    }


def _referred(value: object, by_id: dict[str, Json]) -> list[Json]:
    """Return the objects at a value; one that is only a reference is looked up."""
    found = [item for item in _listed(value) if isinstance(item, dict)]
    return [by_id.get(get_text(i, "@id") or "", i) if len(i) == 1 else i for i in found]


def _address(value: object, by_id: dict[str, Json]) -> str | None:
    if isinstance(value, str):
        return " ".join(value.split()) or None
    for node in _referred(value, by_id):
        parts = (_first(node.get(key)) for key in _ADDRESS_PARTS)
        return ", ".join(part for part in parts if part) or None
    return None


def _first(value: object) -> str | None:
    named = get_text(get_object({"v": value}, "v"), "name")  # a country may be an object
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
