"""The technologies that a site's pages show, by what they are for."""

from __future__ import annotations

from collections.abc import Iterable

from lfassess.checks.onpage.evidence import Evidence
from lfassess.checks.shared.technologies import technologies


def seen(evidence: Evidence) -> dict[str, str | None]:
    """Return the version, or None, of every technology on any page, in the table's order."""
    found: dict[str, str | None] = {}
    for page in evidence.all_pages:
        for one in page.technologies:
            found[one.id] = found.get(one.id) or one.version
    return {key: found[key] for key in technologies() if key in found}


def of_categories(evidence: Evidence, *categories: str) -> list[str]:
    """Return the ids of technologies of these categories."""
    return [key for key in seen(evidence) if technologies()[key].category in categories]


def named(keys: Iterable[str]) -> list[str]:
    return [technologies()[key].name for key in keys]
