"""From stored evidence to findings, the two parts of the score and MDN HTTP Observatory's grade."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lfassess.checks.base import Area, Finding, Json, Judgement, Severity
from lfassess.checks.reasons import as_json
from lfassess.checks.security import (
    rules_headers,
    rules_libraries,
    rules_observatory,
    rules_security_txt,
    rules_software,
    rules_transport,
)
from lfassess.checks.security.catalogue import REASONS, finding
from lfassess.checks.security.evidence import Evidence
from lfassess.checks.security.metrics import Metrics
from lfassess.checks.security.observatory import Site, Verdict, assess, csp
from lfassess.checks.security.outcomes import outcomes
from lfassess.checks.security.score import parts, score
from lfassess.checks.shared.visit import Kind, Met

_NOTHING: Final = "security.nothing_stored"
_NOT_JUDGED: Final = {
    Kind.NO_SITE: "security.no_site",
    Kind.PLATFORM: "security.platform_page",
    Kind.WALL: "security.bot_wall",
    Kind.REFUSED: "security.refused",
}
_FINDINGS: Final = {Kind.NO_SITE: "no-site", Kind.PLATFORM: "platform-page"}
_STRONG_FROM: Final = 90  # points of the Observatory's
_SERIOUS: Final = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM)


def judge(evidence: Json) -> Judgement:
    """Score connection and hardening, and list what is amiss and what is done well.

    Nothing but a website is judged. ``metrics`` are `metrics.Metrics`; where nothing is judged,
    ``visit`` (what stands at the address) and ``reason``.
    """
    seen = Evidence.from_json(evidence)
    met, answer = seen.met, seen.main
    if code := _NOT_JUDGED.get(met.kind):
        return _not_judged(code, met, answer.url if answer else seen.url or None)
    if answer is None:
        return Judgement(
            metrics={"reason": as_json(_NOTHING, REASONS)}, inconclusive=REASONS[_NOTHING].wording
        )
    site = seen.site
    verdict = assess(site)
    found = findings(seen, site, verdict)
    if met.kind is Kind.ELSEWHERE:
        found.insert(0, finding("other-domain", met.shown))
    both = parts(found, verdict.score)
    metrics = Metrics(seen, answer, both, verdict, outcomes(seen, verdict, found))
    safe = score(both)
    return Judgement(
        tuple(found), metrics=metrics.to_json(), score=safe, measures={Area.SECURITY: safe}
    )


def _not_judged(code: str, met: Met, url: str | None) -> Judgement:
    """Return the judgement where there is no website to judge."""
    seen = f" ({met.shown})" if met.shown and met.kind is not Kind.NO_SITE else ""
    found = _FINDINGS.get(met.kind)
    return Judgement(
        (finding(found, met.shown or met.code),) if found else (),
        metrics={"visit": met.as_json(url), "reason": as_json(code, REASONS)},
        inconclusive=REASONS[code].wording + seen,
    )


def findings(evidence: Evidence, site: Site, verdict: Verdict) -> list[Finding]:
    """Return what is amiss, then what is done well."""
    found = [
        *rules_transport.findings(evidence),
        *_unreadable(evidence),
        *_by_result(evidence, site, verdict),
        *_mixed(evidence, site),
        *rules_libraries.findings(evidence),
        *rules_software.findings(evidence),
        *rules_headers.findings(evidence),
        *rules_security_txt.findings(evidence),
    ]
    if verdict.score >= _STRONG_FROM and not any(_weakens(f) for f in found):
        found.append(finding("headers-strong", f"grade {verdict.grade} by MDN's rules"))
    return sorted(found, key=lambda f: f.severity is Severity.PASSED)


def _by_result(evidence: Evidence, site: Site, verdict: Verdict) -> Iterator[Finding]:
    """Yield the Observatory's findings, without those that a downgrade to http implies."""
    downgraded = rules_transport.downgraded(evidence)
    implied = rules_observatory.OF_DOWNGRADE if downgraded else frozenset()
    return (f for f in rules_observatory.findings(site, verdict) if f.code not in implied)


def _weakens(found: Finding) -> bool:
    """Return whether a finding about a header or a cookie rules out praise for them."""
    return found.code in rules_observatory.FINDING_OF.values() and found.severity in _SERIOUS


def _unreadable(evidence: Evidence) -> Iterator[Finding]:
    if why := evidence.page.unread:
        yield finding("page-unreadable", why[:200])


def _mixed(evidence: Evidence, site: Site) -> Iterator[Finding]:
    if csp.upgrades_requests(site):
        return
    page = evidence.page
    for urls, code in ((page.mixed, "mixed-content"), (page.mixed_pictures, "mixed-pictures")):
        if urls:
            yield finding(code, f"{len(urls)}, first: {urls[0][:100]}")
