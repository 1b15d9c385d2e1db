"""What the API and the report read of a judgement."""

from __future__ import annotations

from dataclasses import dataclass

from lfassess.checks.base import Json
from lfassess.checks.semrush.evidence import CompetitiveRank, Competitor, Evidence


@dataclass(frozen=True, slots=True)
class Metrics:
    """A site's visibility and its competitors."""

    evidence: Evidence
    rank: CompetitiveRank

    def to_json(self) -> Json:
        seen, rank = self.evidence, self.rank
        return {
            **source(seen),
            "ranked": seen.ranked,
            "organic_keywords": seen.keywords,
            "organic_traffic": seen.traffic,
            "traffic_value_usd": seen.traffic_value,
            "top_keywords": [
                {"keyword": k.phrase, "position": k.position, "search_volume": k.volume}
                for k in seen.top
            ],
            "competitors": [
                {"domain": c.domain, "common_keywords": c.common, "organic_traffic": c.traffic}
                for c in rank.competitors
            ],
            "contest": {
                "place": rank.rank,
                "of": rank.size,
                "traffic_share": None if rank.share is None else round(rank.share, 3),
                "sites": [_lead(seen), *(_competitor(c) for c in rank.competitors)],
            },
            "authority": seen.authority,
            "linking_domains": seen.linking_domains,
            "backlinks": seen.backlinks,
            "follow_backlinks": seen.follow_backlinks,
            "units": seen.units,
            "cut_short": seen.top_cut_short,
        }


def source(evidence: Evidence) -> Json:
    """Return {domain, database, attribution}, which stand whether or not anything was judged."""
    return {
        "domain": evidence.domain,
        "database": evidence.database,
        "attribution": "SEMrush",
    }


def _lead(evidence: Evidence) -> Json:
    return {
        "domain": evidence.domain,
        "lead": True,
        "common_keywords": None,
        "organic_keywords": evidence.keywords,
        "organic_traffic": evidence.traffic,
    }


def _competitor(competitor: Competitor) -> Json:
    return {
        "domain": competitor.domain,
        "lead": False,
        "common_keywords": competitor.common,
        "organic_keywords": competitor.keywords,
        "organic_traffic": competitor.traffic,
    }
