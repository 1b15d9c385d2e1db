"""What the site's security is made of: the connection first, hardening second.

A visitor meets the connection: a missing padlock or a warning page. What headers and software
versions add is hardening, which no visitor sees, so it moves the score within a quarter only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from lfassess.checks.base import Finding, Json

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
