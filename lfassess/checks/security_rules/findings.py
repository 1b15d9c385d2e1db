"""All findings of a site, what is amiss first."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lfassess.checks.base import Finding, Json, Severity
from lfassess.checks.loose import dict_in, text_in, texts_in
from lfassess.checks.observatory import Site, Verdict, csp
from lfassess.checks.security_rules import (
    by_result,
    contact_file,
    headers,
    libraries,
    transport,
)
from lfassess.checks.security_rules.kinds import finding

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
        *contact_file.findings(evidence),
    ]
    if verdict.score >= _STRONG_FROM and not any(_weakens(f) for f in found):
        found.append(finding("headers-strong", f"grade {verdict.grade} by MDN's rules"))
    return sorted(found, key=lambda f: f.severity is Severity.PASSED)


def _by_result(site: Site, verdict: Verdict) -> Iterator[Finding]:
    """Yield the Observatory's findings, but what a downgrade to http implies."""
    implied = by_result.OF_DOWNGRADE if transport.downgraded(site) else frozenset()
    return (f for f in by_result.findings(site, verdict) if f.code not in implied)


def _weakens(found: Finding) -> bool:
    """Whether a finding of a header or a cookie forbids praise for them."""
    return found.code in by_result.FINDING_OF.values() and found.severity in _SERIOUS


def _unreadable(evidence: Json) -> Iterator[Finding]:
    if why := text_in(dict_in(evidence, "page"), "unread"):
        yield finding("page-unreadable", why[:200])


def _mixed(evidence: Json, site: Site) -> Iterator[Finding]:
    page = dict_in(evidence, "page")
    if csp.upgrades_requests(site):
        return
    for key, code in (("mixed", "mixed-content"), ("mixed_pictures", "mixed-pictures")):
        if urls := texts_in(page, key):
            yield finding(code, f"{len(urls)}, first: {urls[0][:100]}")
