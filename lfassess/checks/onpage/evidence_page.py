"""Reads a page's HTML for all that the rules ask: pure, and bounded by what the page may hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from lfassess.checks.onpage.catalogue_words import (
    IMPRINT,
    PRIVACY,
    garbled,
    language_of,
    samples,
)
from lfassess.checks.onpage.evidence import HOME, LINKED, Alternate, Described, Heading, Page
from lfassess.checks.onpage.evidence_addresses import absolute, postal_addresses
from lfassess.checks.onpage.evidence_links import forms_of, links_of, mails_in
from lfassess.checks.onpage.evidence_signs import suspects_on
from lfassess.checks.shared.elements import HEADINGS, Elements
from lfassess.checks.shared.page_text import count_words, visible_text, words_of
from lfassess.checks.shared.phones import find_phones, is_placeholder, link_phone, phone_e164
from lfassess.checks.shared.structured_data import StructuredData, read_page
from lfassess.checks.shared.technologies import seen_on
from lfassess.checks.shared.templates import template_address, template_mail
from lfassess.checks.shared.walls import wall
from lfassess.plain_text import cut

Headers = Sequence[tuple[str, str]]

_MAX_TEXTS: Final = 20
_HEADINGS: Final = 100
_LONGEST: Final = 300
# Characters searched for numbers and addresses at a page's ends: of the home page, of others.
_HEAD, _FOOT = 20_000, 8_000
_HEAD_OF_OTHERS, _FOOT_OF_OTHERS = 8_000, 4_000
# Characters of the HTML of other pages that are searched for technologies: scripts stand there.
_HTML_HEAD, _HTML_FOOT = 16_000, 8_000
# Where no postcode stands before a town.
_ANGLOPHONE: Final = frozenset({"US", "CA", "GB", "IE", "AU", "NZ", "ZA", "IN", "SG"})
_SHELL_CHARS: Final = 200
# Bot checks are shorter: what a visitor can read, the HTML of a page that is read in part.
_WALL_CHARS, _WALL_HTML = 2_000, 100_000
_WALL: Final = "it is a bot check"
# What scripts of the usual frameworks fill.
_FRAMEWORK: Final = (
    "#root, #app, #__next, #__nuxt, #___gatsby, app-root, [ng-app], [data-reactroot]"
)
_DIALS: Final = re.compile(r"(?:tel|callto):|.*wa\.me/", re.IGNORECASE | re.DOTALL)
_DATE: Final = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)")
_LINK_HEADER: Final = re.compile(
    r"<([^<>]{1,1000})>\s*;[^,<]{0,200}\brel\s*=\s*\"?canonical\b", re.IGNORECASE
)
_AGENT: Final = re.compile(r"^\s*([\w-]+)\s*:\s*(?!\s*\d)")
_ENGINES: Final = frozenset({"googlebot", "robots"})
_DIRECTIVES: Final = frozenset(
    {"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"}
)


@dataclass(frozen=True, slots=True)
class Answered:
    """A page's answer, without what only clients know."""

    asked: str
    url: str
    status: int
    headers: Headers
    html: str
    hops: int = 0
    unread: str | None = None


def facts(answer: Answered, country: str, *, found: str = LINKED, headline: bool = False) -> Page:
    """Return what a page says.

    Args:
        answer: what the server sent.
        country: ISO 3166 alpha-2, of phone numbers written without their country.
        found: how the page was found: home, navigation, link or sitemap.
        headline: read titles, descriptions and headings alone.
    """
    known = {
        "url": answer.url,
        "asked": answer.asked,
        "status": answer.status,
        "found": found,
        "hops": answer.hops,
        "unread": answer.unread,
        "header_canonical": _header_canonical(answer),
    }
    sent = _robots_headers(answer.headers)
    if answer.unread is not None or not _is_page(answer.headers):
        kind = answer.unread or "it is no web page"
        return Page(**{**known, "unread": kind}, robots=tuple(sent))  # type: ignore[arg-type]
    elements = Elements(LexborHTMLParser(answer.html))
    if headline:
        made = _headline(elements)
        if len(answer.html) <= _WALL_HTML:
            made |= _wall(answer, made["titles"], visible_text(elements.tree))
        return Page(**{**known, **made})
    read = _read(elements, answer, country, sent, home=found == HOME)
    return Page(**{**known, **read})


