"""What a business's own website says of its name, phone, address and place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from lfassess.checks.gbp_rules.linked_data import businesses
from lfassess.checks.shared.phones import find_phones, is_placeholder, link_phone, phone_e164

Json = dict[str, Any]

_MOST: Final = 20  # of each kind kept
_HEAD, _FOOT = 20_000, 8_000  # characters searched for phone numbers at a page's two ends
_INLINE: Final = frozenset(
    (
        *("a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "label", "mark"),
        *("small", "span", "strong", "sub", "sup", "time", "tt", "u", "wbr"),
    )
)
_DIALLED_BY_SCRIPT: Final = re.compile(r"tel:[^'\"\s;)]+", re.IGNORECASE)
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
    links = _links(tree)
    text = _visible(tree)
    phones = [phone for business in told for phone in business["phones"]]
    said = [phone_e164(phone, country) for phone in phones]
    dialled = [found.e164 for link in links if (found := link_phone(link, country))]
    numbers = [number for number in (*said, *dialled, *_written(text, country)) if number]
    always = _ROUND_THE_CLOCK.search(text)
    return {
        "types": _few(t for business in told for t in business["types"]),
        "names": _few(n for business in told for n in business["names"]),
        "addresses": _few(a for business in told for a in business["addresses"]),
        "geo": _only([business["geo"] for business in told if business["geo"]]),
        "phones": _few(n for n in numbers if not is_placeholder(n)),
        "round_the_clock": " ".join(always[0].split()) if always else None,
    }


def _only(points: list[list[float]]) -> list[float] | None:
    """Return the one point there is; several are several branches."""
    return points[0] if points and all(point == points[0] for point in points) else None


def _is_linked_data(attributes: dict[str, str | None]) -> bool:
    kind = (attributes.get("type") or "").partition(";")[0]
    return kind.strip().lower() == "application/ld+json"


def _links(tree: LexborHTMLParser) -> list[str]:
    """Return what the page's links and buttons dial."""
    hrefs = [
        node.attributes.get("href") or ""
        for node in tree.css("[href^='tel:' i], [href^='callto:' i]")
    ]
    handlers = " ".join(n.attributes.get("onclick") or "" for n in tree.css("[onclick*='tel:' i]"))
    return [*hrefs, *_DIALLED_BY_SCRIPT.findall(handlers)]


def _visible(tree: LexborHTMLParser) -> str:
    """Return the text, with a line of its own for each block."""
    tree.strip_tags(["script", "style", "noscript", "template", "svg"])
    body = tree.body
    if body is None:
        return ""
    parts: list[str] = []
    rest: list[LexborNode | str] = [body]
    while rest:
        node = rest.pop()
        if isinstance(node, str):
            parts.append(node)
            continue
        block = node.tag not in _INLINE and node.tag != "-text"
        after = [node.next, "\n" if block else None, node.child]
        parts.append((node.text_content or "") if node.tag == "-text" else "\n" if block else "")
        rest += [each for each in after if each is not None]
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)


def _written(text: str, country: str) -> list[str]:
    """Return the phone numbers in a text; contact details stand at a page's two ends."""
    ends = [text] if len(text) <= _HEAD + _FOOT else [text[:_HEAD], text[-_FOOT:]]
    return [phone.e164 for end in ends for phone in find_phones(end, country)]


def _few(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(value[:_LONGEST] for value in values))[:_MOST]
