"""What an audit was compared with, as it is stored."""

from __future__ import annotations

from collections import Counter

from lfassess.scoring.benchmark import OVERALL, Benchmark, Group, Spread, compared
from tests.report.factories import bakery
from tests.report.factories.rows import assessment, report


def stored(audit, *, others=None, areas=None, trade="plumber", version=None):
    """Return an audit's benchmark: 30 of 48 others have nine points less, 6 the same, 12 nine more.

    Args:
        audit: the assessment.
        others: how many others have a score, by score.
        areas: the same of areas, by name.
        trade: of the audit's lead.
        version: of the scoring, instead of the audit's.
    """
    score = audit.score
    spread = Spread(others or Counter({score - 9: 30, score: 6, score + 9: 12}))
    spreads = {name: Spread(scores) for name, scores in (areas or {}).items()}
    mine = {name: made["score"] for name, made in audit.scoring_details["areas"].items()}
    scored = {name: own for name, own in mine.items() if own is not None}
    made = compared(score, scored, {OVERALL: spread, **spreads})
    groups = {Group.TRADE: made, Group.ALL: made}
    at = "2026-11-23T10:00:00+00:00"
    return Benchmark(at, version or audit.scoring_version, trade, groups).as_json()


def beside_others():
    """Return a report that compares the score and each area with others."""
    audit = assessment(bakery.RUNS)
    areas = {name: Counter({40: 30, 60: 20}) for name in audit.scoring_details["areas"]}
    return report(*bakery.RUNS, benchmark=stored(audit, areas=areas))
