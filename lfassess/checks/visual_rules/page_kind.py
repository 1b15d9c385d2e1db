"""Tells a business's page from what else an address may show: adverts, errors, challenges."""

from __future__ import annotations

import re
from typing import Any, Final

from lfassess.checks.loose import number_in, text_in

Json = dict[str, Any]

BLANK_SHARE: Final = 0.9999  # of the first screen in one colour

_SHORT_TEXT: Final = 1_500  # characters; a real page that mentions such words has more
_BLOCKED: Final = frozenset({401, 403, 429})
_ERROR: Final = 400
_FLAGS: Final = re.IGNORECASE

_CHALLENGE: Final = re.compile(
    r"^\s*(just a moment|attention required|access denied|verifying (that )?you are"
    r"|checking your browser|ddos-guard|security check|are you a robot|one moment, please"
    r"|robot or human|pardon our interruption|request unsuccessful)",
    _FLAGS,
)
_PARKED: Final = re.compile(
    r"domain (name )?(is |has been |may be )?(parked|for sale|expired|available for)"
    r"|buy this domain|this domain was recently registered|purchase this domain"
    r"|domain owner does not endorse|parked free|courtesy of godaddy|hugedomains|sedoparking"
    r"|is for sale!?\s*$|diese domain (steht|ist)|domaine? (est|a été) (à vendre|enregistré)",
    _FLAGS | re.MULTILINE,
)
_DEFAULT: Final = re.compile(
    r"welcome to nginx|apache2? (ubuntu |debian |\w+ )?default page|^it works!?\s*$"
    r"|iis windows server|internet information services|test page for the|default web site page"
    r"|^index of /|plesk (default|obsidian)|welcome to (openresty|caddy|centos|your new website)"
    r"|web server'?s? default page|apache is functioning normally|hello,? world!?\s*$",
    _FLAGS | re.MULTILINE,
)
_COMING: Final = re.compile(
    r"coming soon|under (construction|maintenance)|(site|website|page) is being (built|updated)"
    r"|launching soon|will be (back|online|launched) (soon|shortly)|demnächst|im aufbau"
    r"|en construction|en construcción|próximamente|bientôt",
    _FLAGS,
)


def not_seen(device: Json) -> tuple[str, str] | None:
    """Return (reason, what was seen) when that is not the site's page, or None."""
    status, title = number_in(device, "status"), text_in(device, "title") or ""
    chars = number_in(device, "text_chars") or 0
    if _CHALLENGE.search(title) and chars < _SHORT_TEXT:
        return "visual.bot_wall", f" ({title[:40]!r})"
    if status in _BLOCKED:
        return "visual.turned_away", f" ({status:.0f})"
    if is_blank(device) and (status is None or status < _ERROR):
        return "visual.blank", ""
    return None


def is_blank(device: Json) -> bool:
    """Return whether the first screen has one colour only."""
    return (number_in(device, "uniform_share") or 0) >= BLANK_SHARE


def not_a_site(device: Json) -> tuple[str, str] | None:
    """Return (finding code, evidence) when the address shows no site at all, or None."""
    status = number_in(device, "status")
    if status is not None and status >= _ERROR:
        return "visual-error-page", f"HTTP status {status:.0f}"
    chars, start = number_in(device, "text_chars") or 0, text_in(device, "text_start") or ""
    text = f"{text_in(device, 'title') or ''}\n{start}"
    if chars >= _SHORT_TEXT:
        return None
    for code, pattern, most in (
        ("visual-parked-page", _PARKED, _SHORT_TEXT),
        ("visual-default-page", _DEFAULT, _SHORT_TEXT),
        ("visual-coming-soon", _COMING, _SHORT_TEXT // 3),
    ):
        if chars < most and (match := pattern.search(text)):
            words = " ".join(match[0].split())
            return code, f"the page says “{words}” in {chars:,.0f} characters of text"
    return None
