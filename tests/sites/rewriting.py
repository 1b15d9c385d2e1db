"""Makes a business's site of a theme, and keeps every page from asking the internet."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from itertools import cycle
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from tests.sites.corpus import Site

ASSETS: Final = "assets.example"  # stands for every other host that scripts and styles come from
OWN: Final = "/elsewhere/"  # the same, run by the site itself

_OUTSIDE = re.compile(
    r'(<(?:script|link|img)\b[^>]*?\b(?:src|href)=")(?:https?:)?//([^"/]+/[^"]*")'
)
_SAMPLE = re.compile(
    r"lorem ipsum|start ?bootstrap|\bthemes?\b|template|open source|quick example", re.IGNORECASE
)


class StaleRewriteError(Exception):
    """A text that the truth file replaces is not in the package's page."""


def rewritten(site: Site, page: str, *, home: bool) -> str:
    """Return the HTML as it is served."""
    if home:
        for old, new in site.swap:
            if old not in page:
                raise StaleRewriteError(f"{site.name}: {old!r}")
            page = page.replace(old, _filled(new))
    where = OWN if site.self_hosted else f"https://{ASSETS}/"
    page = _OUTSIDE.sub(rf"\g<1>{where}\2", page)
    return _with_texts(site, page) if home and (site.texts or site.copy) else page


def _with_texts(site: Site, page: str) -> str:
    tree = LexborHTMLParser(page)
    sentences = cycle(site.copy)
    unused = set(site.texts)
    assert tree.root is not None
    for node in list(tree.root.traverse(include_text=True)):
        if node.tag != "-text" or (node.parent and node.parent.tag in {"script", "style"}):
            continue
        text = " ".join((node.text_content or "").split())
        key = _key(site, text)
        if key is not None:
            unused.discard(key)
            node.replace_with(_filled(site.texts[key]))
        elif site.copy and _SAMPLE.search(text):
            node.replace_with(next(sentences))
    if unused:
        raise StaleRewriteError(f"{site.name}: {sorted(unused)}")
    return tree.html or ""


def _key(site: Site, text: str) -> str | None:
    if text in site.texts:
        return text
    return next((k for k in site.texts if k.endswith("…") and text.startswith(k[:-1])), None)


def _filled(text: str) -> str:
    return text.replace("{year}", str(datetime.now(UTC).year))
