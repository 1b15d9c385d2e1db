"""What a search result and a shared link can take from the home page."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from lfassess.checks.shared.json_access import get_object, get_objects, get_text, get_texts
from lfassess.db.models import CheckRun, Lead
from lfassess.report import suggestion
from lfassess.report.model import Business, SearchPreview, State, Suggestion
from lfassess.report.sections import state_of
from lfassess.report.text import clean, clean_or_none, name_of

# Google cuts longer ones by their width; these are what fits in most cases.
_TITLE: Final = 65
_DESCRIPTION: Final = 160
_BAD_CARD: Final = frozenset({"onpage-no-share-preview", "onpage-share-picture"})


def preview(
    runs: Mapping[str, CheckRun],
    business: Business,
    lead: Lead,
    dismissed: Collection[tuple[str, str]] = (),
) -> SearchPreview | None:
    """Return what the on-page check read on the home page, or None where it read none.

    Args:
        runs: by check.
        business: as the report names it.
        lead: the same, as stored.
        dismissed: (check, finding code) that a person took out; nothing is suggested for these.
    """
    run = runs.get("onpage")
    if run is None or state_of(run) is not State.ASSESSED:
        return None
    home = get_object(run.evidence, "home")
    host = name_of(get_text(home, "url"))
    seen = get_text(get_object(run.metrics, "visit"), "kind") == "site"
    if host is None or not seen or home.get("unread") or home.get("shell"):
        return None
    made = SearchPreview(
        host=host,
        title=_first(home, "titles", _TITLE),
        description=_first(home, "descriptions", _DESCRIPTION),
        share_title=clean_or_none(get_text(home, "share_title"), _TITLE),
        share_picture=bool(get_text(home, "share_picture")),
        measured_at=run.finished_at,
        suggestion=None,
    )
    codes = (get_text(finding, "code") or "" for finding in run.findings or ())
    faults = frozenset(code for code in codes if ("onpage", code) not in dismissed)
    profile = runs.get("gbp")
    category = _category(profile) if _is_english(home) else None
    emulated = bool(category and profile and profile.sandbox)
    headings = get_objects(home, "headings")
    facts = suggestion.Facts(
        name=business.name,
        town=suggestion.town_of(business.address, lead.country),
        phone=business.phone,
        category=category,
        headline=next((clean(h.get("text"), 200) for h in headings if h.get("level") == 1), None),
        description=_first(home, "descriptions", 600),
        faults=faults,
    )
    named = clean_or_none(lead.name) is not None
    return replace(made, suggestion=_suggested(made, facts, emulated=emulated) if named else None)


def _suggested(
    made: SearchPreview, facts: suggestion.Facts, *, emulated: bool
) -> Suggestion | None:
    """Return what could be better; None where neither a word nor a missing picture would change."""
    title, text = suggestion.title(facts), suggestion.description(facts)
    title, text = (
        (title if title != made.title else None),
        (text if text != made.description else None),
    )
    shared = made.share_title or title or made.title if facts.faults & _BAD_CARD else None
    if shared == (made.share_title or made.title) and made.share_picture:
        shared = None
    taken = any(facts.category and facts.category in words for words in (title, text) if words)
    if not (title or text or shared):
        return None
    return Suggestion(title, text, shared, emulated and taken)


def _category(profile: CheckRun | None) -> str | None:
    """Return Google's category of the business, of a profile that is surely its own."""
    if profile is None or state_of(profile) is not State.ASSESSED:
        return None
    return clean_or_none(get_text(profile.metrics or {}, "category"), 40)


def _is_english(home: Mapping[str, Any]) -> bool:
    language = get_text(home, "reads") or get_text(home, "language") or ""
    return language.lower().partition("-")[0] == "en"


def _first(home: Mapping[str, Any], key: str, longest: int) -> str | None:
    found: Sequence[str] = get_texts(home, key)
    return clean_or_none(found[0], longest) if found else None
