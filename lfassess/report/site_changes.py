"""What has changed on the pages between two crawls of a website; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from lfassess.checks.shared.json_access import get_number, get_objects, get_text, get_texts
from lfassess.report.text import clean

_GONE: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_MAX_CHANGES: Final = 20  # of each kind
_NAMED: Final = 40  # links that a crawl names of which it learnt nothing; with more, none is sure

Metrics = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Retitled:
    """A page whose title has changed."""

    path: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SiteChanges:
    """Paths and addresses; at most twenty of each kind."""

    vanished: tuple[str, ...]  # pages that are gone, or that nothing leads to any more
    new: tuple[str, ...]  # pages
    retitled: tuple[Retitled, ...]
    links_fixed: tuple[str, ...]  # they led nowhere, and lead somewhere or are gone
    links_broken: tuple[str, ...]  # since then


def site_changes(before: Metrics, after: Metrics) -> SiteChanges | None:
    """Return what has changed; None where one of the two was not crawled.

    Args:
        before: the on-page check's metrics in the earlier audit.
        after: in the later one.
    """
    old, new = _pages(before), _pages(after)
    if not old or not new:
        return None
    dead = {path for path, row in new.items() if get_number(row, "status") in _GONE}
    dead |= set(get_texts(after, "broken"))
    missing = set(old) - set(new) if after.get("complete") is True else set()
    fresh = _good(new) - set(old) if before.get("complete") is True else set()
    titles = {path: (_title(old[path]), _title(new[path])) for path in old if path in _good(new)}
    return SiteChanges(
        vanished=_some(p for p in _good(old) if p in dead or p in missing),
        new=_some(fresh),
        retitled=tuple(
            Retitled(clean(path, 200), *both)
            for path, both in sorted(titles.items())
            if both[0] != both[1] and path in _good(old)
        )[:_MAX_CHANGES],
        links_fixed=_some(_no_longer(before, after)),
        links_broken=_some(_no_longer(after, before)),
    )


def _no_longer(one: Metrics, other: Metrics) -> set[str]:
    """Return the links that were broken in one audit and surely are not in the other."""
    unknown = get_texts(other, "untold")
    if not get_number(other, "links_tried") or len(unknown) >= _NAMED:
        return set()
    return set(get_texts(one, "broken")) - set(get_texts(other, "broken")) - set(unknown)


def _pages(metrics: Metrics) -> dict[str, Metrics]:
    rows = get_objects(metrics, "pages")
    return {path: row for row in rows if (path := get_text(row, "path"))}


def _good(pages: Mapping[str, Metrics]) -> set[str]:
    return {path for path, row in pages.items() if get_number(row, "status") == HTTPStatus.OK}


def _title(row: Metrics) -> str:
    return clean(get_text(row, "title") or "", 120)


def _some(found: Any) -> tuple[str, ...]:
    return tuple(clean(text, 200) for text in sorted(found)[:_MAX_CHANGES])
