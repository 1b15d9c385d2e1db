"""All findings about a page that was seen on a desktop and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lfassess.checks.base import Finding
from lfassess.checks.loose import dict_in
from lfassess.checks.visual_rules import (
    accessibility,
    age,
    contact,
    craft,
    faults,
    impression,
    phone_screen,
)


def findings(evidence: dict[str, Any]) -> Iterator[Finding]:
    """Yield them in the order of the closed list."""
    desktop, mobile = dict_in(evidence, "desktop"), dict_in(evidence, "mobile")
    found = [
        *phone_screen.findings(mobile),
        *contact.findings(desktop, mobile),
        *faults.in_the_way(desktop, mobile),
        *faults.broken(desktop, mobile),
        *age.findings(desktop, mobile, evidence.get("fetched_at")),
        *craft.findings(desktop, mobile),
        *accessibility.findings(desktop),
    ]
    yield from found
    yield from accessibility.praise(desktop, found)
    yield from impression.findings(evidence)
