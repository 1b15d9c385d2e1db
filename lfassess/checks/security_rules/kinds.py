"""The security check's closed list of findings."""

from __future__ import annotations

from typing import Final

from lfassess.checks.base import FindingKind, Severity, findings_from

_C, _H, _M, _L, _I, _P = (
    Severity.CRITICAL,
    Severity.HIGH,
    Severity.MEDIUM,
    Severity.LOW,
    Severity.INFO,
    Severity.PASSED,
)

KINDS: Final[dict[str, FindingKind]] = {
    "no-https": FindingKind(_C, "The site has no working encrypted connection"),
    "certificate-untrusted": FindingKind(_C, "Browsers warn visitors away: bad certificate"),
    "certificate-expires-soon": FindingKind(_H, "The certificate is about to expire"),
    "old-tls": FindingKind(_H, "The connection uses outdated encryption"),
    "old-tls-accepted": FindingKind(_M, "Outdated encryption is still accepted"),
    "no-tls13": FindingKind(_I, "The newest encryption standard is not offered"),
    "no-https-redirect": FindingKind(_H, "Visitors are not sent to the encrypted site"),
    "detour-redirect": FindingKind(_L, "The way to the encrypted site takes a detour"),
    "www-certificate": FindingKind(_H, "The other spelling of the address shows a warning"),
    "www-elsewhere": FindingKind(_M, "With and without www lead to different sites"),
    "www-missing": FindingKind(_L, "Only one of the two spellings, with and without www, works"),
    "www-twice": FindingKind(_L, "The site stands at two addresses, with and without www"),
    "mixed-content": FindingKind(_H, "The encrypted page loads unencrypted parts"),
    "mixed-pictures": FindingKind(_L, "The encrypted page shows unencrypted pictures"),
    "no-hsts": FindingKind(_M, "Browsers are not told to insist on encryption"),
    "weak-hsts": FindingKind(_L, "Browsers are told to insist on encryption, but too briefly"),
    "no-csp": FindingKind(_M, "Nothing limits which scripts may run"),
    "weak-csp": FindingKind(_M, "The rules for scripts leave a door open"),
    "insecure-cookies": FindingKind(_M, "Cookies can be read on the way"),
    "insecure-session-cookies": FindingKind(_H, "Login cookies can be stolen"),
    "clickjacking": FindingKind(_M, "The site can be framed by others"),
    "no-nosniff": FindingKind(_L, "Browsers may misread files"),
    "unsafe-referrer-policy": FindingKind(_L, "Other sites learn which pages visitors were on"),
    "no-referrer-policy": FindingKind(_I, "What other sites learn is left to the browser"),
    "unsafe-scripts": FindingKind(_H, "Scripts are loaded from elsewhere without encryption"),
    "no-sri": FindingKind(_L, "Scripts from elsewhere could be swapped unnoticed"),
    "reflected-cors": FindingKind(_H, "Any site may read answers in a visitor's name"),
    "broken-cors": FindingKind(_L, "A rule for sharing with other sites contradicts itself"),
    "invalid-corp": FindingKind(_L, "A cross-origin rule is misspelt"),
    "no-isolation-headers": FindingKind(_I, "The site does not keep other sites' windows apart"),
    "obsolete-headers": FindingKind(_I, "Protective headers are sent that browsers gave up"),
    "no-permissions-policy": FindingKind(_I, "Camera, location and the like are not ruled out"),
    "version-leak": FindingKind(_L, "The server tells attackers its software version"),
    "outdated-server-software": FindingKind(_H, "The server runs software without updates"),
    "outdated-libraries": FindingKind(_M, "The page runs scripts with known security holes"),
    "unmaintained-libraries": FindingKind(_L, "The page runs scripts that nobody maintains"),
    "no-security-txt": FindingKind(_I, "Nobody is named to report security holes to"),
    "security-txt-expired": FindingKind(_L, "The security contact file has expired"),
    "security-txt-invalid": FindingKind(_L, "The security contact file is incomplete"),
    "https-works": FindingKind(_P, "The connection is encrypted and trusted"),
    "headers-strong": FindingKind(_P, "Security headers are set well"),
    "modern-tls": FindingKind(_P, "Only current encryption is accepted, the newest included"),
    "security-txt-valid": FindingKind(_P, "There is a contact for reporting security holes"),
}
finding = findings_from(KINDS)
