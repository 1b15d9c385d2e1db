"""From stored evidence to findings, the two parts of the score and MDN HTTP Observatory's grade."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from lfassess.checks.base import Area, Finding, Json, Judgement, Severity
from lfassess.checks.reasons import as_json
from lfassess.checks.security import (
    rules_headers,
    rules_observatory,
    rules_security_txt,
    rules_software,
    rules_transport,
)
from lfassess.checks.security.catalogue import REASONS, finding
from lfassess.checks.security.evidence import Evidence
from lfassess.checks.security.metrics import Metrics, outcomes
from lfassess.checks.security.observatory import Site, Verdict, assess, csp
from lfassess.checks.shared.visit import Kind, Met
from lfassess.quantities import plural

# A visitor meets the connection: a missing padlock or a warning page. What headers and software
# versions add is hardening, which no visitor sees, so it moves the score within a quarter only.
CONNECTION_SHARE: Final = 0.75
_FULL: Final = 100

# Points that findings take off the connection. The first group leaves hardly any of it: the
# visitor reads along, or meets a warning page (grade F whatever the headers).
CONNECTION: Final[Mapping[str, int]] = {
    "no-https": 100,
    "certificate-untrusted": 100,
    "old-tls": 100,
    "https-downgrade": 100,
    "no-https-redirect": 30,
    "www-certificate": 25,
    "mixed-content": 25,
    "unsafe-scripts": 20,
    "certificate-expires-soon": 15,
    "old-tls-accepted": 10,
    "old-key-exchange": 10,
    "certificate-chain-incomplete": 10,
    "old-cipher": 2,
    "mixed-pictures": 5,
    "detour-redirect": 2,
    "no-tls13": 0,
    "www-elsewhere": 0,
    "www-missing": 0,
    "www-twice": 0,
}
# Points that findings take off the Observatory's score, which knows nothing of them. Where it
# judges the same thing, they take none.
HARDENING: Final[Mapping[str, int]] = {
    "outdated-cms": 30,
    "outdated-server-software": 30,
    "outdated-libraries": 15,
    "reflected-cors": 15,
    "unmaintained-libraries": 5,
    "version-leak": 2,
    "security-txt-expired": 0,
    "security-txt-invalid": 0,
    "no-security-txt": 0,
    "no-hsts": 0,
    "weak-hsts": 0,
    "no-csp": 0,
    "weak-csp": 0,
    "insecure-cookies": 0,
    "insecure-session-cookies": 0,
    "clickjacking": 0,
    "no-nosniff": 0,
    "unsafe-referrer-policy": 0,
    "no-referrer-policy": 0,
    "no-sri": 0,
    "broken-cors": 0,
    "invalid-corp": 0,
    "no-isolation-headers": 0,
    "obsolete-headers": 0,
    "no-permissions-policy": 0,
}

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
            yield finding(code, f"{plural(len(urls), 'file')}, for example {urls[0][:100]}")


def parts(found: Iterable[Finding], observatory: int) -> Json:
    """Return {connection, hardening}, 0-100 each.

    Args:
        found: the check's findings.
        observatory: the Observatory's score; bonuses above 100 count as 100.
    """
    codes = {finding.code for finding in found}
    connection = _FULL - sum(CONNECTION.get(code, 0) for code in codes)
    hardening = min(observatory, _FULL) - sum(HARDENING.get(code, 0) for code in codes)
    return {"connection": max(0, connection), "hardening": max(0, hardening)}


def score(made: Mapping[str, int]) -> int:
    """Return the site's security, 0-100, from its two parts, rounded half up."""
    connection = CONNECTION_SHARE * made["connection"]
    return int(connection + (1 - CONNECTION_SHARE) * made["hardening"] + 0.5)
