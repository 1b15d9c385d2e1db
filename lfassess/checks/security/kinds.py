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
    "no-site": FindingKind(
        _C, "There is no working website at this address", Area.FIRST_IMPRESSION
    ),
    "platform-page": FindingKind(
        _H, "The business has no website of its own", Area.FIRST_IMPRESSION
    ),
    "other-domain": FindingKind(
        _I, "The address leads to a website under another domain", Area.FIRST_IMPRESSION
    ),
    "no-https": FindingKind(_C, "The site has no HTTPS (no padlock)", Area.SECURITY),
    "certificate-untrusted": FindingKind(
        _C, "Browsers show a warning instead of the site", Area.SECURITY
    ),
    "https-downgrade": FindingKind(
        _H, "The secure address sends visitors back to an unencrypted page", Area.SECURITY
    ),
    "certificate-chain-incomplete": FindingKind(
        _M, "Part of the certificate chain is missing", Area.SECURITY
    ),
    "certificate-expires-soon": FindingKind(
        _M, "The security certificate is about to expire", Area.SECURITY
    ),
    "page-unreadable": FindingKind(
        _H, "Browsers can't show the page the server sends", Area.FIRST_IMPRESSION
    ),
    "old-tls": FindingKind(_C, "The connection uses outdated encryption", Area.SECURITY),
    "old-tls-accepted": FindingKind(
        _L, "The server still accepts outdated encryption", Area.SECURITY
    ),
    "old-key-exchange": FindingKind(
        _M, "The connection uses outdated encryption methods", Area.SECURITY
    ),
    "old-cipher": FindingKind(_L, "The connection uses an older encryption method", Area.SECURITY),
    "no-tls13": FindingKind(_I, "The newest encryption (TLS 1.3) isn't offered", Area.SECURITY),
    "no-https-redirect": FindingKind(
        _M, "Visitors aren't sent to the HTTPS version", Area.SECURITY
    ),
    "detour-redirect": FindingKind(_L, "The redirect to HTTPS takes a detour", Area.SECURITY),
    "www-certificate": FindingKind(
        _H, "One form of the address, with or without www, shows a warning", Area.SECURITY
    ),
    "www-elsewhere": FindingKind(
        _M, "The addresses with and without www show different sites", Area.SECURITY
    ),
    "www-missing": FindingKind(
        _M, "The address works only with or only without www", Area.SECURITY
    ),
    "www-twice": FindingKind(
        _L, "The site answers at two addresses, with and without www", Area.SECURITY
    ),
    "mixed-content": FindingKind(_M, "The secure page loads insecure files", Area.SECURITY),
    "mixed-pictures": FindingKind(
        _L, "The secure page loads some images insecurely", Area.SECURITY
    ),
    "no-hsts": FindingKind(_L, "Browsers aren't told to always use HTTPS (HSTS)", Area.SECURITY),
    "weak-hsts": FindingKind(
        _L, "The always-use-HTTPS rule (HSTS) expires too soon", Area.SECURITY
    ),
    "no-csp": FindingKind(_L, "No content security policy", Area.SECURITY),
    "weak-csp": FindingKind(_L, "The content security policy has gaps", Area.SECURITY),
    "insecure-cookies": FindingKind(_L, "Cookies lack protective settings", Area.SECURITY),
    "insecure-session-cookies": FindingKind(
        _M, "A session cookie lacks protective settings", Area.SECURITY
    ),
    "clickjacking": FindingKind(
        _L, "Other sites can embed these pages (clickjacking)", Area.SECURITY
    ),
    "no-nosniff": FindingKind(_L, 'The "nosniff" header is missing', Area.SECURITY),
    "unsafe-referrer-policy": FindingKind(_L, "Other sites see full page addresses", Area.SECURITY),
    "no-referrer-policy": FindingKind(_I, "No referrer policy is set", Area.SECURITY),
    "unsafe-scripts": FindingKind(
        _M, "Scripts from other sites load without encryption", Area.SECURITY
    ),
    "no-sri": FindingKind(_L, "Third-party scripts aren't checked for changes", Area.SECURITY),
    "reflected-cors": FindingKind(
        _M, "The server lets any website read its responses", Area.SECURITY
    ),
    "broken-cors": FindingKind(_L, "A cross-site sharing rule contradicts itself", Area.SECURITY),
    "invalid-corp": FindingKind(_L, "A cross-origin rule has a typo", Area.SECURITY),
    "no-isolation-headers": FindingKind(_I, "Window isolation headers are missing", Area.SECURITY),
    "obsolete-headers": FindingKind(_I, "The site sends obsolete security headers", Area.SECURITY),
    "no-permissions-policy": FindingKind(
        _I, "Camera and location access isn't restricted", Area.SECURITY
    ),
    "version-leak": FindingKind(_L, "The server shows its software version", Area.SECURITY),
    "outdated-cms": FindingKind(_H, "The website's software (CMS) is out of date", Area.SECURITY),
    "outdated-server-software": FindingKind(
        _H, "The server software no longer gets updates", Area.SECURITY
    ),
    "outdated-libraries": FindingKind(
        _M, "The page uses scripts with known security flaws", Area.SECURITY
    ),
    "unmaintained-libraries": FindingKind(
        _L, "The page uses scripts that are no longer maintained", Area.SECURITY
    ),
    "no-security-txt": FindingKind(_I, "No security contact is listed", Area.SECURITY),
    "security-txt-expired": FindingKind(_L, "The security contact file has expired", Area.SECURITY),
    "security-txt-invalid": FindingKind(
        _L, "The security contact file is incomplete", Area.SECURITY
    ),
    "https-works": FindingKind(_P, "The connection is encrypted and trusted", Area.SECURITY),
    "headers-strong": FindingKind(_P, "Security headers are set well", Area.SECURITY),
    "modern-tls": FindingKind(_P, "Only current encryption is accepted", Area.SECURITY),
    "security-txt-valid": FindingKind(_P, "A security contact is listed", Area.SECURITY),
}
finding = findings_from(KINDS)
