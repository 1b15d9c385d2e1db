"""What Google tells customers, held against the website and our record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from lfassess.checks.shared.json_access import get_object, get_objects, get_text, get_texts
from lfassess.checks.shared.phones import same_phone, shown_phone
from lfassess.checks.shared.similarity import same_address
from lfassess.db.models import CheckRun
from lfassess.language import Language
from lfassess.report.model import Detail, Section, State
from lfassess.report.sections import state_of
from lfassess.report.text import clean_or_none

_LABELS: Final = {"name": "name", "phone": "phone", "address": "address", "website": "site"}
_LONGEST: Final = 120

_Same = Callable[[str, str | None], bool | None]


def details(
    sections: Sequence[Section], onpage: CheckRun | None, country: str, say: Language
) -> tuple[Detail, ...]:
    """Return the details that are known in at least one place; none of a doubtful profile.

    Args:
        sections: with the Google profile's, which compared it with the home page.
        onpage: the check that read further pages, where it ran.
        country: of the business, ISO 3166 alpha-2.
        say: the report's language.
    """
    found = next((s for s in sections if s.name == "google_profile" and s.score is not None), None)
    rows = get_objects(found.metrics, "nap") if found else []
    pages = _pages(onpage)
    made = [_detail(row, pages, country, say) for row in rows if row.get("field") in _LABELS]
    return tuple(d for d in made if d.google or d.website or d.record)


def _pages(onpage: CheckRun | None) -> list[Mapping[str, Any]]:
    """Return what was read on the pages, the home page's first."""
    if onpage is None or state_of(onpage) is not State.ASSESSED:
        return []
    if get_text(get_object(onpage.metrics, "visit"), "kind") != "site":
        return []
    home = get_object(onpage.evidence, "home")
    return [home, *get_objects(onpage.evidence, "pages")] if home else []


def _detail(
    row: Mapping[str, Any], pages: Sequence[Mapping[str, Any]], country: str, say: Language
) -> Detail:
    agrees, google = row.get("agrees"), get_text(row, "google")
    website, record = ", ".join(get_texts(row, "website")), get_text(row, "record")
    if not website:
        website, same = _on_pages(str(row["field"]), (google, record), pages, country)
        agrees = True if agrees is None and same else agrees
    return Detail(
        label=say(f"customers.{_LABELS[row['field']]}"),
        google=clean_or_none(google, _LONGEST),
        website=clean_or_none(website, _LONGEST),
        record=clean_or_none(record, _LONGEST),
        agrees=agrees if isinstance(agrees, bool) else None,
    )


def _on_pages(
    field: str,
    known: Sequence[str | None],
    pages: Sequence[Mapping[str, Any]],
    country: str,
) -> tuple[str, bool]:
    """Return what the pages say of a field, and whether that is what Google says.

    Of several values the one counts that Google or our record has, else the first.
    """
    if field == "website":
        return get_text(pages[0], "url") or "" if pages else "", False
    keys = {"phone": "phones", "address": "addresses"}
    said = [text for page in pages for text in get_texts(page, keys.get(field, ""))]
    same: _Same = same_address
    if field == "phone":
        said = [shown_phone(text, country) for text in said]
        same = partial(same_phone, country=country)
    for value in known:
        if chosen := next((text for text in said if same(text, value)), None):
            return chosen, value is known[0]
    return next(iter(said), ""), False
