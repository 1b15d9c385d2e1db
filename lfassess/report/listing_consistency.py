"""What Google tells customers, held against the website and our record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from lfassess.checks.shared.json_access import get_objects, get_text, get_texts
from lfassess.language import Language
from lfassess.report.model import Detail, Section
from lfassess.report.text import clean_or_none

_LABELS: Final = {"name": "name", "phone": "phone", "address": "address", "website": "site"}
_LONGEST: Final = 120


def details(sections: Sequence[Section], say: Language) -> tuple[Detail, ...]:
    """Return the details that are known in at least one place; none of a doubtful profile."""
    found = next((s for s in sections if s.name == "google_profile" and s.score is not None), None)
    rows = get_objects(found.metrics, "nap") if found else []
    made = [_detail(row, say) for row in rows if row.get("field") in _LABELS]
    return tuple(d for d in made if d.google or d.website or d.record)


def _detail(row: Mapping[str, Any], say: Language) -> Detail:
    agrees = row.get("agrees")
    return Detail(
        label=say(f"customers.{_LABELS[row['field']]}"),
        google=clean_or_none(get_text(row, "google"), _LONGEST),
        website=clean_or_none(", ".join(get_texts(row, "website")), _LONGEST),
        record=clean_or_none(get_text(row, "record"), _LONGEST),
        agrees=agrees if isinstance(agrees, bool) else None,
    )
