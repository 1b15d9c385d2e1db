"""What the connection says: certificate, TLS versions, and the address with and without www."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from lfassess.checks.base import Finding, Severity
from lfassess.checks.security.catalogue import finding
from lfassess.checks.security.evidence import Evidence, days_between
from lfassess.checks.security.observatory import Tls
from lfassess.checks.shared.domains import host_of
from lfassess.plain_text import cut

_SERIOUS: Final = frozenset({Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM})
_GONE: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_SOON_DAYS: Final = 30
_WORDS: Final = {
    "expired": "it has expired",
    "not-yet-valid": "it is not valid yet",
    "wrong-host": "it is made out to another name",
    "self-signed": "it is signed by itself",
    "untrusted": "its issuer is not trusted, or part of the chain is missing",
}


def findings(evidence: Evidence) -> Iterator[Finding]:
    found = [
        *_certificate(evidence),
        *_downgrade(evidence),
        *_versions(evidence),
        *_cipher(evidence),
    ]
    yield from found
    if evidence.https is not None and not any(f.severity in _SERIOUS for f in found):
        yield finding("https-works", evidence.https.url[:200])
        yield from _praise(evidence)
    yield from _variant(evidence)


def _certificate(evidence: Evidence) -> Iterator[Finding]:
    http, https, tls = evidence.http, evidence.https, evidence.tls or Tls()
    if https is None:
        yield finding("no-https", _only_http(evidence))
        return
    if not https.verified:
        yield finding("certificate-untrusted", _why_untrusted(evidence))
    elif (left := evidence.days_left) is not None and left <= _soon(tls):
        yield finding("certificate-expires-soon", f"{left} days left")
    elif http is not None and not http.verified:
        yield finding("certificate-untrusted", "not trusted, on an address the site leads to")
    elif tls.incomplete:
        issuer = tls.issuer or "its issuer"
        yield finding(
            "certificate-chain-incomplete", f"not sent: the certificate of {issuer}"[:200]
        )


def _only_http(evidence: Evidence) -> str:
    """Return what works, then what HTTPS did: alone, that would read as if the site were down."""
    works = f"{cut(evidence.http.url, 80)} works; " if evidence.http is not None else ""
    why = evidence.https_error or "HTTPS is not asked for at a port of its own"
    return cut(f"{works}{why.rstrip('.')}", 200)


def downgraded(evidence: Evidence) -> bool:
    """Return whether the encrypted address leads to an unencrypted page."""
    return evidence.https is not None and evidence.https.url.lower().startswith("http:")


def _downgrade(evidence: Evidence) -> Iterator[Finding]:
    if (https := evidence.https) and downgraded(evidence):
        yield finding("https-downgrade", " > ".join(https.route)[:200] or https.url[:200])


def _why_untrusted(evidence: Evidence) -> str:
    tls = evidence.tls
    if tls is None or not tls.error:
        return "not trusted, on an address the site leads to"
    parts = [tls.error, *(_WORDS[p] for p in tls.problems if p in _WORDS)]
    if (left := evidence.days_left) is not None:
        end = (tls.not_after or "")[:10]
        parts.append(f"valid until {end} ({left} days left)" if left >= 0 else f"ended {end}")
    return "; ".join(parts)


def _soon(tls: Tls) -> float:
    """Return the days below which renewal is late.

    Automatic renewal comes when a third of the life is left, so a quarter is late; 30 days at most.
    """
    life = days_between(tls.not_before, tls.not_after)
    return _SOON_DAYS if life is None else min(_SOON_DAYS, life / 4)


def _versions(evidence: Evidence) -> Iterator[Finding]:
    """TLS 1.0 and 1.1 are retired (RFC 8996)."""
    version = evidence.tls.version if evidence.tls else None
    old = (evidence.old_tls.accepted if evidence.old_tls else None) or ()
    if (version and version < "TLSv1.2") or (old and evidence.https is None):
        yield finding("old-tls", f"nothing newer than {version or old[0]}")
        return
    if old:
        yield finding("old-tls-accepted", f"accepts {' and '.join(old)}, besides {version}")
    if version == "TLSv1.2":
        yield finding("no-tls13", "the newest version offered is TLSv1.2")


def _praise(evidence: Evidence) -> Iterator[Finding]:
    tls, old = evidence.tls, evidence.old_tls
    if tls and tls.version == "TLSv1.3" and old and not (old.error or old.accepted):
        yield finding("modern-tls", "TLSv1.3; TLSv1.1 and TLSv1 are refused")


def _cipher(evidence: Evidence) -> Iterator[Finding]:
    """Judge what the server speaks where it speaks nothing newer (RFC 9325 §4.1, §4.2).

    Names are OpenSSL's: those of TLS 1.3 begin with TLS_, those with RSA key exchange name none.
    """
    cipher = evidence.tls.cipher if evidence.tls else None
    if not cipher or cipher.startswith("TLS_"):
        return
    if not cipher.startswith(("ECDHE-", "DHE-")):
        yield finding("old-key-exchange", f"{cipher}: RSA key exchange, no forward secrecy"[:200])
    elif not any(mode in cipher for mode in ("GCM", "CHACHA20", "CCM")):
        yield finding("old-cipher", f"{cipher}: CBC mode"[:200])


def _variant(evidence: Evidence) -> Iterator[Finding]:
    """Judge the other form of the address: www.example.com where the lead has example.com."""
    seen, home = evidence.variant, evidence.main
    if seen is None or not seen.host or home is None or seen.skipped or seen.late:
        return
    if seen.error:
        about = "" if seen.host in seen.error else f"{seen.host}: "
        yield finding("www-missing", cut(f"{about}{seen.error.rstrip('.')}", 200))
        return
    if seen.status in _GONE or seen.nothing:
        said = seen.nothing or f"status {seen.status}"
        yield finding("www-missing", f"{seen.host}: {said}"[:200])
        return
    if seen.status is not None and seen.status >= HTTPStatus.BAD_REQUEST:
        return  # it may refuse our visit alone
    shown = f"{' > '.join(seen.route)[:200]} ({max(len(seen.route) - 1, 0)} redirects)"
    if not seen.verified and home.verified:
        yield finding("www-certificate", f"{seen.host}: {seen.tls_error or 'not trusted'}")
    if _bare(seen.url) != _bare(home.url):
        yield finding("www-elsewhere", shown)
    elif host_of(seen.url) != host_of(home.url) and evidence.https is not None:
        yield finding("www-twice", shown)


def _bare(url: str) -> str:
    return (host_of(url) or "").removeprefix("www.")
