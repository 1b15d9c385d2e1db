"""From stored evidence to findings, the two parts of the score and MDN HTTP Observatory's grade."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from lfassess.checks.base import Area, Finding, Json, Judgement, Severity
from lfassess.checks.reasons import as_json
from lfassess.checks.security import (
    outcomes,
    rules_headers,
    rules_libraries,
    rules_observatory,
    rules_security_txt,
    rules_software,
    rules_transport,
)
from lfassess.checks.security.catalogue import REASONS, finding
from lfassess.checks.security.observatory import Answer, Site, Verdict, assess, csp
from lfassess.checks.security.score import parts, score
from lfassess.checks.shared.json_access import get_object, get_text, get_texts
from lfassess.checks.shared.visit import SITE, Kind, Met, Visit, meet, met_in

_NOTHING: Final = "security.nothing_stored"
_NOT_JUDGED: Final = {
    Kind.NO_SITE: "security.no_site",
    Kind.PLATFORM: "security.platform_page",
    Kind.WALL: "security.bot_wall",
    Kind.REFUSED: "security.refused",
}
_FINDINGS: Final = {Kind.NO_SITE: "no-site", Kind.PLATFORM: "platform-page"}
_UNREADABLE: Final = "encoding"
_STRONG_FROM: Final = 90  # points of the Observatory's
_SERIOUS: Final = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM)


def judge(evidence: Json) -> Judgement:
    """Score connection and hardening, and list what is amiss and what is done well.

    ``metrics["visit"]`` says what stands at the address; nothing but a website is judged.
    ``metrics["parts"]`` has the two, 0-100 each; ``metrics["observatory"]`` has MDN HTTP
    Observatory's score and grade as published, of which the hardening is made.
    ``metrics["tests"]`` says of each test whether it passed, failed or was not assessed.
    """
    site = Site.from_json(evidence)
    met = _met(evidence, site.auto)
    if code := _NOT_JUDGED.get(met.kind):
        return _not_judged(code, met, site.auto.url if site.auto else get_text(evidence, "url"))
    if site.auto is None:
        return Judgement(
            metrics={"reason": as_json(_NOTHING, REASONS)}, inconclusive=REASONS[_NOTHING].wording
        )
    verdict = assess(site)
    found = findings(evidence, site, verdict)
    if met.kind is Kind.ELSEWHERE:
        found.insert(0, finding("other-domain", met.shown))
    answers = outcomes.outcomes(evidence, site, verdict, found)
    metrics: dict[str, Any] = {
        "visit": met.as_json(site.auto.url),
        "parts": parts(found, verdict.score),
        "observatory": verdict.as_json(),
        "tests": answers,
        "not_assessed": outcomes.not_assessed(answers),
        "tls": _tls(evidence),
        "final_url": site.auto.url,
        "server": site.auto.header("server"),
    }
    safe = score(metrics["parts"])
    return Judgement(tuple(found), metrics=metrics, score=safe, measures={Area.SECURITY: safe})


def _met(evidence: Json, answer: Answer | None) -> Met:
    """Return what the visit met; without a stored answer to that, as far as the response tells.

    A page that forwards, frames or waits for scripts is a site here: its headers and its
    encryption are the address's own.
    """
    if met := met_in(evidence):
        shell = met.kind is Kind.UNREAD and met.code != _UNREADABLE
        return replace(met, kind=Kind.SITE) if shell else met
    if answer is None:
        return SITE
    asked = get_text(evidence, "url") or answer.url
    return meet(Visit(asked, answer.url, answer.status or None, answer.headers))


def _not_judged(code: str, met: Met, url: str | None) -> Judgement:
    """Return the judgement where there is no website to judge."""
    seen = f" ({met.shown})" if met.shown and met.kind is not Kind.NO_SITE else ""
    found = _FINDINGS.get(met.kind)
    return Judgement(
        (finding(found, met.shown or met.code),) if found else (),
        metrics={"visit": met.as_json(url), "reason": as_json(code, REASONS)},
        inconclusive=REASONS[code].wording + seen,
    )


def findings(evidence: Json, site: Site, verdict: Verdict) -> list[Finding]:
    """Return what is amiss, then what is done well."""
    found = [
        *rules_transport.findings(evidence, site),
        *_unreadable(evidence),
        *_by_result(site, verdict),
        *_mixed(evidence, site),
        *rules_libraries.findings(evidence),
        *rules_software.findings(evidence, site),
        *rules_headers.findings(evidence, site),
        *rules_security_txt.findings(evidence),
    ]
    if verdict.score >= _STRONG_FROM and not any(_weakens(f) for f in found):
        found.append(finding("headers-strong", f"grade {verdict.grade} by MDN's rules"))
    return sorted(found, key=lambda f: f.severity is Severity.PASSED)


def _by_result(site: Site, verdict: Verdict) -> Iterator[Finding]:
    """Yield the Observatory's findings, without those that a downgrade to http implies."""
    implied = rules_observatory.OF_DOWNGRADE if rules_transport.downgraded(site) else frozenset()
    return (f for f in rules_observatory.findings(site, verdict) if f.code not in implied)


def _weakens(found: Finding) -> bool:
    """Return whether a finding about a header or a cookie rules out praise for them."""
    return found.code in rules_observatory.FINDING_OF.values() and found.severity in _SERIOUS


def _unreadable(evidence: Json) -> Iterator[Finding]:
    if why := get_text(get_object(evidence, "page"), "unread"):
        yield finding("page-unreadable", why[:200])


def _mixed(evidence: Json, site: Site) -> Iterator[Finding]:
    page = get_object(evidence, "page")
    if csp.upgrades_requests(site):
        return
    for key, code in (("mixed", "mixed-content"), ("mixed_pictures", "mixed-pictures")):
        if urls := get_texts(page, key):
            yield finding(code, f"{len(urls)}, first: {urls[0][:100]}")


def _tls(evidence: Json) -> Json | None:
    tls = rules_transport.tls_of(evidence)
    return {**tls, "days_left": rules_transport.days_left(evidence)} if tls else None