def _wall(answer: Answered, titles: tuple[str, ...], text: str) -> dict[str, str]:
    """Return that the page is unread where a bot check came in its place."""
    short = len(text) <= _WALL_CHARS
    shown = short and wall(answer.headers, next(iter(titles), ""), text, answer.html)
    return {"unread": _WALL} if shown else {}


def _headline(elements: Elements) -> dict[str, Any]:
    return {
        "titles": _titles(elements),
        "descriptions": _few(_metas(elements, "description", lower=False)),
        "headings": _headings(elements),
    }


def _read(
    elements: Elements, answer: Answered, country: str, sent: list[str], *, home: bool
) -> dict[str, Any]:
    tree = elements.tree
    base = _base(elements, answer.url)
    data = read_page(tree)
    links = links_of(elements, base, answer.url)
    dialled = _dialled(elements, country)
    searched = answer.html if home else _ends(answer.html, _HTML_HEAD, _HTML_FOOT)
    head = {
        "robots": tuple(
            [*sent, *_metas(elements, "robots"), *_metas(elements, "googlebot")][:_MAX_TEXTS]
        ),
        "canonicals": _few(href.strip() for _, href in _related(elements, "canonical")),
        **_headline(elements),
        "language": _language(tree),
        "alternates": _alternates(elements, base),
        "share_title": _property(elements, "og:title") or _property(elements, "twitter:title"),
        "share_picture": absolute(
            base, _property(elements, "og:image") or _property(elements, "twitter:image") or ""
        ),
        "newest": _newest(elements),
        "forms": tuple(forms_of(elements, base))[:_MAX_TEXTS],
        "technologies": seen_on(elements, searched, answer.headers),
    }
    suspects = suspects_on(elements, answer.url)
    maps = _maps(elements)
    text = visible_text(tree)  # the tree loses what isn't shown: nothing else is read of it
    ends = _ends(text, *((_HEAD, _FOOT) if home else (_HEAD_OF_OTHERS, _FOOT_OF_OTHERS)))
    described = tuple(_described(data))
    structured = [phone_e164(phone, country) for one in described for phone in one.phones]
    written = {phone.e164: phone.written for phone in find_phones(ends, country)}
    given = [n for n in (*dialled, *written, *structured) if n]
    numbers = [n for n in given if not is_placeholder(n)]
    reads = language_of(text)
    written_in = (_language(tree) or reads or "en")[:2].lower()
    continental = country not in _ANGLOPHONE or written_in != "en"
    postal = [
        *(a for one in described for a in one.addresses if not template_address(a)),
        *postal_addresses(ends, continental=continental),
    ]
    headed = "\n".join(heading.text.lower() for heading in head["headings"])
    mails = (mail for mail in (*links.mails, *mails_in(ends)) if not template_mail(mail))
    return {
        **head,
        # What the home page is, the visit says.
        **({} if home else _wall(answer, head["titles"], text)),
        "words": count_words(text[:100_000]),
        "reads": reads,
        "shell": len(text) < _SHELL_CHARS and tree.css_first(_FRAMEWORK) is not None,
        "samples": _few(samples(text[:50_000])),
        "garbled": _few(garbled(text[:50_000])),
        "phones": _few(numbers),
        "sample_phones": () if numbers else _few(written.get(n, n) for n in given),
        "phone_links": len(dialled),
        "mails": _few(mails),
        "addresses": _few([*postal, *maps]),
        "links": links.links,
        "vague": links.vague,
        "contact": links.contact,
        # A site of one page has them below headings.
        "privacy": links.privacy or PRIVACY.search(headed) is not None,
        "imprint": links.imprint or IMPRINT.search(headed) is not None,
        "opens": links.opens,
        "syntaxes": data.syntaxes,
        "faults": data.faults,
        "types": data.types[:_MAX_TEXTS],
        "described": described,
        "signs": suspects.signs(text)[:_MAX_TEXTS],
    }


def _is_page(headers: Headers) -> bool:
    kinds = [value.lower() for name, value in headers if name.lower() == "content-type"]
    return not kinds or "html" in kinds[-1] or "xml" in kinds[-1]


def _base(elements: Elements, url: str) -> str:
    for _, href in elements.values("base", "href")[:1]:
        return absolute(url, href) or url
    return url


def _titles(elements: Elements) -> tuple[str, ...]:
    nodes = [node for node in elements.of("title") if not _is_drawn(node)]
    return tuple(cut(" ".join(n.text().split()), _LONGEST) for n in nodes[:_MAX_TEXTS])


def _is_drawn(node: LexborNode) -> bool:
    at = node.parent
    while at is not None and at.tag != "svg":
        at = at.parent
    return at is not None


