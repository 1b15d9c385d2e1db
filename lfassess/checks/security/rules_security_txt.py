"""security.txt: whom to tell of a security hole (RFC 9116)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from lfassess.checks.base import Finding, Json
from lfassess.checks.security.catalogue import finding
from lfassess.checks.shared.json_access import get_number, get_object, get_text

PATH: Final = "/.well-known/security.txt"
MAX_CHARS: Final = 8_000
_FIELD: Final = re.compile(r"^([A-Za-z-]+)[ \t]*:[ \t]*(\S.*)$", re.MULTILINE)
_OK: Final = 200


def fields(text: str) -> dict[str, list[str]]:
    """Return the file's values by field name in lower case; comments and signatures are no fields.

    Of a page that is none (HTML, as many sites answer for whatever is asked), nothing.
    """
    if text.lstrip().startswith("<"):
        return {}
    found: dict[str, list[str]] = {}
    for name, value in _FIELD.findall(text):
        found.setdefault(name.lower(), []).append(value.strip())
    return found


def is_one(answer: Json) -> bool:
    """Whether an answer is a security.txt at all: not an error, not some page."""
    known = fields(get_text(answer, "text") or "")
    return get_number(answer, "status") == _OK and bool({"contact", "expires"} & known.keys())


def findings(evidence: Json) -> Iterator[Finding]:
    answer = get_object(evidence, "security_txt")
    if not answer or get_text(answer, "error"):
        return
    if not is_one(answer):
        if status := get_number(answer, "status"):  # without one it was not asked
            yield finding("no-security-txt", f"{PATH} answers {status:.0f} and holds no contact")
        return
    found = fields(get_text(answer, "text") or "")
    contacts, expires = found.get("contact", []), found.get("expires", [])
    if faults := _faults(contacts, expires):
        yield finding("security-txt-invalid", "; ".join(faults))
    elif (end := _time(expires[0])) and end < _now(evidence):
        yield finding("security-txt-expired", f"Expires: {expires[0][:40]}")
    else:
        yield finding("security-txt-valid", f"Contact: {contacts[0][:100]}")


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


def _now(evidence: Json) -> datetime:
    return _time(get_text(evidence, "fetched_at") or "") or datetime.now(UTC)
