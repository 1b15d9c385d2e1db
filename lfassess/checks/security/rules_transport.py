"""What the connection says: certificate, TLS versions, and both spellings of the address."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from lfassess.checks.base import Finding, Json, Severity
from lfassess.checks.security.catalogue import finding
from lfassess.checks.security.observatory import Site
from lfassess.checks.shared.json_access import get_object, get_text, get_texts
from lfassess.checks.shared.truncate import cut

ON_THE_WAY: Final = "on-the-way"  # the other spelling was seen already, as a redirect

_SERIOUS: Final = frozenset({Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM})
_GONE: Final = (404, 410)
_REFUSED: Final = 400
_SOON_DAYS: Final = 30
_WORDS: Final = {
    "expired": "it has expired",
    "not-yet-valid": "it is not valid yet",
    "wrong-host": "it is made out to another name",
    "self-signed": "it is signed by itself",
    "untrusted": "its issuer is not trusted, or part of the chain is missing",
}


def tls_of(evidence: Json) -> Json:
    """Return what the handshake with the lead's own host showed."""
    return get_object(get_object(evidence, "https"), "tls")


def findings(evidence: Json, site: Site) -> Iterator[Finding]:
    found = [
        *_certificate(evidence, site),
        *_downgrade(site),
        *_versions(evidence, site),
        *_cipher(evidence),
    ]
    yield from found
    if site.https is not None and not any(f.severity in _SERIOUS for f in found):
        yield finding("https-works", site.https.url[:200])
        yield from _praise(evidence)
    yield from variant(evidence, site)


def _certificate(evidence: Json, site: Site) -> Iterator[Finding]:
    if site.https is None:
        yield finding("no-https", _only_http(evidence, site))
        return
    if not site.https.verified:
        yield finding("certificate-untrusted", _why_untrusted(evidence))
    elif (left := days_left(evidence)) is not None and left <= _soon(evidence):
        yield finding("certificate-expires-soon", f"{left} days left")
    elif site.http is not None and not site.http.verified:
        yield finding("certificate-untrusted", "not trusted, on an address the site leads to")
    elif tls_of(evidence).get("incomplete") is True:
        issuer = get_text(tls_of(evidence), "issuer") or "its issuer"
        yield finding(
            "certificate-chain-incomplete", f"not sent: the certificate of {issuer}"[:200]
        )


def _only_http(evidence: Json, site: Site) -> str:
    """Return what works, then what HTTPS did: alone, that would read as if the site were down."""
    works = f"{cut(site.http.url, 80)} works; " if site.http is not None else ""
    why = get_text(evidence, "https_error") or "HTTPS is not asked for at a port of its own"
    return cut(f"{works}{why.rstrip('.')}", 200)


def downgraded(site: Site) -> bool:
    """Return whether the encrypted address leads to an unencrypted page."""
    return site.https is not None and site.https.url.lower().startswith("http:")


def _downgrade(site: Site) -> Iterator[Finding]:
    if downgraded(site) and site.https is not None:
        yield finding("https-downgrade", " > ".join(site.https.route)[:200] or site.https.url[:200])


def _why_untrusted(evidence: Json) -> str:
    tls = tls_of(evidence)
    reason = get_text(tls, "error")
    if reason is None:
        return "not trusted, on an address the site leads to"
    known = [_WORDS[p] for p in get_texts(tls, "problems") if p in _WORDS]
    parts = [reason, *known]
    if (left := days_left(evidence)) is not None:
        end = (get_text(tls, "not_after") or "")[:10]
        parts.append(f"valid until {end} ({left} days left)" if left >= 0 else f"ended {end}")
    return "; ".join(parts)


def days_left(evidence: Json) -> int | None:
    """Return the days from the fetch to the certificate's end, trusted or not."""
    return _days(get_text(evidence, "fetched_at"), get_text(tls_of(evidence), "not_after"))


def _days(start: str | None, end: str | None) -> int | None:
    try:
        return (datetime.fromisoformat(end or "") - datetime.fromisoformat(start or "")).days
    except (TypeError, ValueError):
        return None


def _soon(evidence: Json) -> float:
    """Return the days below which renewal is late.

    Automatic renewal comes when a third of the life is left, so a quarter is late; 30 days at most.
    """
    tls = tls_of(evidence)
    life = _days(get_text(tls, "not_before"), get_text(tls, "not_after"))
    return _SOON_DAYS if life is None else min(_SOON_DAYS, life / 4)


def _versions(evidence: Json, site: Site) -> Iterator[Finding]:
    """TLS 1.0 and 1.1 are retired (RFC 8996)."""
    probe, version = get_object(evidence, "old_tls"), get_text(tls_of(evidence), "version")
    old = get_texts(probe, "accepted")
    if (version and version < "TLSv1.2") or (old and site.https is None):
        yield finding("old-tls", f"nothing newer than {version or old[0]}")
        return
    if old:
        yield finding("old-tls-accepted", f"accepts {' and '.join(old)}, besides {version}")
    if version == "TLSv1.2":
        yield finding("no-tls13", "the newest version offered is TLSv1.2")


def _praise(evidence: Json) -> Iterator[Finding]:
    probe, version = get_object(evidence, "old_tls"), get_text(tls_of(evidence), "version")
    if version == "TLSv1.3" and probe and not (get_text(probe, "error") or probe.get("accepted")):
        yield finding("modern-tls", "TLSv1.3; TLSv1.1 and TLSv1 are refused")


def _cipher(evidence: Json) -> Iterator[Finding]:
    """Judge what the server speaks where it speaks nothing newer (RFC 9325 §4.1, §4.2).

    Names are OpenSSL's: those of TLS 1.3 begin with TLS_, those with RSA key exchange name none.
    """
    cipher = get_text(tls_of(evidence), "cipher")
    if cipher is None or cipher.startswith("TLS_"):
        return
    if not cipher.startswith(("ECDHE-", "DHE-")):
        yield finding("old-key-exchange", f"{cipher}: RSA key exchange, no forward secrecy"[:200])
    elif not any(mode in cipher for mode in ("GCM", "CHACHA20", "CCM")):
        yield finding("old-cipher", f"{cipher}: CBC mode"[:200])


def variant(evidence: Json, site: Site) -> Iterator[Finding]:
    """Judge the other spelling of the address: www.example.com where the lead has example.com."""
    seen, home = get_object(evidence, "variant"), site.auto
    host = get_text(seen, "host")
    if not host or home is None or get_text(seen, "skipped"):
        return
    if seen.get("late") is True:
        return
    if error := get_text(seen, "error"):
        about = "" if host in error else f"{host}: "
        yield finding("www-missing", cut(f"{about}{error.rstrip('.')}", 200))
        return
    if (status := seen.get("status")) in _GONE or get_text(seen, "nothing"):
        yield finding(
            "www-missing", f"{host}: {get_text(seen, 'nothing') or f'status {status}'}"[:200]
        )
        return
    if isinstance(status, int) and status >= _REFUSED:
        return  # it may refuse our visit alone
    url, route = get_text(seen, "url") or "", get_texts(seen, "route")
    shown = f"{' > '.join(route)[:200]} ({max(len(route) - 1, 0)} redirects)"
    if seen.get("verified") is False and home.verified:
        yield finding("www-certificate", f"{host}: {get_text(seen, 'tls_error') or 'not trusted'}")
    if _bare(url) != _bare(home.url):
        yield finding("www-elsewhere", shown)
    elif _host(url) != _host(home.url) and site.https is not None:
        yield finding("www-twice", shown)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _bare(url: str) -> str:
    return _host(url).removeprefix("www.")
