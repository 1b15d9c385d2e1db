"""Who to call first: an opportunity score from what audits stored; pure."""

from lfassess.ranking.facts import RankingFacts, facts_of
from lfassess.ranking.opportunity import OUT_WORDS, Opportunity, Out, opportunity
from lfassess.ranking.pitch import Pitch, pitch
from lfassess.ranking.rules import RankingRules, load_rules, rules_from

__all__ = [
    "OUT_WORDS",
    "Opportunity",
    "Out",
    "Pitch",
    "RankingFacts",
    "RankingRules",
    "facts_of",
    "load_rules",
    "opportunity",
    "pitch",
    "rules_from",
]
