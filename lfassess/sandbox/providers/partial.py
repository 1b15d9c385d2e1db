"""Google's partial responses: the ``fields`` parameter cuts an answer to what it names."""

from __future__ import annotations

from typing import Any, Final

Json = dict[str, Any]
Tree = dict[str, "Tree"]  # empty = the whole of it

_WILDCARD: Final = "*"


class BadSelectionError(ValueError):
    """The selection can't be read."""


def parse_fields(text: str) -> Tree:
    """Return the tree of "a,b/c,d(e,f/*)".

    Raises:
        BadSelectionError: brackets don't match, or a name is missing.
    """
    tree, end = _list(text, 0)
    if end != len(text):
        raise BadSelectionError(text[end:])
    return tree


def _list(text: str, at: int) -> tuple[Tree, int]:
    tree: Tree = {}
    while True:
        at = _item(text, at, tree)
        if at >= len(text) or text[at] != ",":
            return tree, at
        at += 1


def _item(text: str, at: int, into: Tree) -> int:
    """Read one path, and what its brackets hold, into the tree; returns where it ends."""
    while True:
        start = at
        while at < len(text) and text[at] not in ",/()":
            at += 1
        name = text[start:at].strip()
        if not name:
            raise BadSelectionError(text[start : start + 40])
        into = into.setdefault(name, {})
        if at < len(text) and text[at] == "/":
            at += 1
            continue
        break
    if at < len(text) and text[at] == "(":
        inside, at = _list(text, at + 1)
        if at >= len(text) or text[at] != ")":
            raise BadSelectionError(text[start:])
        into.update(inside)
        at += 1
    return at


def select(value: Any, tree: Tree) -> Any:
    """Return what the tree names of the value; lists are looked through."""
    if not tree:
        return value
    if isinstance(value, list):
        return [select(item, tree) for item in value]
    if not isinstance(value, dict):
        return value
    selected = {}
    for name, item in value.items():
        below = tree.get(name, tree.get(_WILDCARD))
        if below is not None:
            selected[name] = select(item, below)
    return selected
