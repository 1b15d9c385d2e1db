"""Judges a site's visibility in search; pure."""

from __future__ import annotations

import math

from lfassess.checks.base import Area, Finding, Json, Judgement
from lfassess.checks.reasons import as_json
from lfassess.checks.semrush import rules_visibility
from lfassess.checks.semrush.catalogue import REASONS, finding
from lfassess.checks.semrush.evidence import Evidence, competitive_rank
from lfassess.checks.semrush.metrics import Metrics, source
from lfassess.checks.shared.domains import builder_of


def judge(evidence: Json) -> Judgement:
    """Judge the reports; a site without rankings is a finding, not a failure."""
    seen = Evidence.from_json(evidence)
    if seen.shared_host:
        return _not_judged("semrush.shared_host", seen, _no_own_domain(seen.domain))
    if seen.no_database:
        return _not_judged("semrush.no_database", seen)
    rank = competitive_rank(seen)
    visible = score(seen)
    return Judgement(
        tuple(rules_visibility.findings(seen, rank)),
        metrics=Metrics(seen, rank).to_json(),
        score=visible,
        measures={Area.SEARCH_VISIBILITY: visible},
    )


def score(seen: Evidence) -> int:
    """Return 0-100: keywords 30, visitors 35, linking domains 20, authority 15.

    The first three grow with the logarithm, as ten more matter to a small site and not to a large
    one: all points at 500 keywords, 2,000 visitors a month, 200 linking domains; authority at 50.
    Weights and ends are ours, set for local businesses. Where SEMrush reported nothing about links,
    the first 65 points are scaled to 100.
    """
    found = 30 * _log(seen.keywords, 500) + 35 * _log(seen.traffic, 2000)
    if seen.linking_domains is None:
        return round(found / 65 * 100)
    linked = 20 * _log(seen.linking_domains, 200) + 15 * min(1.0, (seen.authority or 0) / 50)
    return round(found + linked)


def _log(value: int, full: int) -> float:
    return min(1.0, math.log10(1 + value) / math.log10(1 + full))


def _no_own_domain(domain: str) -> Finding:
    host = builder_of(domain)
    shown = (
        f"the website is {domain}, a name below {host}" if host else f"the website is on {domain}"
    )
    return finding("semrush-no-own-domain", shown)


def _not_judged(reason: str, seen: Evidence, *findings: Finding) -> Judgement:
    metrics = {**source(seen), "reason": as_json(reason, REASONS)}
    return Judgement(findings, metrics=metrics, inconclusive=REASONS[reason].wording)
