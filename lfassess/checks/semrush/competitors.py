"""The lead's rank among the sites that show up for the same searches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lfassess.checks.semrush.evidence import Competitor, Evidence
from lfassess.checks.shared.domains import is_platform, registrable_domain

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
