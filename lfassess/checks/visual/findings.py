"""All findings about a page that was seen on a desktop and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lfassess.checks.base import Finding
from lfassess.checks.shared.json_access import get_object
from lfassess.checks.visual import (
    accessibility,
    contact,
    mobile_layout,
    page_errors,
    page_quality,
    staleness,
    vision_findings,
)


def findings(evidence: dict[str, Any]) -> Iterator[Finding]:
    """Yield them in the order of the closed list."""
    desktop, mobile = get_object(evidence, "desktop"), get_object(evidence, "mobile")
    found = [
        *mobile_layout.findings(mobile),
        *contact.findings(desktop, mobile),
        *page_errors.in_the_way(desktop, mobile),
        *page_errors.broken(desktop, mobile),
        *staleness.findings(desktop, mobile, evidence.get("fetched_at")),
        *page_quality.findings(desktop, mobile),
        *accessibility.findings(desktop),
    ]
    yield from found
    yield from accessibility.praise(desktop, found)
    yield from vision_findings.findings(evidence)
