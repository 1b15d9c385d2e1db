"""security.txt: where to report a security flaw (RFC 9116)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final

from lfassess.checks.base import Finding
from lfassess.checks.security.catalogue import finding
from lfassess.checks.security.evidence import SECURITY_TXT, Evidence
from lfassess.checks.shared.phones import shown_phone

_FIELD: Final = re.compile(r"^([A-Za-z-]+)[ \t]*:[ \t]*(\S.*)$", re.MULTILINE)


def fields(text: str) -> dict[str, list[str]]:
    """Return the file's values by field name in lower case; comments and signatures are no fields.

    An HTML page, which many sites send for any address, has none.
    """
    if text.lstrip().startswith("<"):
        return {}
    found: dict[str, list[str]] = {}
    for name, value in _FIELD.findall(text):
        found.setdefault(name.lower(), []).append(value.strip())
    return found


def findings(evidence: Evidence) -> Iterator[Finding]:
    answer = evidence.security_txt
    if answer is None or answer.error:
        return
    found = fields(answer.text)
    if answer.status != HTTPStatus.OK or not {"contact", "expires"} & found.keys():
        if answer.status:  # without one it was not requested
            yield finding(
                "no-security-txt", f"{SECURITY_TXT} answers {answer.status} and holds no contact"
            )
        return
    contacts, expires = found.get("contact", []), found.get("expires", [])
    if faults := _faults(contacts, expires):
        yield finding("security-txt-invalid", "; ".join(faults))
    elif (end := _time(expires[0])) and end < (_time(evidence.fetched_at) or datetime.now(UTC)):
        yield finding("security-txt-expired", f"Expires: {expires[0][:40]}")
    else:
        yield finding("security-txt-valid", f"Contact: {_shown(contacts[0])}")


def _shown(contact: str) -> str:
    """Return a number or a mail address without what only a link needs."""
    address = contact.partition("?")[0]
    mail = address[len("mailto:") :] if address.lower().startswith("mailto:") else None
    return (mail or shown_phone(contact, ""))[:100]


def _faults(contacts: list[str], expires: list[str]) -> list[str]:
    """Both fields are required, Expires exactly once (RFC 9116 §2.5)."""
    faults = [] if contacts else ["no Contact"]
    if len(expires) != 1:
        faults.append(f"Expires {len(expires)} times instead of once")
    elif _time(expires[0]) is None:
        faults.append(f"Expires is no date: {expires[0][:40]}")
    return faults


def _time(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
