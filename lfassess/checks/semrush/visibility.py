"""What SEMrush's reports say about a site, and the score made of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from lfassess.checks.shared.json_access import get_number, get_object, get_objects, get_text

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Keyword:
    """One search the site shows up for."""

    phrase: str
    position: int  # 1 = first result
    previous: int | None  # a month ago; None or 0 = not among the first hundred
    volume: int  # searches a month


@dataclass(frozen=True, slots=True)
class Competitor:
    """A site that shows up for the same searches."""

    domain: str
    common: int  # keywords that both show up for
    keywords: int  # all of the competitor's
    traffic: int  # visitors a month from unpaid search


@dataclass(frozen=True, slots=True)
class Visibility:
    """A site in one country's search results."""

    ranked: bool  # False: SEMrush knows no ranking
    keywords: int
    traffic: int  # visitors a month from unpaid search, SEMrush's estimate
    top: tuple[Keyword, ...]  # those that bring most visitors
    competitors: tuple[Competitor, ...]
    authority: int | None  # 0-100, SEMrush's own
    linking_domains: int | None
    backlinks: int | None
    follows: int | None  # backlinks that search engines may follow
    traffic_value: int | None  # USD a month that ads for the same visitors would cost


def read_visibility(evidence: Json) -> Visibility:
    """Read what fetch brought; wrongly typed fields count as absent."""
    rank, links = get_object(evidence, "rank"), get_object(evidence, "backlinks")
    top = (_keyword(row) for row in get_objects(evidence, "keywords"))
    asked = "backlinks" in evidence
    return Visibility(
        ranked=bool(rank) and _whole(rank, "organic_keywords") > 0,
        keywords=_whole(rank, "organic_keywords"),
        traffic=_whole(rank, "organic_traffic"),
        top=tuple(keyword for keyword in top if keyword),
        competitors=tuple(_competitor(row) for row in get_objects(evidence, "competitors")),
        authority=_whole(links, "ascore") if links else None,
        linking_domains=_whole(links, "domains_num") if asked else None,
        backlinks=_whole(links, "total") if asked else None,
        follows=_whole(links, "follows_num") if links else None,
        traffic_value=_whole(rank, "organic_cost") if rank else None,
    )


def score(seen: Visibility) -> int:
    """Return 0-100: keywords 30, visitors 35, linking domains 20, authority 15.

    The first three grow with the logarithm, as ten more matter to a small site and not to a large
    one: all points at 500 keywords, 2,000 visitors a month, 200 linking domains; authority at 50.
    Weights and ends are ours, set for local businesses. Where SEMrush told nothing of links, the
    first 65 points are scaled to 100.
    """
    found = 30 * _log(seen.keywords, 500) + 35 * _log(seen.traffic, 2000)
    if seen.linking_domains is None:
        return round(found / 65 * 100)
    linked = 20 * _log(seen.linking_domains, 200) + 15 * min(1.0, (seen.authority or 0) / 50)
    return round(found + linked)


def _log(value: int, full: int) -> float:
    return min(1.0, math.log10(1 + value) / math.log10(1 + full))


def _keyword(row: Json) -> Keyword | None:
    phrase, position = get_text(row, "keyword"), _whole(row, "position")
    if phrase is None or position < 1:
        return None
    return Keyword(
        phrase, position, _whole(row, "previous_position") or None, _whole(row, "search_volume")
    )


def _competitor(row: Json) -> Competitor:
    return Competitor(
        get_text(row, "domain") or "",
        _whole(row, "common_keywords"),
        _whole(row, "organic_keywords"),
        _whole(row, "organic_traffic"),
    )


def _whole(row: Json, key: str) -> int:
    return max(0, int(get_number(row, key) or 0))
