"""What a search result and a shared link can take from the home page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from lfassess.checks.shared.json_access import get_object, get_text, get_texts
from lfassess.db.models import CheckRun
from lfassess.report.model import SearchPreview, State
from lfassess.report.sections import state_of
from lfassess.report.text import clean_or_none, name_of

# Google cuts longer ones by their width; these are what fits in most cases.
_TITLE: Final = 65
_DESCRIPTION: Final = 160


def preview(runs: Mapping[str, CheckRun]) -> SearchPreview | None:
    """Return what the on-page check read on the home page, or None where it read none."""
    run = runs.get("onpage")
    if run is None or state_of(run) is not State.ASSESSED:
        return None
    home = get_object(run.evidence, "home")
    host = name_of(get_text(home, "url"))
    seen = get_text(get_object(run.metrics, "visit"), "kind") == "site"
    if host is None or not seen or home.get("unread") or home.get("shell"):
        return None
    return SearchPreview(
        host=host,
        title=_first(home, "titles", _TITLE),
        description=_first(home, "descriptions", _DESCRIPTION),
        share_title=clean_or_none(get_text(home, "share_title"), _TITLE),
        share_picture=bool(get_text(home, "share_picture")),
        measured_at=run.finished_at,
    )


def _first(home: Mapping[str, Any], key: str, longest: int) -> str | None:
    found: Sequence[str] = get_texts(home, key)
    return clean_or_none(found[0], longest) if found else None
