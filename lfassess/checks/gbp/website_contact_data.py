"""What a business's own website says of its name, phone, address and place."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from lfassess.checks.base import Json
from lfassess.checks.gbp.evidence import Site, Structured
from lfassess.checks.gbp.profile import Point
from lfassess.checks.shared.page_text import visible_text
from lfassess.checks.shared.phones import find_phones, is_placeholder, link_phone, phone_e164
from lfassess.checks.shared.structured_data import StructuredData, read_page
from lfassess.checks.shared.templates import (
    template_address,
    template_name,
    template_phone,
    template_url,
)

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
