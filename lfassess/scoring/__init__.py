"""Scores and grades, from what checks found and configs/scoring.toml; pure but for reading it."""

from lfassess.findings.consolidate import ALL
from lfassess.scoring.areas import PARTS, Ran, Result, area_scores, nothing_seen, results_of
from lfassess.scoring.overall import AreaScore, Overall, assess, check_score, mean
from lfassess.scoring.ranges import OVERALL, grades_of
from lfassess.scoring.rules import ScoringRules, grade, load_rules, rules_from

__all__ = [
    "ALL",
    "OVERALL",
    "PARTS",
    "AreaScore",
    "Overall",
    "Ran",
    "Result",
    "ScoringRules",
    "area_scores",
    "assess",
    "check_score",
    "grade",
    "grades_of",
    "load_rules",
    "mean",
    "nothing_seen",
    "results_of",
    "rules_from",
]
