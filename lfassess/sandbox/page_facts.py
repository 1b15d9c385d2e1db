"""What a tool that loads a page would see of it: the facts behind emulated measurements."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Final
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from lfassess.sandbox.site_answers import file_bytes, page_text
from lfassess.sandbox.sites import Certificate, Site

_PHOTO_BYTES: Final = 60_000  # a picture that is well prepared for a phone
_TYPICAL_TTFB_MS: Final = 180.0


@dataclass(frozen=True, slots=True)
class PageFacts:
    """Sizes in bytes, times in milliseconds; ``fails`` names Lighthouse's audits."""

    html: int
    blocking: int  # bytes of scripts and styles that hold up the first view
    blocking_files: int
    scripts: int
    images: int
    largest_image: int
    elements: int
    ttfb: float = _TYPICAL_TTFB_MS
    tbt: float = 0.0
    cls: float = 0.0
    fails: frozenset[str] = field(default_factory=frozenset)

    @property
    def total(self) -> int:
        return self.html + self.blocking + self.scripts + self.images

    @property
    def wasted_image(self) -> int:
        """Bytes that better pictures would save."""
        return max(0, self.largest_image - _PHOTO_BYTES)


@cache
def facts_of(site: Site, path: str) -> PageFacts | None:
    """Return the facts of a demo site's page, or None where it has no such page.

    They are read from the page's own HTML and files. What only a browser could tell (work for the
    processor, jumps, contrast) is set by the manifest's ``lighthouse`` table.
    """
    text = page_text(site, path or "index.html")
    if text is None:
        return None
    tree = LexborHTMLParser(text)
    styles = [_size(site, n.attributes.get("href")) for n in tree.css("link[rel=stylesheet]")]
    inside = [
        _size(site, n.attributes.get("src")) for n in tree.css("head script[src]") if _holds_up(n)
    ]
    images = [_size(site, n.attributes.get("src")) for n in tree.css("img[src]")] or [0]
    planted = site.lighthouse
    return PageFacts(
        html=len(text) // (4 if site.compress else 1),
        blocking=sum(styles) + sum(inside),
        blocking_files=len(styles) + len(inside),
        scripts=sum(_size(site, n.attributes.get("src")) for n in tree.css("body script[src]")),
        images=sum(images),
        largest_image=max(images),
        elements=len(tree.css("*")),
        ttfb=_TYPICAL_TTFB_MS + site.delay_s * 1000,
        tbt=float(planted.get("tbt", 0)),
        cls=float(planted.get("cls", 0)),
        fails=frozenset({*_failing(site, tree), *planted.get("fails", ())}),
    )


def invented_facts(host: str, seed: int) -> PageFacts:
    """Return facts for a host nobody built a page for; the same ones every time."""
    digest = hashlib.sha256(f"{seed}:{host}".encode()).hexdigest()
    rng = Random(digest)  # noqa: S311 - repeatable, not secret
    largest = int(rng.triangular(8_000, 2_400_000, 120_000))
    flaws = (
        "meta-description",
        "image-alt",
        "color-contrast",
        "unsized-images",
        "cache-insight",
        "errors-in-console",
        "link-name",
        "heading-order",
        "document-title",
        "is-crawlable",
    )
    odds = (0.35, 0.4, 0.5, 0.5, 0.6, 0.3, 0.2, 0.3, 0.03, 0.02)
    return PageFacts(
        html=rng.randrange(12_000, 160_000),
        blocking=rng.randrange(0, 400_000),
        blocking_files=rng.randrange(0, 9),
        scripts=rng.randrange(0, 900_000),
        images=largest * rng.randrange(1, 4),
        largest_image=largest,
        elements=rng.randrange(120, 2_200),
        ttfb=rng.triangular(60, 2_200, 300),
        tbt=rng.triangular(0, 1_500, 120),
        cls=round(rng.triangular(0, 0.5, 0.02), 3),
        fails=frozenset(f for f, p in zip(flaws, odds, strict=True) if rng.random() < p),
    )


def _size(site: Site, address: str | None) -> int:
    """Return the size of a file the page names; of others' files, what such files usually have."""
    parts = urlsplit(address or "")
    if parts.scheme == "data" or not address:
        return 0
    if parts.netloc:
        return 30_000
    return len(file_bytes(site, parts.path.lstrip("/")) or b"")


def _holds_up(script: LexborNode) -> bool:
    attributes = script.attributes
    return not {"defer", "async"} & set(attributes) and attributes.get("type") != "module"


def _failing(site: Site, tree: LexborHTMLParser) -> set[str]:
    """Return the audits the page's HTML and headers fail."""
    viewport = tree.css_first("meta[name=viewport]")
    zoom = (viewport.attributes.get("content") or "") if viewport else ""
    title = tree.css_first("title")
    tests = {
        "document-title": title is None or not title.text(strip=True),
        "meta-description": tree.css_first("meta[name=description]") is None,
        "viewport-insight": viewport is None,
        "meta-viewport": "user-scalable=no" in zoom,
        "html-has-lang": tree.css_first("html[lang]") is None,
        "is-crawlable": tree.css_first('meta[name=robots][content*="noindex"]') is not None,
        "image-alt": tree.css_first("img:not([alt])") is not None,
        "label": any(_unlabelled(n) for n in tree.css("input, select, textarea")),
        "unsized-images": tree.css_first("img:not([width])") is not None,
        "is-on-https": site.http_only or site.certificate is not Certificate.VALID,
        "cache-insight": "max-age" not in site.asset_headers.get("Cache-Control", "")
        and tree.css_first("img[src], script[src], link[rel=stylesheet]") is not None,
    }
    return {name for name, failed in tests.items() if failed}


def _unlabelled(control: LexborNode) -> bool:
    attributes = control.attributes
    if attributes.get("type") in {"hidden", "submit", "button", "image"}:
        return False
    inside = control.parent is not None and control.parent.tag == "label"
    return not inside and not {"id", "aria-label", "title"} & set(attributes)