def _metas(elements: Elements, name: str, *, lower: bool = True) -> list[str]:
    texts = [" ".join(text.split()) for text in _contents(elements, name, "name")[:_MAX_TEXTS]]
    return [cut(text.lower() if lower else text, 2 * _LONGEST) for text in texts]


def _property(elements: Elements, name: str) -> str | None:
    texts = _contents(elements, name, "property", "name")
    return (texts[0].strip()[:1_000] or None) if texts else None


def _contents(elements: Elements, name: str, *attributes: str) -> list[str]:
    """Return what metas say that have this name in one of the attributes."""
    return [
        content
        for meta, content in elements.values("meta", "content")
        if any((meta.attributes.get(key) or "").lower() == name for key in attributes)
    ]


def _related(elements: Elements, relation: str) -> Iterator[tuple[LexborNode, str]]:
    """Yield the page's links of a relation, and where they lead."""
    for node, href in elements.values("link", "href"):
        if relation in (node.attributes.get("rel") or "").lower().split():
            yield node, href


def _language(tree: LexborHTMLParser) -> str | None:
    node = tree.css_first("html")
    return (node.attributes.get("lang") or "").strip()[:40] or None if node else None


def _alternates(elements: Elements, base: str) -> tuple[Alternate, ...]:
    found = (
        ((node.attributes["hreflang"] or "").strip()[:40], href)
        for node, href in _related(elements, "alternate")
        if "hreflang" in node.attributes
    )
    return tuple(Alternate(code, absolute(base, href) or "") for code, href in islice(found, 50))


def _headings(elements: Elements) -> tuple[Heading, ...]:
    made = []
    for node in elements.of(HEADINGS)[:_HEADINGS]:
        text = words_of(node)
        if not text and (picture := node.css_first("img[alt]")):
            text = picture.attributes.get("alt") or ""
        made.append(Heading(int((node.tag or "h0")[1]), cut(text, 120)))
    return tuple(made)


def _newest(elements: Elements) -> str | None:
    """Return the newest date of a list of dated entries; one date alone is no list."""
    found = set()
    for _, written in islice(elements.values("time", "datetime"), 200):
        if match := _DATE.search(written):
            try:
                found.add(date(*map(int, match.groups())).isoformat())
            except ValueError:
                continue
    return max(found) if len(found) > 1 else None


def _dialled(elements: Elements, country: str) -> list[str]:
    hrefs = (href for _, href in elements.values("a", "href") if _DIALS.match(href))
    links = (link_phone(href, country) for href in islice(hrefs, 50))
    return [phone.e164 for phone in links if phone]


def _maps(elements: Elements) -> list[str]:
    """Return addresses that maps show; a frame of a map leads to one."""
    sources = (source for _, source in elements.values("iframe", "src"))
    shown = any(("google." in s and "/maps" in s) or "openstreetmap.org" in s for s in sources)
    return ["a map"] if shown else []


def _described(data: StructuredData) -> Iterable[Described]:
    for one in (*data.businesses, *data.bare)[:_MAX_TEXTS]:
        yield Described(
            types=_few(one["types"]),
            names=_few(one["names"]),
            phones=_few(one["phones"]),
            addresses=_few(one["addresses"]),
            urls=_few(one["urls"]),
            area=one["area"],
            hours=one["hours"],
            geo=one["geo"] is not None,
            rated=one["rated"],
        )


def _robots_headers(headers: Headers) -> list[str]:
    """Return X-Robots-Tag for all and for Google, in lower case, without the name."""
    found = []
    for name, value in headers:
        if name.lower() != "x-robots-tag":
            continue
        text = value.lower()[:_LONGEST]
        agent = _AGENT.match(text)
        if agent and agent[1] not in _DIRECTIVES:
            if agent[1] not in _ENGINES:
                continue
            text = text[agent.end() :]
        found.append(text)
    return found[:_MAX_TEXTS]


def _header_canonical(answer: Answered) -> str | None:
    for name, value in answer.headers:
        if name.lower() == "link" and (found := _LINK_HEADER.search(value[:4_000])):
            return absolute(answer.url, found[1])
    return None


def _ends(text: str, head: int, foot: int) -> str:
    return text if len(text) <= head + foot else f"{text[:head]}\n{text[-foot:]}"


def _few(texts: Iterable[str]) -> tuple[str, ...]:
    shortened = dict.fromkeys(text[:_LONGEST] for text in texts)
    return tuple(shortened)[:_MAX_TEXTS]
