"""Traces of what strangers put on a site: links nobody sees, scripts that hide where they lead."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborNode

from lfassess.checks.onpage.catalogue_words import JAPANESE, SPAM
from lfassess.checks.onpage.evidence import Sign
from lfassess.checks.onpage.evidence_addresses import absolute, same_site
from lfassess.checks.shared.elements import Elements

HIDDEN_LINKS: Final = "hidden_links"
HIDDEN_SCRIPT: Final = "hidden_script"
FOREIGN_REFRESH: Final = "foreign_refresh"
SPAM_PAGES: Final = "spam_pages"

_MAX_SIGNS: Final = 5
_HIDDEN: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|(?:left|top|text-indent|margin-left)\s*:\s*-\d{3,}"
    r"|font-size\s*:\s*0|(?:height|width)\s*:\s*[01]px[^\"']*overflow\s*:\s*hidden"
    r"|overflow\s*:\s*hidden[^\"']*(?:height|width)\s*:\s*[01]px|opacity\s*:\s*0(?:\.0+)?\s*(?:;|$)",
    re.IGNORECASE,
)
_HIDERS: Final = "[style] a[href], a[href][style]"
_DEEPEST: Final = 12
_ATOB: Final = re.compile(r"atob\s*\(\s*[\"']([A-Za-z0-9+/=]{16,4000})[\"']")
_CODES: Final = re.compile(r"fromCharCode\s*\(((?:\s*\d{1,3}\s*,){8,1000}\s*\d{1,3})\s*\)")
_HEX: Final = re.compile(r"(?:\\x[0-9a-fA-F]{2}){8,2000}")
_UNESCAPE: Final = re.compile(r"unescape\s*\(\s*[\"']((?:%[0-9a-fA-F]{2}|[^\"'%]){16,4000})[\"']")
_ENCODED: Final = ("atob", "fromCharCode", "\\x", "unescape")  # of the four above, one each
_RUNS: Final = re.compile(r"\beval\s*\(|\.write\s*\(|createElement\s*\(|\blocation\b|appendChild")
_HOST: Final = re.compile(
    r"(?:https?:)?//([a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4})", re.IGNORECASE
)
_REFRESH: Final = re.compile(
    r"^\s*\d*\.?\d*\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"']+)", re.IGNORECASE
)
_LONGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Suspects:
    """What on a page may be a stranger's, before it is known what visitors can read there."""

    url: str
    hidden: tuple[tuple[str, str], ...]  # links that nobody sees: text, address as written
    others: tuple[Sign, ...]

    def signs(self, text: str) -> tuple[Sign, ...]:
        """Return what looks like a stranger's.

        Args:
            text: what visitors can read; a word that stands there, too, is the business's own.
        """
        return (*_hidden_links(self.hidden, self.url, text), *self.others)


def suspects_on(elements: Elements, url: str) -> Suspects:
    """Return what on a page may be a stranger's.

    Args:
        elements: of the whole page, scripts included.
        url: of the page.
    """
    hidden = (link for link in _below_styles(elements) if _is_hidden(link))
    links = tuple((link.text(), link.attributes.get("href") or "") for link in hidden)
    return Suspects(url, links, (*_refresh(elements, url), *_scripts(elements, url)))


def signs_in_addresses(urls: Iterable[str], *, japanese: bool) -> Iterator[Sign]:
    """Yield spam among a sitemap's addresses; a Japanese site may have Japanese ones."""
    found = []
    for url in urls:
        words = re.sub(r"[-_/+.]", " ", unquote(urlsplit_path(url)))
        if SPAM.search(words) or (not japanese and JAPANESE.search(words)):
            found.append(url)
    if len(found) >= _MAX_SIGNS:
        yield Sign(SPAM_PAGES, f"{len(found)} addresses, such as {found[0][:_LONGEST]}")


def urlsplit_path(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.path} {parts.query}"


def _hidden_links(hidden: Iterable[tuple[str, str]], url: str, text: str) -> Iterator[Sign]:
    spam = []
    for label, written in hidden:
        href = absolute(url, written)
        word = SPAM.search(f"{label[:200]} {re.sub('[-_/.]', ' ', href or '')}")
        if href and word and not same_site(href, url):
            spam.append((word[0].lower(), " ".join(label.split())[:40] or href[:60]))
    if not spam:
        return
    for label, _ in hidden:  # what is hidden is text as well
        text = text.replace(" ".join(label.split()), " ", 1)
    own = {word.lower() for word in SPAM.findall(text)}
    found = [name for word, name in spam if word not in own]
    if found:
        yield Sign(HIDDEN_LINKS, ", ".join(f"“{name}”" for name in found[:_MAX_SIGNS]))


def _below_styles(elements: Elements) -> list[LexborNode]:
    """Return links that a style of the page's own may hide; mostly none hides anything."""
    tree = elements.tree
    hiding = (node for node in tree.css("[style]") if _hides(node))
    some = any(node.tag == "a" or node.css_first("a[href]") for node in hiding)
    return tree.css(_HIDERS)[:500] if some else []


def _hides(node: LexborNode) -> bool:
    return _HIDDEN.search((node.attributes.get("style") or "")[:500]) is not None


def _is_hidden(node: LexborNode) -> bool:
    at: LexborNode | None = node
    for _ in range(_DEEPEST):
        if at is None:
            return False
        if _hides(at):
            return True
        at = at.parent
    return False


def _refresh(elements: Elements, url: str) -> Iterator[Sign]:
    every = (
        content
        for meta, content in elements.values("meta", "content")
        if (meta.attributes.get("http-equiv") or "").lower() == "refresh"
    )
    for content in islice(every, _MAX_SIGNS):
        match = _REFRESH.match(content[:500])
        to = absolute(url, match[1]) if match else None
        if to and not same_site(to, url):
            yield Sign(FOREIGN_REFRESH, f"the page sends visitors on to {to[:_LONGEST]}")
            return


def _scripts(elements: Elements, url: str) -> Iterator[Sign]:
    """Yield scripts in which the address of another site is written in code and then run."""
    inline = (script for script in elements.of("script") if "src" not in script.attributes)
    for script in islice(inline, 200):
        text = (script.text() or "")[:200_000]
        if not any(word in text for word in _ENCODED) or not _RUNS.search(text):
            continue
        for hidden in _decoded(text):
            for host in _HOST.findall(hidden):
                if not same_site(f"https://{host}/", url) and host not in text:
                    yield Sign(HIDDEN_SCRIPT, f"a script hides the address {host[:_LONGEST]}")
                    return


def _decoded(text: str) -> Iterator[str]:
    for found in _ATOB.findall(text)[:20]:
        try:
            yield base64.b64decode(found + "=" * (-len(found) % 4)).decode("latin-1")
        except (ValueError, binascii.Error):
            continue
    for found in _CODES.findall(text)[:20]:
        yield "".join(chr(min(int(code), 0x10FFFF)) for code in found.split(","))
    for match in list(_HEX.finditer(text))[:20]:
        yield bytes.fromhex(match[0].replace("\\x", "")).decode("latin-1")
    for found in _UNESCAPE.findall(text)[:20]:
        yield unquote(found)
