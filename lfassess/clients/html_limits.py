"""Cuts a page's HTML off where reading it would take a parser out of all proportion."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

# Parsers written in C hold Python's lock, so that a page which takes them minutes stops every slot
# of a worker. Three things cost them more than in proportion: nested elements, attributes of one
# tag, and formatting elements left open, which each later block opens again. The largest page of
# a small business has a tenth of these figures.
MAX_TAGS: Final = 20_000
MAX_ATTRIBUTES: Final = 256
MAX_REOPENED: Final = 300_000

# Each alternative takes what it can and never gives back, so that no page makes the search slow.
_ATTRIBUTE: Final = r"""[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?+)?+"""
_TAG: Final = re.compile(
    rf"<(?P<end>/?)(?P<name>[a-zA-Z][^\s/>]*+)(?P<rest>(?>[\s/]++|{_ATTRIBUTE})*+)"
)
_ATTRIBUTES: Final = re.compile(_ATTRIBUTE)
_RAW_END: Final = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in ("script", "style")
}
_FORMATTING: Final = frozenset(
    "a b big code em font i nobr s small strike strong tt u".split()  # noqa: SIM905 - reads best
)
_LEVELS: Final = frozenset({"table", "object", "applet", "marquee", "template"})
_TELLING: Final = _FORMATTING | _LEVELS | _RAW_END.keys() | {"svg"}  # all others only count


@dataclass(slots=True)
class _Count:
    """What has been seen of a page so far."""

    tags: int = 0
    reopened: int = 0
    open: int = 0  # formatting elements
    drawings: int = 0
    # Formatting elements that are open, by table or the like: an end tag does not reach beyond.
    levels: list[tuple[str, dict[str, int]]] = field(default_factory=lambda: [("", {})])

    def start(self, name: str) -> None:
        """Take in the start of a telling element."""
        open_now = self.levels[-1][1]
        self.drawings += name == "svg"
        if name in _FORMATTING:
            before = open_now.get(name, 0)
            open_now[name] = 1 if name == "a" else before + 1
            self.open += open_now[name] - before
        elif name in _LEVELS:
            self.levels.append((name, dict(open_now)))

    def end(self, name: str) -> None:
        """Take in the end of a telling element."""
        open_now = self.levels[-1][1]
        if open_now.get(name):
            open_now[name] -= 1
            self.open -= 1
        elif name == self.levels[-1][0]:
            self.levels.pop()
            outer = self.levels[-1][1]
            for left, count in open_now.items():
                outer[left] = max(outer.get(left, 0), count)
            self.open = sum(outer.values())


def truncate_pathological_html(html: str) -> str:
    """Return the HTML as it is, or its beginning if what follows would overwhelm a parser.

    Cut is before the tag with which there are more than 20,000 of them, or 256 attributes in one,
    or with which unclosed formatting would make a parser open 300,000 elements of its own accord.
    """
    seen, at = _Count(), 0
    while at < len(html):
        for found in _TAG.finditer(html, at):
            end, name, rest = found.groups()
            name = name.lower()
            if not end:
                seen.tags += 1
                seen.reopened += seen.open
                if (
                    seen.tags > MAX_TAGS
                    or seen.reopened > MAX_REOPENED
                    or (len(rest) > 2 * MAX_ATTRIBUTES and _has_many_attributes(rest))
                ):
                    return html[: found.start()]
            if name not in _TELLING:
                continue
            (seen.end if end else seen.start)(name)
            if name in _RAW_END and not (end or seen.drawings):  # a drawing's may hold elements
                at = _after_raw_text(html, name, found.end())
                break
        else:
            return html
    return html


def _has_many_attributes(text: str) -> bool:
    found = _ATTRIBUTES.finditer(text)
    return next(islice(found, MAX_ATTRIBUTES, None), None) is not None


def _after_raw_text(html: str, name: str, at: int) -> int:
    end = _RAW_END[name].search(html, at)
    return end.start() if end else len(html)
