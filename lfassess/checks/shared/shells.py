"""Pages that hold little themselves: they forward, frame another page, or wait for scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from lfassess.checks.shared.page_text import count_words

_OWN_WORDS: Final = 30  # a page that says more is a page of its own
_LONGEST_WAIT_S: Final = 15.0  # a later refresh renews a page that people have read by then
_REFRESH: Final = re.compile(
    r"\s*(?P<wait>\d*\.?\d*)\s*[;,\s]\s*(?:url\s*=\s*)?[\"']?(?P<to>[^\"']+)", re.IGNORECASE
)
_SCRIPT_FORWARD: Final = re.compile(
    r"(?:window|document|self|top|parent)?\.?\blocation(?:\.href)?\s*=(?!=)"
    r"|\blocation\.(?:replace|assign)\s*\(",
    re.IGNORECASE,
)
_NO_PAGES: Final = ("about", "data", "javascript", "mailto", "blob")
# Frames that are no page of the business: consent, tracking, maps.
_PARTS: Final = re.compile(r"googletagmanager|doubleclick|recaptcha|consent|cookie", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shell:
    """``code`` is forward, frame, script_forward or script_shell; ``address`` where it leads."""

    code: str
    address: str | None = None


def shell(html: str, text: str, url: str) -> Shell | None:
    """Return what stands in a page's place, or None where the HTML is a page itself.

    Args:
        html: as the server sent it.
        text: what can be read of it.
        url: of the page, to resolve addresses by.
    """
    words = count_words(text)
    if words > _OWN_WORDS or not html.strip():
        return None
    tree = LexborHTMLParser(html)
    if to := _refresh(tree, url):
        return Shell("forward", to)
    if to := _framed(tree, url):
        return Shell("frame", to)
    scripts = [script.text() or "" for script in tree.css("script")]
    if any(_SCRIPT_FORWARD.search(script[:20_000]) for script in scripts):
        return Shell("script_forward")
    return Shell("script_shell") if _waits_for_scripts(tree) else None


def unfinished(html: str) -> bool:
    """Return whether a browser may show more than the HTML says: scripts, styles of other files."""
    tree = LexborHTMLParser(html)
    return _has_scripts(tree) or tree.css_first("link[rel~=stylesheet i]") is not None


def _waits_for_scripts(tree: LexborHTMLParser) -> bool:
    """Return whether scripts are to fill the page: there are some, and pictures there are none."""
    return _has_scripts(tree) and not tree.css_first("img, picture, video")


def _has_scripts(tree: LexborHTMLParser) -> bool:
    """Return whether something runs; what only holds data (JSON-LD) does not."""
    kinds = ((script.attributes.get("type") or "").lower() for script in tree.css("script"))
    return any(not kind or "javascript" in kind or kind == "module" for kind in kinds)


def _refresh(tree: LexborHTMLParser, url: str) -> str | None:
    for meta in tree.css("meta[http-equiv=refresh i][content]"):
        if _in_noscript(meta):
            continue
        found = _REFRESH.match(meta.attributes.get("content") or "")
        if found and float(found["wait"] or 0) <= _LONGEST_WAIT_S:
            return _address(found["to"], url)
    return None


def _in_noscript(node: LexborNode) -> bool:
    at = node.parent
    while at is not None:
        if at.tag == "noscript":
            return True
        at = at.parent
    return False


def _framed(tree: LexborHTMLParser, url: str) -> str | None:
    """Return the first frame of a frameset, or the one inline frame that is the page."""
    if tree.css_first("frameset"):
        frames = tree.css("frame[src]")
        return next((to for f in frames if (to := _source(f, url))), None)
    inline = [to for f in tree.css("iframe[src]") if (to := _source(f, url))]
    pages = [to for to in inline if not _PARTS.search(to)]
    return pages[0] if len(pages) == 1 else None


def _source(frame: LexborNode, url: str) -> str | None:
    return _address(frame.attributes.get("src") or "", url)


def _address(to: str, url: str) -> str | None:
    """Return the absolute address of another page, or None."""
    to = to.strip()
    try:
        address = urljoin(url, to)
        parts = urlsplit(address)
    except ValueError:
        return None
    if not to or to.partition(":")[0].lower() in _NO_PAGES or parts.scheme not in {"http", "https"}:
        return None
    return None if address.partition("#")[0] == url.partition("#")[0] else address
