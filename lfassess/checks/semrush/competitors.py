"""The lead against the sites that show up for the same searches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from lfassess.checks.semrush.visibility import Competitor, Visibility
from lfassess.checks.shared.domains import is_platform, registrable_domain

Json = dict[str, Any]

_TOP: Final = 3


@dataclass(frozen=True, slots=True)
class Contest:
    """A site and its nearest competitors."""

    rivals: tuple[Competitor, ...]  # at most three, nearest first
    place: int  # of the lead by visitors from unpaid search, 1 = most; ties share the better one
    share: float | None  # of all their visitors that the lead draws, 0-1; None: nobody draws any

    @property
    def size(self) -> int:
        return len(self.rivals) + 1

    @property
    def strongest(self) -> Competitor | None:
        return max(self.rivals, key=lambda rival: rival.traffic, default=None)


def contest(seen: Visibility) -> Contest:
    """Compare with the three nearest competitors.

    Directories and marketplaces share searches with every business but compete with none: they
    are left out.
    """
    rivals = tuple(c for c in seen.competitors if _competes(c))[:_TOP]
    total = seen.traffic + sum(rival.traffic for rival in rivals)
    return Contest(
        rivals=rivals,
        place=1 + sum(rival.traffic > seen.traffic for rival in rivals),
        share=seen.traffic / total if total else None,
    )


def _competes(competitor: Competitor) -> bool:
    domain = registrable_domain(competitor.domain)
    return bool(competitor.domain) and not (domain and is_platform(domain))


def as_json(seen: Visibility, against: Contest, domain: str) -> Json:
    """Return the comparison, the lead first."""
    lead = {"domain": domain, "lead": True, "common_keywords": None, **_figures(seen)}
    others = [
        {"domain": c.domain, "lead": False, "common_keywords": c.common, **_figures(c)}
        for c in against.rivals
    ]
    return {
        "place": against.place,
        "of": against.size,
        "traffic_share": None if against.share is None else round(against.share, 3),
        "sites": [lead, *others],
    }


def _figures(site: Visibility | Competitor) -> Json:
    return {"organic_keywords": site.keywords, "organic_traffic": site.traffic}
