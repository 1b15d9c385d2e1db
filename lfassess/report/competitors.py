"""The competitors' chapter, from what SEMrush estimated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from lfassess.checks.shared.json_access import get_number, get_object, get_objects, get_text
from lfassess.report.model import CompetitiveRank, Competitor, Section

_MAX_COMPETITORS: Final = 6


def contest(sections: Sequence[Section]) -> CompetitiveRank | None:
    """Return the business among its competitors, or None where none are known."""
    found = next((s for s in sections if s.name == "search_visibility" and s.is_reportable), None)
    stored = get_object(found.metrics, "contest") if found else {}
    rivals = tuple(
        _competitor(row)
        for row in get_objects(stored, "sites")[:_MAX_COMPETITORS]
        if row.get("domain")
    )
    if found is None or len(rivals) <= 1:
        return None
    place = get_number(stored, "place")
    return CompetitiveRank(
        rivals=rivals,
        place=None if place is None else round(place),
        share=get_number(stored, "traffic_share"),
        measured_at=found.measured_at,
        sandbox=found.sandbox,
    )


def _competitor(row: dict[str, Any]) -> Competitor:
    return Competitor(
        domain=get_text(row, "domain") or "",
        own=row.get("lead") is True,
        visitors=_whole(row, "organic_traffic"),
        searches=_whole(row, "organic_keywords"),
        common=_whole(row, "common_keywords"),
    )


def _whole(row: dict[str, Any], key: str) -> int | None:
    number = get_number(row, key)
    return None if number is None else max(0, round(number))
