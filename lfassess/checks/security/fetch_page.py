"""What the security check reads in a page's HTML."""

from __future__ import annotations

import re
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from lfassess.checks.security.catalogue_libraries import seen_in
from lfassess.checks.security.evidence import PageFacts
from lfassess.checks.security.observatory import Script

_MAX: Final = 50  # of each kind that are stored
_MAX_SCRIPTS: Final = 500  # one of them can decide a test
_LONGEST: Final = 2_000  # characters of an address; longer ones are data: addresses
_BANNERS: Final = 1_000_000  # characters searched for licence comments
_MAX_NAMES: Final = 5  # plug-ins name themselves as generators, too
_LONGEST_NAME: Final = 200
# Files that WordPress serves under its own version; in scripts their addresses are escaped.
_CORE_FILE: Final = re.compile(
    r"wp-includes\\?/(?:css\\?/dist\\?/block-library\\?/style|js\\?/wp-emoji-release|js\\?/wp-embed)"
    r"(?:\.min)?\.(?:css|js)\?ver=(\d{1,2}\.\d{1,2}(?:\.\d{1,2})?)(?![.\d])"
)
_POLICIES: Final = ("content-security-policy", "cross-origin-resource-policy")
# What a browser blocks or warns of when an https page loads it over http, ...
_ACTIVE: Final = (
    ("script", "src"),
    ("link", "href"),
    ("iframe", "src"),
    ("object", "data"),
    ("embed", "src"),
    ("form", "action"),
)
# ... and what it requests over https instead, so that it is missing where that fails.
_PICTURES: Final = (("img", "src"), ("video", "src"), ("audio", "src"), ("source", "src"))


def facts(html: str, *, secure: bool, cut: bool = False, unread: str | None = None) -> PageFacts:
    """Return scripts, libraries, meta policies, mixed content and what made the page.

    Args:
        html: the page as the server sent it.
        secure: it came over https, so what it loads over http counts.
        cut: it was larger than is read.
        unread: why it could not be read, or None.
    """
    tree = LexborHTMLParser(html)
    base = tree.css_first("base[href]")
    scripts = _scripts(tree)
    generators = _generators(tree)
    core = _CORE_FILE.search(html[:_BANNERS])
    return PageFacts(
        scripts=scripts,
        script_tags=len(tree.css("script")),
        base=base.attributes.get("href") if base else None,
        meta=_meta_policies(tree),
        mixed=_unencrypted(tree, _ACTIVE) if secure else (),
        mixed_pictures=_unencrypted(tree, _PICTURES) if secure else (),
        generator=generators[0] if generators else None,
        generators=generators[:_MAX_NAMES],
        core_version=f"WordPress {core[1]}" if core else None,
        libraries=seen_in([*(s.src for s in scripts), *_styles(tree)], html[:_BANNERS]),
        cut=cut,
        unread=unread,
    )


def _scripts(tree: LexborHTMLParser) -> tuple[Script, ...]:
    """Return the different scripts with a src; those of drawings name it otherwise."""
    drawn = {script.mem_id for script in tree.css("svg script")}
    found = [script.attributes for script in tree.css("script[src]") if script.mem_id not in drawn]
    different = dict.fromkeys((a["src"], a.get("integrity")) for a in found if a["src"])
    return tuple(
        Script(src[:_LONGEST], integrity[:_LONGEST] if integrity else integrity)
        for src, integrity in list(different)[:_MAX_SCRIPTS]
        if src
    )


def _styles(tree: LexborHTMLParser) -> list[str]:
    return [link.attributes.get("href") or "" for link in tree.css("link[href]") if _is_style(link)]


def _is_style(link: LexborNode) -> bool:
    return "stylesheet" in (link.attributes.get("rel") or "").lower()


def _meta_policies(tree: LexborHTMLParser) -> dict[str, list[str]]:
    """Return what meta tags say in a header's place: every policy, the last referrer."""
    found: dict[str, list[str]] = {}
    for meta in tree.css("meta[content]"):
        name, content = meta.attributes.get("http-equiv"), meta.attributes["content"]
        if "http-equiv" in meta.attributes:
            policy = (name or "").strip().lower()
            if content and policy in _POLICIES:
                found.setdefault(policy, []).append(content)
        elif content and (meta.attributes.get("name") or "").strip().lower() == "referrer":
            found["referrer-policy"] = [content]
    return found


def _unencrypted(tree: LexborHTMLParser, loads: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Return http:// addresses that the page loads or sends forms to."""
    found = []
    for tag, attribute in loads:
        for node in tree.css(f"{tag}[{attribute}]"):
            url = (node.attributes.get(attribute) or "").strip()[:_LONGEST]
            if url.lower().startswith("http://") and (tag != "link" or _is_style(node)):
                found.append(url)
    return tuple(dict.fromkeys(found))[:_MAX]


def _generators(tree: LexborHTMLParser) -> tuple[str, ...]:
    named = [node.attributes.get("content") or "" for node in tree.css("meta[name=generator i]")]
    return tuple(name.strip()[:_LONGEST_NAME] for name in named if name.strip())
