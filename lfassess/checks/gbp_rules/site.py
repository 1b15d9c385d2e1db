"""What a business's own website says of its name, phone, address and place."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import unquote

import phonenumbers
from selectolax.lexbor import LexborHTMLParser

from lfassess.checks.gbp_rules.linked_data import businesses
from lfassess.checks.gbp_rules.same import phone_e164

Json = dict[str, Any]

_MOST: Final = 20  # of each kind kept
_HEAD, _FOOT = 20_000, 8_000  # characters searched for phone numbers at a page's two ends
_TRIES: Final = 1_000
_LONGEST: Final = 200
_ROUND_THE_CLOCK: Final = re.compile(
    r"24\s?/\s?7|open 24 hours|24 hours a day|(?:round|around) the clock"
    r"|24[- ]hours? (?:emergenc|service|call|support)\w*",
    re.IGNORECASE,
)


def site_facts(page: str, country: str) -> Json:
    """Return what a page's HTML, as the server sent it, says of the business.

    ``phones`` (E.164) are those of its JSON-LD, its tel: links and its visible text; ``names``,
    ``addresses``, ``geo`` and ``types`` come from JSON-LD alone. ``round_the_clock`` is the
    phrase that advertises service at all hours, or None.

    Args:
        page: HTML.
        country: ISO 3166 alpha-2, of numbers written without their country.
    """
    tree = LexborHTMLParser(page)
    scripts = [s.text() for s in tree.css("script[type]") if _is_linked_data(s.attributes)]
    told = businesses(scripts)
    links = [a.attributes.get("href") or "" for a in tree.css("a[href^='tel:' i]")]
    text = _visible(tree)
    phones = [phone for business in told for phone in business["phones"]]
    numbers = [phone_e164(phone, country) for phone in (*phones, *map(_dialled, links))]
    always = _ROUND_THE_CLOCK.search(text)
    return {
        "types": _few(t for business in told for t in business["types"]),
        "names": _few(n for business in told for n in business["names"]),
        "addresses": _few(a for business in told for a in business["addresses"]),
        "geo": _only([business["geo"] for business in told if business["geo"]]),
        "phones": _few([*(n for n in numbers if n), *_written(text, country)]),
        "round_the_clock": " ".join(always[0].split()) if always else None,
    }


def _only(points: list[list[float]]) -> list[float] | None:
    """Return the one point there is; several are several branches."""
    return points[0] if points and all(point == points[0] for point in points) else None


def _is_linked_data(attributes: dict[str, str | None]) -> bool:
    kind = (attributes.get("type") or "").partition(";")[0]
    return kind.strip().lower() == "application/ld+json"


def _visible(tree: LexborHTMLParser) -> str:
    tree.strip_tags(["script", "style", "noscript", "template", "svg"])
    body = tree.body
    return " ".join(body.text(separator=" ").split()) if body else ""


def _dialled(link: str) -> str:
    """Return the number of a tel: link (RFC 3966), without parameters."""
    number = unquote(html.unescape(link.partition(":")[2]))
    return re.split("[;?,]", number)[0].replace("//", "").strip()


def _written(text: str, country: str) -> list[str]:
    """Return the valid phone numbers in a text; contact details stand at a page's two ends."""
    ends = [text] if len(text) <= _HEAD + _FOOT else [text[:_HEAD], text[-_FOOT:]]
    form = phonenumbers.PhoneNumberFormat.E164
    return [
        phonenumbers.format_number(match.number, form)
        for end in ends
        for match in phonenumbers.PhoneNumberMatcher(end, country, max_tries=_TRIES)
    ]


def _few(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(value[:_LONGEST] for value in values))[:_MOST]
