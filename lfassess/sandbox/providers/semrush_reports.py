"""The lines of SEMrush's reports, from what the sandbox knows of a business."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from lfassess.sandbox.business import Business

Line = dict[str, str]
Report = tuple[Mapping[str, str], Callable[[Business], list[Line]]]

UNITS: Final = {  # per line; backlinks_overview per request, which has one line
    "domain_rank": 10,
    "domain_organic": 10,
    "domain_organic_organic": 40,
    "backlinks_overview": 40,
}
_FIRST_PAGE: Final = 10
_SECOND_PAGE: Final = 20


def _rank(business: Business) -> list[Line]:
    seo = business.seo
    if seo is None:
        return []
    return [
        {
            "Dn": business.host,
            "Rk": str(seo.rank),
            "Or": str(seo.organic_keywords),
            "Ot": str(seo.organic_traffic),
            "Oc": str(seo.organic_cost),
            "Ad": "0",
            "At": "0",
            "Ac": "0",
        }
    ]


def _organic(business: Business) -> list[Line]:
    found = business.seo.keywords if business.seo else ()
    return [
        {
            "Ph": keyword.phrase,
            "Po": str(keyword.position),
            "Pp": str(_a_month_ago(keyword.position)),
            "Nq": str(keyword.volume),
            "Cp": f"{keyword.cpc:.2f}",
            "Ur": keyword.url,
            "Tr": f"{keyword.traffic_share:.2f}",
        }
        for keyword in found
    ]


def _a_month_ago(position: int) -> int:
    """Return the position before: page one stood still, page two rose, the rest has slipped."""
    if position <= _FIRST_PAGE:
        return position
    return position + 1 if position <= _SECOND_PAGE else position - 2


def _competitors(business: Business) -> list[Line]:
    found = business.seo.competitors if business.seo else ()
    return [
        {
            "Dn": rival.domain,
            "Cr": f"{rival.common_keywords / max(rival.keywords, 1):.2f}",
            "Np": str(rival.common_keywords),
            "Or": str(rival.keywords),
            "Ot": str(rival.traffic),
            "Oc": "0",
            "Ad": "0",
        }
        for rival in found
    ]


def _backlinks(business: Business) -> list[Line]:
    if business.seo is None:
        return []
    links = business.seo.backlinks
    return [
        {
            "ascore": str(links.authority_score),
            "total": str(links.total),
            "domains_num": str(links.domains),
            "follows_num": str(links.follows),
            "nofollows_num": str(links.nofollows),
        }
    ]


REPORTS: Final[dict[str, Report]] = {
    "domain_rank": (
        {
            "Dn": "Domain",
            "Rk": "Rank",
            "Or": "Organic Keywords",
            "Ot": "Organic Traffic",
            "Oc": "Organic Cost",
            "Ad": "Adwords Keywords",
            "At": "Adwords Traffic",
            "Ac": "Adwords Cost",
        },
        _rank,
    ),
    "domain_organic": (
        {
            "Ph": "Keyword",
            "Po": "Position",
            "Pp": "Previous Position",
            "Nq": "Search Volume",
            "Cp": "CPC",
            "Ur": "Url",
            "Tr": "Traffic (%)",
        },
        _organic,
    ),
    "domain_organic_organic": (
        {
            "Dn": "Domain",
            "Cr": "Competitor Relevance",
            "Np": "Common Keywords",
            "Or": "Organic Keywords",
            "Ot": "Organic Traffic",
            "Oc": "Organic Cost",
            "Ad": "Adwords Keywords",
        },
        _competitors,
    ),
}
BACKLINKS: Final[Report] = (
    {name: name for name in ("ascore", "total", "domains_num", "follows_num", "nofollows_num")},
    _backlinks,
)
