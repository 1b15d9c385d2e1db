"""What a page links to, what it asks its visitors for, and what of that is of use to them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from selectolax.lexbor import LexborNode

from lfassess.checks.onpage.catalogue_words import CONTACT, IMPRINT, PRIVACY, VAGUE
from lfassess.checks.onpage.evidence import Form, Link
from lfassess.checks.onpage.evidence_addresses import absolute, same_site
from lfassess.checks.shared.elements import FRAMES_AND_SCRIPTS, LINKS, Elements
from lfassess.checks.shared.page_text import words_of
from lfassess.plain_text import cut

_MAX_LINKS: Final = {True: 200, False: 60}  # different links that are stored: internal, external
_HEAD, _FOOT = 1_500, 500  # links looked at, at a page's two ends
_LONGEST: Final = 80
_MAX_TEXTS: Final = 20
_MARKS: Final = " .!>:\u00bb\u203a\u2192"  # around a link's words
_NAVIGATION: Final = "header a[href], nav a[href], [role=navigation] a[href]"
_MAIL: Final = re.compile(r"^\s*mailto:([^?\s]+@[^?\s]+)", re.IGNORECASE)
_PROTECTED: Final = re.compile(r"/cdn-cgi/l/email-protection(?:#([0-9a-f]+))?", re.IGNORECASE)
_NOWHERE: Final = re.compile(r"#(?:!|0|\Z)|javascript:", re.IGNORECASE)
_MAIL_IN_TEXT: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63}){1,4}")
_EMBEDDED_FORM: Final = re.compile(
    r"jotform|typeform|docs\.google\.com/forms|forms\.office|wufoo|hsforms|formstack|paperform|cognitoforms"
    r"|123formbuilder|leadconnectorhq|msgsndr",
    re.IGNORECASE,
)
_SEARCH: Final = re.compile(r"^(?:q|s|search|query|suche?)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Links:
    """The links of a page, and what they lead to."""

    links: tuple[Link, ...] = ()
    vague: tuple[str, ...] = ()
    mails: tuple[str, ...] = ()
    contact: bool = False
    privacy: bool = False
    imprint: bool = False
    opens: tuple[str, ...] = ()  # what only a script can open, or nothing


def links_of(elements: Elements, base: str, url: str) -> Links:
    """Return the different links of a page, the navigation's marked.

    Args:
        elements: of the page.
        base: what addresses are relative to.
        url: of the page.
    """
    marked = {node.mem_id for node in elements.tree.css(_NAVIGATION)}
    found: dict[str, Link] = {}
    mails: dict[str, None] = {}
    vague: dict[str, None] = {}
    counts = {True: 0, False: 0}
    leads: set[str] = set()
    opens: set[str] = set()
    inside: dict[str, bool] = {}  # hosts
    for node in elements.tree.css("[data-cfemail]")[:_MAX_TEXTS]:
        mails |= _unprotected(node.attributes["data-cfemail"] or "")
    nodes = elements.values(LINKS, "href")
    for node, written in nodes if len(nodes) <= _HEAD + _FOOT else nodes[:_HEAD] + nodes[-_FOOT:]:
        href = written.strip()
        if mail := _MAIL.match(href):
            mails[mail[1].lower()[:_LONGEST]] = None
            continue
        if protected := _PROTECTED.search(href):
            mails |= _unprotected(protected[1] or "")
            continue
        text = _text_of(node)
        promised = _leads_to(f"{text} {href[:300]}".lower())
        if promised and _NOWHERE.match(href):
            opens |= promised
        else:
            leads |= promised
        to = absolute(base, href) if not href.startswith("#") else None
        if to and text.lower().strip(_MARKS) in VAGUE:
            vague[text] = None
        if to is None or ((known := found.get(to)) is not None and known.navigation):
            continue
        host = to.split("/", 3)[2]
        internal = inside[host] if host in inside else inside.setdefault(host, same_site(to, url))
        if known is None and counts[internal] >= _MAX_LINKS[internal]:
            continue
        counts[internal] += known is None
        found[to] = Link(
            to,
            text if known is None else known.text or text,
            navigation=node.mem_id in marked,
            internal=internal,
        )
    return Links(
        tuple(found.values()),
        tuple(vague)[:_MAX_TEXTS],
        tuple(mails)[:_MAX_TEXTS],
        contact="contact" in leads,
        privacy="privacy" in leads,
        imprint="imprint" in leads,
        opens=tuple(sorted(opens - leads)),
    )


@lru_cache(maxsize=4_096)  # menus are on every page
def _leads_to(said: str) -> frozenset[str]:
    known = {"contact": CONTACT, "privacy": PRIVACY, "imprint": IMPRINT}
    return frozenset(name for name, words in known.items() if words.search(said))


def _unprotected(code: str) -> dict[str, None]:
    """Return the e-mail address that Cloudflare hides from programs; its first byte is the key."""
    try:
        key, *rest = bytes.fromhex(code[: 2 * _LONGEST])
        mail = bytes(byte ^ key for byte in rest).decode().partition("?")[0].lower()
    except ValueError:
        return {}
    return {mail: None} if _MAIL_IN_TEXT.fullmatch(mail) else {}


def mails_in(text: str) -> list[str]:
    """Return the e-mail addresses in a text."""
    lines = (line for line in text.split("\n") if "@" in line)
    found = (mail.lower() for line in lines for mail in _MAIL_IN_TEXT.findall(line))
    return list(dict.fromkeys(found))[:_MAX_TEXTS]


def forms_of(elements: Elements, base: str) -> Iterator[Form]:
    """Yield forms that ask for something of a visitor, embedded ones of form makers with them."""
    for form in elements.of("form")[:50]:
        fields = form.css("input, textarea, select")
        kinds = [(f.attributes.get("type") or "text").lower() for f in fields]
        names = [(f.attributes.get("name") or "").lower() for f in fields]
        asked = [k for k in kinds if k not in {"hidden", "submit", "button", "image", "reset"}]
        search = len(asked) == 1 and ("search" in kinds or any(map(_SEARCH.match, names)))
        if not asked or search or "search" in asked or "password" in asked:
            continue
        contact = (
            any(f.tag == "textarea" for f in fields)
            or bool({"email", "tel"} & set(kinds))
            or any("mail" in name or "phone" in name or name == "tel" for name in names)
        )
        action = absolute(base, form.attributes.get("action") or base) or base
        yield Form(action, contact)
    for _, source in elements.values(FRAMES_AND_SCRIPTS, "src"):
        if _EMBEDDED_FORM.search(source):
            yield Form(absolute(base, source) or base, contact=True)


def _text_of(node: LexborNode) -> str:
    text = words_of(node)
    if not text:
        named = node.attributes.get("aria-label") or node.attributes.get("title")
        picture = None if named else node.css_first("img[alt]")
        text = named or (picture.attributes.get("alt") if picture else None) or ""
    return cut(" ".join(text.split()), _LONGEST)
