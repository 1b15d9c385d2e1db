"""What the security check reads in a page's HTML."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

_MAX = 50  # of each kind kept as evidence
_MAX_SCRIPTS = 500  # one of them can decide a test
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
    base = tree.css_first("base[href]")
    return {
        "scripts": _scripts(tree),
        "script_tags": len(tree.css("script")),
        "base": base.attributes.get("href") if base else None,
        "meta": _meta_policies(tree),
        "mixed": _mixed(tree) if secure else [],
        "generator": _generator(tree),
    }


def _scripts(tree: LexborHTMLParser) -> list[dict[str, str | None]]:
    """Return the different scripts with a src; those of drawings name it otherwise."""
    drawn = {script.mem_id for script in tree.css("svg script")}
    found = [script.attributes for script in tree.css("script[src]") if script.mem_id not in drawn]
    different = dict.fromkeys((a["src"], a.get("integrity")) for a in found if a["src"])
    return [{"src": src, "integrity": integrity} for src, integrity in different][:_MAX_SCRIPTS]


def _meta_policies(tree: LexborHTMLParser) -> dict[str, list[str]]:
    """Return what meta tags say in a header's place: every policy, the last referrer."""
    found: dict[str, list[str]] = {}
    for meta in tree.css("meta[content]"):
        name, content = meta.attributes.get("http-equiv"), meta.attributes["content"]
        if "http-equiv" in meta.attributes:
            if content and (name or "").strip().lower() == "content-security-policy":
                found.setdefault("content-security-policy", []).append(content)
        elif content and (meta.attributes.get("name") or "").strip().lower() == "referrer":
            found["referrer-policy"] = [content]
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
