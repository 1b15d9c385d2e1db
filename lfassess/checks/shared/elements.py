"""A page's elements by tag, found in one search: each search goes through the whole page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

HEADINGS: Final = "heading"
LINKS: Final = "a or area"
FRAMES_AND_SCRIPTS: Final = "iframe or script"
_TOGETHER: Final[Mapping[str, str]] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), HEADINGS),
    **dict.fromkeys(("a", "area"), LINKS),
    **dict.fromkeys(("iframe", "script"), FRAMES_AND_SCRIPTS),
}
_ALONE: Final = ("base", "embed", "form", "img", "link", "meta", "time", "title")
_SELECTOR: Final = ", ".join((*_ALONE, *_TOGETHER))


class Elements:
    """Elements of a page in the order in which they stand there; links by either tag, and so on."""

    def __init__(self, tree: LexborHTMLParser) -> None:
        self.tree = tree
        self._of: dict[str, list[LexborNode]] = defaultdict(list)
        self._values: dict[tuple[str, str], list[tuple[LexborNode, str]]] = {}
        for node in tree.css(_SELECTOR):
            tag = node.tag or ""
            self._of[tag].append(node)
            if tag in _TOGETHER:
                self._of[_TOGETHER[tag]].append(node)

    def of(self, name: str) -> list[LexborNode]:
        """Return all elements of a tag, or of one of the kinds above."""
        return self._of.get(name, [])

    def values(self, name: str, attribute: str) -> list[tuple[LexborNode, str]]:
        """Return those elements that have an attribute, with its value."""
        known = self._values.get((name, attribute))
        if known is None:
            every = ((node, node.attributes) for node in self.of(name))
            known = [(node, has[attribute] or "") for node, has in every if attribute in has]
            self._values[name, attribute] = known
        return known
