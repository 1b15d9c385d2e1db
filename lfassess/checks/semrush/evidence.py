"""What SEMrush reports about a site, read from the stored rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lfassess.checks.base import Json
from lfassess.checks.shared.domains import is_platform, registrable_domain
from lfassess.checks.shared.json_access import get_number, get_object, get_objects, get_text


@dataclass(frozen=True, slots=True)
class Keyword:
    """One search the site shows up for."""

    phrase: str
    position: int  # 1 = first result
    previous: int | None  # a month ago; None = not among the first hundred
    volume: int  # searches a month


@dataclass(frozen=True, slots=True)
class Competitor:
    """A site that shows up for the same searches."""

    domain: str
    common: int  # keywords that both show up for
    keywords: int  # all of the competitor's
    traffic: int  # visitors a month from unpaid search


@dataclass(frozen=True, slots=True)
class Evidence:
    """A site in one country's search results.

    The stored JSON is what `fetch` returns: SEMrush's rows, with numbers as numbers. Fields of
    another type count as absent, 0 where there is no None.
    """

    name: str | None  # of the business
    domain: str  # registrable
    database: str  # of which country
    shared_host: bool  # on another company's domain, so nothing was bought
    no_database: bool  # SEMrush doesn't cover the country
    ranked: bool  # False: SEMrush knows no ranking
    keywords: int
    traffic: int  # visitors a month from unpaid search, SEMrush's estimate
    traffic_value: int | None  # USD a month that ads for the same visitors would cost
    top: tuple[Keyword, ...]  # those that bring most visitors
    top_cut_short: bool  # the account's units ran out within the report
    competitors: tuple[Competitor, ...]
    authority: int | None  # 0-100, SEMrush's own
    linking_domains: int | None
    backlinks: int | None
    follow_backlinks: int | None  # that search engines may follow
    units: Json  # API units: {counted, before, after, fits}, see `fetch`

    @classmethod
    def from_json(cls, stored: Json) -> Evidence:
        rank, links = get_object(stored, "rank"), get_object(stored, "backlinks")
        links_bought = "backlinks" in stored
        rows = get_objects(stored, "keywords")
        return cls(
            name=get_text(stored, "name"),
            domain=get_text(stored, "domain") or "",
            database=get_text(stored, "database") or "",
            shared_host=stored.get("shared_host") is True,
            no_database=stored.get("no_database") is True,
            ranked=_whole(rank, "organic_keywords") > 0,
            keywords=_whole(rank, "organic_keywords"),
            traffic=_whole(rank, "organic_traffic"),
            traffic_value=_whole(rank, "organic_cost") if rank else None,
            top=tuple(keyword for row in rows if (keyword := _keyword(row))),
            top_cut_short=_cut_short(stored, len(rows)),
            competitors=tuple(_competitor(row) for row in get_objects(stored, "competitors")),
            authority=_whole(links, "ascore") if links else None,
            linking_domains=_whole(links, "domains_num") if links_bought else None,
            backlinks=_whole(links, "total") if links_bought else None,
            follow_backlinks=_whole(links, "follows_num") if links else None,
            units=get_object(stored, "units"),
        )


_UNITS_PER_LINE = 10


def _cut_short(stored: Json, lines: int) -> bool:
    """Whether SEMrush sent fewer lines than ordered, as it does without notice on a low balance."""
    left = get_number(get_object(stored, "units"), "after")
    short = lines < (get_number(stored, "keywords_due") or 0)
    return short and (left is None or left < _UNITS_PER_LINE)


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


_NEAREST: Final = 3


@dataclass(frozen=True, slots=True)
class CompetitiveRank:
    """A site and its nearest competitors."""

    competitors: tuple[Competitor, ...]  # at most three, nearest first
    rank: int  # of the lead by visitors from unpaid search, 1 = most; ties share the better one
    share: float | None  # of all their visitors, 0-1; None where there are none

    @property
    def size(self) -> int:
        return len(self.competitors) + 1

    @property
    def strongest(self) -> Competitor | None:
        return max(self.competitors, key=lambda c: c.traffic, default=None)


def competitive_rank(evidence: Evidence) -> CompetitiveRank:
    """Compare with the three nearest competitors.

    Directories and marketplaces share searches with every business but compete with none: they
    are left out.
    """
    nearest = tuple(c for c in evidence.competitors if _competes(c))[:_NEAREST]
    total = evidence.traffic + sum(c.traffic for c in nearest)
    return CompetitiveRank(
        competitors=nearest,
        rank=1 + sum(c.traffic > evidence.traffic for c in nearest),
        share=evidence.traffic / total if total else None,
    )


def _competes(competitor: Competitor) -> bool:
    domain = registrable_domain(competitor.domain)
    return bool(competitor.domain) and not (domain and is_platform(domain))
