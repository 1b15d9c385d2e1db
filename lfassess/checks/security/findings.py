"""All findings of a site, what is amiss first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lfassess.checks.base import Finding, Json, Severity
from lfassess.checks.security import (
    headers,
    libraries,
    observatory_findings,
    security_txt,
    transport,
)
from lfassess.checks.security.kinds import finding
from lfassess.checks.security.observatory import Site, Verdict, csp
from lfassess.checks.shared.json_access import get_object, get_text, get_texts

_STRONG_FROM: Final = 90  # points of the Observatory's
_SERIOUS: Final = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM)


def find(evidence: Json, site: Site, verdict: Verdict) -> list[Finding]:
    """Return what is amiss, then what is done well."""
    found = [
        *transport.findings(evidence, site),
        *_unreadable(evidence),
        *_by_result(site, verdict),
        *_mixed(evidence, site),
        *libraries.findings(evidence, site),
        *headers.findings(evidence, site),
        *security_txt.findings(evidence),
    ]
    if verdict.score >= _STRONG_FROM and not any(_weakens(f) for f in found):
        found.append(finding("headers-strong", f"grade {verdict.grade} by MDN's rules"))
    return sorted(found, key=lambda f: f.severity is Severity.PASSED)


def _by_result(site: Site, verdict: Verdict) -> Iterator[Finding]:
    """Yield the Observatory's findings, but what a downgrade to http implies."""
    implied = observatory_findings.OF_DOWNGRADE if transport.downgraded(site) else frozenset()
    return (f for f in observatory_findings.findings(site, verdict) if f.code not in implied)


def _weakens(found: Finding) -> bool:
    """Whether a finding of a header or a cookie forbids praise for them."""
    return found.code in observatory_findings.FINDING_OF.values() and found.severity in _SERIOUS


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
