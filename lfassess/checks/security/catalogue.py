"""The security check's closed lists: findings, and reasons why something was not assessed."""

from __future__ import annotations

from typing import Final

from lfassess.checks.base import Area, FindingKind, Severity, findings_from
from lfassess.checks.reasons import Reason

_C, _H, _M, _L, _I, _P = Severity
_SAFE, _FIRST = Area.SECURITY, Area.FIRST_IMPRESSION

_TABLE: Final[tuple[tuple[str, Severity, Area, str], ...]] = (
    ("no-site", _C, _FIRST, "There is no working website at this address"),
    ("platform-page", _H, _FIRST, "The business has no website of its own"),
    ("other-domain", _I, _FIRST, "The address leads to a website under another domain"),
    ("no-https", _C, _SAFE, "The site has no HTTPS (no padlock)"),
    ("certificate-untrusted", _C, _SAFE, "Browsers show a warning instead of the site"),
    ("https-downgrade", _H, _SAFE, "The secure address sends visitors back to an unencrypted page"),
    ("certificate-chain-incomplete", _M, _SAFE, "Part of the certificate chain is missing"),
    ("certificate-expires-soon", _M, _SAFE, "The security certificate is about to expire"),
    ("page-unreadable", _H, _FIRST, "Browsers can't show the page the server sends"),
    ("old-tls", _C, _SAFE, "The connection uses outdated encryption"),
    ("old-tls-accepted", _L, _SAFE, "The server still accepts outdated encryption"),
    ("old-key-exchange", _M, _SAFE, "The connection uses outdated encryption methods"),
    ("old-cipher", _L, _SAFE, "The connection uses an older encryption method"),
    ("no-tls13", _I, _SAFE, "The newest encryption (TLS 1.3) isn't offered"),
    ("no-https-redirect", _M, _SAFE, "Visitors aren't sent to the HTTPS version"),
    ("detour-redirect", _L, _SAFE, "The redirect to HTTPS takes a detour"),
    ("www-certificate", _H, _SAFE, "One form of the address, with or without www, shows a warning"),
    ("www-elsewhere", _M, _SAFE, "The addresses with and without www show different sites"),
    ("www-missing", _M, _SAFE, "The address works only with or only without www"),
    ("www-twice", _L, _SAFE, "The site answers at two addresses, with and without www"),
    ("mixed-content", _M, _SAFE, "The secure page loads insecure files"),
    ("mixed-pictures", _L, _SAFE, "The secure page loads some images insecurely"),
    ("no-hsts", _L, _SAFE, "Browsers aren't told to always use HTTPS (HSTS)"),
    ("weak-hsts", _L, _SAFE, "The always-use-HTTPS rule (HSTS) expires too soon"),
    ("no-csp", _L, _SAFE, "No content security policy"),
    ("weak-csp", _L, _SAFE, "The content security policy has gaps"),
    ("insecure-cookies", _L, _SAFE, "Cookies lack protective settings"),
    ("insecure-session-cookies", _M, _SAFE, "A session cookie lacks protective settings"),
    ("clickjacking", _L, _SAFE, "Other sites can embed these pages (clickjacking)"),
    ("no-nosniff", _L, _SAFE, 'The "nosniff" header is missing'),
    ("unsafe-referrer-policy", _L, _SAFE, "Other sites see full page addresses"),
    ("no-referrer-policy", _I, _SAFE, "No referrer policy is set"),
    ("unsafe-scripts", _M, _SAFE, "Scripts from other sites load without encryption"),
    ("no-sri", _L, _SAFE, "Third-party scripts aren't checked for changes"),
    ("reflected-cors", _M, _SAFE, "The server lets any website read its responses"),
    ("broken-cors", _L, _SAFE, "A cross-site sharing rule contradicts itself"),
    ("invalid-corp", _L, _SAFE, "A cross-origin rule has a typo"),
    ("no-isolation-headers", _I, _SAFE, "Window isolation headers are missing"),
    ("obsolete-headers", _I, _SAFE, "The site sends obsolete security headers"),
    ("no-permissions-policy", _I, _SAFE, "No rule limits access to camera and location"),
    ("version-leak", _L, _SAFE, "The server shows its software version"),
    ("outdated-cms", _H, _SAFE, "The website's software (CMS) is out of date"),
    ("outdated-server-software", _H, _SAFE, "The server software no longer gets updates"),
    ("outdated-libraries", _M, _SAFE, "The page uses scripts with known security flaws"),
    ("unmaintained-libraries", _L, _SAFE, "The page uses scripts that are no longer maintained"),
    ("no-security-txt", _I, _SAFE, "No security contact is listed"),
    ("security-txt-expired", _L, _SAFE, "The security contact file has expired"),
    ("security-txt-invalid", _L, _SAFE, "The security contact file is incomplete"),
    ("https-works", _P, _SAFE, "The connection is encrypted and trusted"),
    ("headers-strong", _P, _SAFE, "Security headers are set well"),
    ("modern-tls", _P, _SAFE, "Only current encryption is accepted"),
    ("security-txt-valid", _P, _SAFE, "A security contact is listed"),
)
KINDS: Final = {code: FindingKind(severity, title, area) for code, severity, area, title in _TABLE}
finding = findings_from(KINDS)

REASONS: Final = {
    "security.nothing_stored": Reason("us", "No answer of the website was stored"),
    "security.no_site": Reason(
        "site", "There is no working website at the address", permanent=True
    ),
    "security.platform_page": Reason(
        "site",
        "The address leads to a page on a platform, which is not the business's to secure",
        permanent=True,
    ),
    "security.bot_wall": Reason(
        "site", "The website answered with a bot check instead of its page", permanent=True
    ),
    "security.refused": Reason("site", "The website refused our automated visit", permanent=True),
    "security.no_html": Reason(
        "site", "The address leads to a file, not to a page", permanent=True
    ),
    "security.unread": Reason(
        "site", "Browsers can't read the page the way the server sends it", permanent=True
    ),
    "security.cut": Reason(
        "site", "The page is very large; only its beginning was read", permanent=True
    ),
    "security.no_https": Reason(
        "site", "There is no encrypted connection to look at", permanent=True
    ),
    "security.no_answer": Reason("site", "The website did not answer this question in time"),
    "security.no_time": Reason("us", "The website was so slow that no time was left for it"),
    "security.own_port": Reason(
        "us", "The address names a port of its own, so only that was looked at", permanent=True
    ),
    "security.no_other_spelling": Reason(
        "us",
        "The address is neither a bare domain nor its www, so there is no other spelling",
        permanent=True,
    ),
    "security.not_asked": Reason("us", "An earlier audit did not look at this"),
}
