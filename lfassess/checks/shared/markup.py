"""Reads microdata and RDFa of schema.org out of HTML, into the shape that JSON-LD has."""

from __future__ import annotations

from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

from lfassess.checks.shared.page_text import words_of

Json = dict[str, Any]

_MAX_ITEMS: Final = 300
_MAX_NODES: Final = 200_000
_LONGEST: Final = 1_000
_LINKED: Final = {"a": "href", "link": "href", "area": "href", "img": "src", "iframe": "src"}
_MICRODATA, _RDFA = "microdata", "RDFa"


def read_markup(tree: LexborHTMLParser) -> tuple[list[Json], list[str]]:
    """Return the outermost items, and which of the syntaxes ("microdata", "RDFa") they are in.

    Sources: html.spec.whatwg.org/multipage/microdata.html and w3.org/TR/rdfa-lite; ``itemref`` and
    prefixes other than ``schema:`` are not followed.
    """
    if tree.body is None or tree.css_first("[itemscope], [typeof]") is None:
        return [], []
    rdfa = tree.css_first("[vocab*='schema.org' i]") is not None
    roots: list[Json] = []
    syntaxes: set[str] = set()
    rest: list[tuple[LexborNode, Json | None]] = [(tree.root, None)] if tree.root else []
    for _ in range(_MAX_NODES):
        if not rest:
            break
        node, item = rest.pop()
        inner = item
        if node.tag and not node.tag.startswith("-"):
            inner, syntax = _entered(node, item, roots, rdfa=rdfa)
            syntaxes |= {syntax} if syntax else set()
        if node.next is not None:
            rest.append((node.next, item))
        if node.child is not None:
            rest.append((node.child, inner))
    return roots, sorted(syntaxes)


def _entered(
    node: LexborNode, item: Json | None, roots: list[Json], *, rdfa: bool
) -> tuple[Json | None, str | None]:
    """Take an element in; return the item its inside belongs to, and a new one's syntax."""
    attributes = node.attributes
    names = (attributes.get("itemprop") or attributes.get("property") or "").split()
    names = [name.removeprefix("schema:") for name in names if ":" not in name or "schema:" in name]
    types, syntax = _types(attributes, rdfa=rdfa)
    if syntax:
        new: Json = {"@type": types}
        if names and item is not None:
            _add(item, names, new)
        elif len(roots) < _MAX_ITEMS:
            roots.append(new)
        return new, syntax
    if names and item is not None:
        _add(item, names, _value(node, attributes))
    return item, None


def _types(attributes: dict[str, str | None], *, rdfa: bool) -> tuple[list[str], str | None]:
    if "itemscope" in attributes:
        return (attributes.get("itemtype") or "").split(), _MICRODATA
    types = (attributes.get("typeof") or "").split()
    known = [name for name in types if rdfa or "schema:" in name or "schema.org/" in name]
    return known, _RDFA if known else None


def _add(item: Json, names: list[str], value: object) -> None:
    for name in names:
        item.setdefault(name, []).append(value)


def _value(node: LexborNode, attributes: dict[str, str | None]) -> str:
    given = attributes.get("content") or attributes.get("datetime")
    # A link's address is its value, save where people mark up what they see: a number, a name.
    link = attributes.get(_LINKED.get(node.tag or "", ""))
    if given is None and link and not link.lower().startswith(("tel:", "mailto:")):
        text = words_of(node)
        given = text if text and node.tag == "a" else link
    return (given or words_of(node))[:_LONGEST]
