"""The competitors' chapter, from what SEMrush estimated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from lfassess.checks.loose import dict_in, dicts_in, number_in, text_in
from lfassess.report.model import Contest, Rival, Section

_MOST: Final = 6


def contest(sections: Sequence[Section]) -> Contest | None:
    """Return the business among its competitors, or None where none are known."""
    found = next((s for s in sections if s.name == "search_visibility" and s.told), None)
    stored = dict_in(found.metrics, "contest") if found else {}
    rivals = tuple(_rival(row) for row in dicts_in(stored, "sites")[:_MOST] if row.get("domain"))
    if found is None or len(rivals) <= 1:
        return None
    place = number_in(stored, "place")
    return Contest(
        rivals=rivals,
        place=None if place is None else round(place),
        share=number_in(stored, "traffic_share"),
        measured_at=found.measured_at,
        sandbox=found.sandbox,
    )


def _rival(row: dict[str, Any]) -> Rival:
    return Rival(
        domain=text_in(row, "domain") or "",
        own=row.get("lead") is True,
        visitors=_whole(row, "organic_traffic"),
        searches=_whole(row, "organic_keywords"),
        common=_whole(row, "common_keywords"),
    )


def _whole(row: dict[str, Any], key: str) -> int | None:
    number = number_in(row, key)
    return None if number is None else max(0, round(number))
