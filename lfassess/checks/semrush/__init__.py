"""SEMrush: how visible is the site in search, against whom, and who links to it?"""

from __future__ import annotations

from typing import Any, Final

from lfassess.checks.base import Area, Check, Finding, Judgement
from lfassess.checks.reasons import as_json
from lfassess.checks.semrush import competitors
from lfassess.checks.semrush.fetch import database_for, fetch_reports
from lfassess.checks.semrush.findings import finding, findings
from lfassess.checks.semrush.kinds import KINDS
from lfassess.checks.semrush.reasons import REASONS
from lfassess.checks.semrush.visibility import Visibility, read_visibility, score
from lfassess.checks.shared.domains import builder_of
from lfassess.checks.shared.json_access import get_number, get_object, get_objects, get_text
from lfassess.clients import semrush
from lfassess.settings import Settings

__all__ = ["CHECK", "database_for", "judge"]

Json = dict[str, Any]

_UNITS_OF_A_LINE: Final = 10


def judge(evidence: Json) -> Judgement:
    """Judge the reports; a site without rankings is a finding, not a failure."""
    domain, database = get_text(evidence, "domain") or "", get_text(evidence, "database") or ""
    metrics: Json = {"domain": domain, "database": database, "attribution": "SEMrush"}
    if evidence.get("shared_host") is True:
        return _shared(domain, metrics)
    if evidence.get("no_database") is True:
        return _not_judged("semrush.no_database", metrics)
    seen = read_visibility(evidence)
    names = [name for name in (get_text(evidence, "name"), domain) if name]
    visible = score(seen)
    return Judgement(
        tuple(findings(seen, database, names)),
        metrics=metrics | _metrics(seen, domain) | _account(evidence),
        score=visible,
        measures={Area.SEARCH_VISIBILITY: visible},
    )


def _shared(domain: str, metrics: Json) -> Judgement:
    host = builder_of(domain)
    seen = finding(
        "semrush-no-own-domain",
        f"the website is {domain}, a name below {host}" if host else f"the website is on {domain}",
    )
    return _not_judged("semrush.shared_host", metrics, seen)


def _not_judged(reason: str, metrics: Json, *seen: Finding) -> Judgement:
    metrics = {**metrics, "reason": as_json(reason, REASONS)}
    return Judgement(seen, metrics=metrics, inconclusive=REASONS[reason].wording)


def _account(evidence: Json) -> Json:
    """Return what the reports took, and whether the units ran out within one of them.

    SEMrush then sends, without a word, as many lines as the balance allows.
    """
    units = get_object(evidence, "units")
    short = len(get_objects(evidence, "keywords")) < (get_number(evidence, "keywords_due") or 0)
    left = get_number(units, "after")
    return {"units": units, "cut_short": short and (left is None or left < _UNITS_OF_A_LINE)}


def _metrics(seen: Visibility, domain: str) -> Json:
    return {
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
            for c in competitors.contest(seen).rivals
        ],
        "contest": competitors.as_json(seen, competitors.contest(seen), domain),
        "authority": seen.authority,
        "linking_domains": seen.linking_domains,
        "backlinks": seen.backlinks,
        "follow_backlinks": seen.follows,
    }


def _skip_reason(settings: Settings) -> str | None:
    return None if semrush.endpoint(settings) else "no SEMRUSH_API_KEY"


CHECK = Check(
    name="semrush",
    title="Search visibility",
    fetch=fetch_reports,
    judge=judge,
    kinds=KINDS,
    queue=lambda _settings: "assessment",
    time_limit_s=20,
    depends_on="domain",
    skip_reason=_skip_reason,
)
