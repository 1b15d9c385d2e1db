"""Security: headers, cookies, redirects, TLS and page, seen passively in a handful of requests."""

from __future__ import annotations

from typing import Any

from lfassess.checks.base import Area, Check, Json, Judgement, Queue
from lfassess.checks.reasons import as_json
from lfassess.checks.security.fetch import fetch_site
from lfassess.checks.security.findings import find
from lfassess.checks.security.kinds import KINDS
from lfassess.checks.security.observatory import Site, assess
from lfassess.checks.security.reasons import REASONS
from lfassess.checks.security.results import not_assessed, results
from lfassess.checks.security.score_parts import parts, score
from lfassess.checks.security.transport import days_left, tls_of
from lfassess.checks.security.visited import findings, met_by, not_judged
from lfassess.checks.shared.json_access import get_text
from lfassess.settings import Settings

_NOTHING = "security.nothing_stored"


def judge(evidence: Json) -> Judgement:
    """Score connection and hardening, and list what is amiss and what is done well.

    ``metrics["visit"]`` says what stands at the address; nothing but a website is judged.
    ``metrics["parts"]`` has the two, 0-100 each; ``metrics["observatory"]`` has MDN HTTP
    Observatory's score and grade as published, of which the hardening is made.
    ``metrics["tests"]`` says of each thing looked at whether it passed, failed or was not assessed.
    """
    site = Site.from_json(evidence)
    met = met_by(evidence, site.auto)
    if judgement := not_judged(met, site.auto.url if site.auto else get_text(evidence, "url")):
        return judgement
    if site.auto is None:
        return Judgement(
            metrics={"reason": as_json(_NOTHING, REASONS)}, inconclusive=REASONS[_NOTHING].wording
        )
    verdict = assess(site)
    found = [*findings(met), *find(evidence, site, verdict)]
    answers = results(evidence, site, verdict, found)
    metrics: dict[str, Any] = {
        "visit": met.as_json(site.auto.url),
        "parts": parts(found, verdict.score),
        "observatory": verdict.as_json(),
        "tests": answers,
        "not_assessed": not_assessed(answers),
        "tls": _tls(evidence),
        "final_url": site.auto.url,
        "server": site.auto.header("server"),
    }
    safe = score(metrics["parts"])
    return Judgement(tuple(found), metrics=metrics, score=safe, measures={Area.SECURITY: safe})


def _tls(evidence: Json) -> Json | None:
    tls = tls_of(evidence)
    return {**tls, "days_left": days_left(evidence)} if tls else None


def _queue(_settings: Settings) -> Queue:
    return "assessment"


CHECK = Check(
    name="security",
    title="Security",
    fetch=fetch_site,
    judge=judge,
    kinds=KINDS,
    queue=_queue,
    time_limit_s=15,
    depends_on="page",
)
