"""The security check's closed list of findings."""

from __future__ import annotations

from typing import Final

from lfassess.checks.base import Area, FindingKind, Severity, findings_from

_C, _H, _M, _L, _I, _P = (
    Severity.CRITICAL,
    Severity.HIGH,
    Severity.MEDIUM,
    Severity.LOW,
    Severity.INFO,
    Severity.PASSED,
)

KINDS: Final[dict[str, FindingKind]] = {
    "no-https": FindingKind(_C, "The site has no working encrypted connection", Area.SECURITY),
    "certificate-untrusted": FindingKind(
        _C, "Browsers warn visitors away: bad certificate", Area.SECURITY
    ),
    "certificate-expires-soon": FindingKind(
        _H, "The certificate is about to expire", Area.SECURITY
    ),
    "old-tls": FindingKind(_H, "The connection uses outdated encryption", Area.SECURITY),
    "old-tls-accepted": FindingKind(_M, "Outdated encryption is still accepted", Area.SECURITY),
    "no-tls13": FindingKind(_I, "The newest encryption standard is not offered", Area.SECURITY),
    "no-https-redirect": FindingKind(
        _H, "Visitors are not sent to the encrypted site", Area.SECURITY
    ),
    "detour-redirect": FindingKind(
        _L, "The way to the encrypted site takes a detour", Area.SECURITY
    ),
    "www-certificate": FindingKind(
        _H, "The other spelling of the address shows a warning", Area.SECURITY
    ),
    "www-elsewhere": FindingKind(_M, "With and without www lead to different sites", Area.SECURITY),
    "www-missing": FindingKind(
        _L, "Only one of the two spellings, with and without www, works", Area.SECURITY
    ),
    "www-twice": FindingKind(
        _L, "The site stands at two addresses, with and without www", Area.SECURITY
    ),
    "mixed-content": FindingKind(_H, "The encrypted page loads unencrypted parts", Area.SECURITY),
    "mixed-pictures": FindingKind(
        _L, "The encrypted page shows unencrypted pictures", Area.SECURITY
    ),
    "no-hsts": FindingKind(_M, "Browsers are not told to insist on encryption", Area.SECURITY),
    "weak-hsts": FindingKind(
        _L, "Browsers are told to insist on encryption, but too briefly", Area.SECURITY
    ),
    "no-csp": FindingKind(_M, "Nothing limits which scripts may run", Area.SECURITY),
    "weak-csp": FindingKind(_M, "The rules for scripts leave a door open", Area.SECURITY),
    "insecure-cookies": FindingKind(_M, "Cookies can be read on the way", Area.SECURITY),
    "insecure-session-cookies": FindingKind(_H, "Login cookies can be stolen", Area.SECURITY),
    "clickjacking": FindingKind(_M, "The site can be framed by others", Area.SECURITY),
    "no-nosniff": FindingKind(_L, "Browsers may misread files", Area.SECURITY),
    "unsafe-referrer-policy": FindingKind(
        _L, "Other sites learn which pages visitors were on", Area.SECURITY
    ),
    "no-referrer-policy": FindingKind(
        _I, "What other sites learn is left to the browser", Area.SECURITY
    ),
    "unsafe-scripts": FindingKind(
        _H, "Scripts are loaded from elsewhere without encryption", Area.SECURITY
    ),
    "no-sri": FindingKind(_L, "Scripts from elsewhere could be swapped unnoticed", Area.SECURITY),
    "reflected-cors": FindingKind(
        _H, "Any site may read answers in a visitor's name", Area.SECURITY
    ),
    "broken-cors": FindingKind(
        _L, "A rule for sharing with other sites contradicts itself", Area.SECURITY
    ),
    "invalid-corp": FindingKind(_L, "A cross-origin rule is misspelt", Area.SECURITY),
    "no-isolation-headers": FindingKind(
        _I, "The site does not keep other sites' windows apart", Area.SECURITY
    ),
    "obsolete-headers": FindingKind(
        _I, "Protective headers are sent that browsers gave up", Area.SECURITY
    ),
    "no-permissions-policy": FindingKind(
        _I, "Camera, location and the like are not ruled out", Area.SECURITY
    ),
    "version-leak": FindingKind(
        _L, "The server tells attackers its software version", Area.SECURITY
    ),
    "outdated-server-software": FindingKind(
        _H, "The server runs software without updates", Area.SECURITY
    ),
    "outdated-libraries": FindingKind(
        _M, "The page runs scripts with known security holes", Area.SECURITY
    ),
    "unmaintained-libraries": FindingKind(
        _L, "The page runs scripts that nobody maintains", Area.SECURITY
    ),
    "no-security-txt": FindingKind(
        _I, "Nobody is named to report security holes to", Area.SECURITY
    ),
    "security-txt-expired": FindingKind(_L, "The security contact file has expired", Area.SECURITY),
    "security-txt-invalid": FindingKind(
        _L, "The security contact file is incomplete", Area.SECURITY
    ),
    "https-works": FindingKind(_P, "The connection is encrypted and trusted", Area.SECURITY),
    "headers-strong": FindingKind(_P, "Security headers are set well", Area.SECURITY),
    "modern-tls": FindingKind(
        _P, "Only current encryption is accepted, the newest included", Area.SECURITY
    ),
    "security-txt-valid": FindingKind(
        _P, "There is a contact for reporting security holes", Area.SECURITY
    ),
}
finding = findings_from(KINDS)
