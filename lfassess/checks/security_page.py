"""What the security check reads in a page's HTML."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

_MAX = 50  # of each kind kept as evidence
# What a browser blocks or warns of when an https page loads it over http.
_LOADS = (
    ("script", "src"),
    ("link", "href"),
    ("iframe", "src"),
    ("img", "src"),
    ("form", "action"),
)


def facts(html: str, *, secure: bool) -> dict[str, Any]:
    """Return scripts, meta policies, mixed content and the generator, as JSON."""
    tree = LexborHTMLParser(html)
    scripts = [s.attributes for s in tree.css("script")]
    return {
        "scripts": [
            {"src": s["src"], "integrity": s.get("integrity")} for s in scripts if s.get("src")
        ][:_MAX],
        "script_tags": len(scripts),
        "meta": _meta_policies(tree),
        "mixed": _mixed(tree) if secure else [],
        "generator": _generator(tree),
    }


def _meta_policies(tree: LexborHTMLParser) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for meta in tree.css("meta[http-equiv]"):
        name, content = meta.attributes.get("http-equiv"), meta.attributes.get("content")
        if name and content:
            found.setdefault(name.strip().lower(), []).append(content)
    for meta in tree.css("meta[name=referrer]"):
        if content := meta.attributes.get("content"):
            found.setdefault("referrer-policy", []).append(content)
    return found


def _mixed(tree: LexborHTMLParser) -> list[str]:
    """Return http:// addresses that the page loads or sends forms to."""
    found = []
    for tag, attribute in _LOADS:
        for node in tree.css(f"{tag}[{attribute}]"):
            url = (node.attributes.get(attribute) or "").strip()
            if url.lower().startswith("http://") and _is_load(tag, node.attributes):
                found.append(url)
    return list(dict.fromkeys(found))[:_MAX]


def _is_load(tag: str, attributes: dict[str, str | None]) -> bool:
    return tag != "link" or "stylesheet" in (attributes.get("rel") or "").lower()


def _generator(tree: LexborHTMLParser) -> str | None:
    node = tree.css_first("meta[name=generator]")
    return (node.attributes.get("content") or None) if node else None


def host_of(url: str) -> str:
    return urlsplit(url).hostname or ""
