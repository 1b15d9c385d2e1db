"""Who may send mail in the domain's name, and what becomes of the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from lfassess.checks.base import Finding, Severity
from lfassess.checks.onpage.catalogue import finding, quoted
from lfassess.checks.onpage.evidence import Evidence, Mail
from lfassess.checks.onpage.evidence_mail import MAX_LOOKUPS, terms

_POLICY: Final = re.compile(r";\s*p\s*=\s*(\w+)", re.IGNORECASE)
_REFUSING: Final = frozenset({"quarantine", "reject"})
_ANYONE: Final = frozenset({"+all", "all", "?all"})
_NULL_MX: Final = re.compile(r"^0\s+\.$")


def findings(evidence: Evidence) -> Iterator[Finding]:
    """Yield what is missing or too open in the domain's mail records."""
    mail = evidence.mail
    if mail is None:
        return
    if mail.mx is not None and not receives(mail):
        yield _unreceived(mail, evidence)
    yield from _spf(mail)
    yield from _dmarc(mail)


def _unreceived(mail: Mail, evidence: Evidence) -> Finding:
    """Return that no server takes the domain's mail: a fault where the pages ask for some."""
    found = finding("onpage-no-mx", f"{mail.domain} has no mail server")
    asked = [a for p in evidence.all_pages for a in p.mails if a.endswith(f"@{mail.domain}")]
    if not asked:
        return found
    shown = f"{found.evidence}, and the pages show {asked[0]}"
    return replace(found, severity=Severity.MEDIUM, evidence=shown)


def receives(mail: Mail) -> bool:
    """Return whether the domain takes mail; a null MX (RFC 7505) says that it doesn't."""
    return any(not _NULL_MX.match(record) for record in mail.mx or ())


def policy(mail: Mail) -> str | None:
    """Return DMARC's policy: none, quarantine or reject; None where there is no valid record."""
    records = mail.dmarc or ()
    if len(records) != 1:  # several count as none (RFC 7489 §6.6.3)
        return None
    match = _POLICY.search(records[0])
    return match[1].lower() if match else None


def protected(mail: Mail | None) -> bool:
    """Return whether others refuse fake mail in the domain's name."""
    if mail is None or mail.spf is None or mail.dmarc is None:
        return False
    return policy(mail) in _REFUSING and limits_senders(mail)


def limits_senders(mail: Mail) -> bool:
    """Return whether one valid SPF record says who may send, and not that everyone may."""
    return mail.spf is not None and not list(_spf(mail))


def faulty_records(mail: Mail) -> tuple[str, ...]:
    """Return which of "spf" and "dmarc" have records that don't count."""
    spf = any(found.code == "onpage-broken-spf" for found in _spf(mail))
    dmarc = bool(mail.dmarc) and policy(mail) is None
    return (*(("spf",) if spf else ()), *(("dmarc",) if dmarc else ()))


def _spf(mail: Mail) -> Iterator[Finding]:
    if mail.spf is None:
        return
    if not mail.spf:
        yield finding("onpage-no-spf", f"{mail.domain} has no SPF record")
    elif len(mail.spf) > 1:
        yield finding(
            "onpage-broken-spf", f"{len(mail.spf)} SPF records; with more than one none counts"
        )
    elif _ANYONE & {term.lower() for term in terms(mail.spf[0])}:
        yield finding("onpage-open-spf", quoted(mail.spf[0]))
    elif mail.lookups is not None and mail.lookups > MAX_LOOKUPS:
        yield finding(
            "onpage-broken-spf",
            f"it asks for more than {MAX_LOOKUPS} look-ups, so it doesn't count",
        )


def _dmarc(mail: Mail) -> Iterator[Finding]:
    if mail.dmarc is None:
        return
    if policy(mail) is None:
        several = len(mail.dmarc) > 1
        one = "a DMARC record that names no policy" if mail.dmarc else "no DMARC record"
        what = f"{len(mail.dmarc)} DMARC records; only one may be" if several else one
        yield finding("onpage-no-dmarc", f"{mail.domain}: {what}")
    elif policy(mail) == "none":
        yield finding("onpage-dmarc-none", quoted(mail.dmarc[0]))
