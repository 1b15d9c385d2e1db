"""The facts of a Google Business Profile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lfassess.checks.shared.json_access import get_number, get_object, get_text, get_texts
from lfassess.quantities import US, Quantities, plural
from lfassess.report.model import Cell, Rating, Table
from lfassess.report.tables.common import NONE, cell, table
from lfassess.report.text import clean, listed, web_link

Json = Mapping[str, Any]

_STATUS: Final[Mapping[str, tuple[str, Rating]]] = {
    "OPERATIONAL": ("Open for business", "good"),
    "CLOSED_TEMPORARILY": ("Closed for a time", "poor"),
    "CLOSED_PERMANENTLY": ("Closed for good", "poor"),
    "FUTURE_OPENING": ("Opens soon", "fair"),
}
_MAX_PHOTOS: Final = 10  # Google shows ten at most
_SURE: Final = 60  # confidence from which the check takes a profile for the business's


def tables(metrics: Json, figures: Quantities = US) -> list[Table]:
    """Return what the profile shows, with Google named as the source.

    Of a profile that may be another business's, only its name and how well it matches.
    """
    if metrics.get("found") is not True:
        return []
    if not _sure(metrics):
        rows = [(Cell("Name"), _name(metrics)), *_match(metrics)]
        return table("The nearest profile", ("Detail", "Google"), rows, "Source: Google.")
    return [
        *table(
            "What Google shows", ("Detail", "Shown"), _profile(metrics, figures), _note(metrics)
        ),
        *table("Does it match the details we have?", ("Detail", "Google"), _match(metrics)),
    ]


def _sure(metrics: Json) -> bool:
    return (get_number(get_object(metrics, "match"), "confidence") or 0) >= _SURE


def _profile(metrics: Json, figures: Quantities) -> list[tuple[Cell, ...]]:
    status, rating = _STATUS.get(get_text(metrics, "status") or "", (None, None))
    return [
        (Cell("Name"), _name(metrics)),
        (Cell("Status"), cell(status, rating)),
        (Cell("Main category"), cell(metrics.get("category"))),
        (Cell("Rating"), _rating(metrics, figures)),
        (Cell("Newest featured review"), _newest(metrics, figures)),
        (Cell("Photos"), _photos(metrics)),
        (Cell("Opening hours"), _hours(metrics)),
    ]


def _name(metrics: Json) -> Cell:
    name = clean(metrics.get("name"), 200)
    return Cell(name, href=web_link(metrics.get("maps_url"))) if name else NONE


def _rating(metrics: Json, figures: Quantities) -> Cell:
    reviews, stars = get_number(metrics, "reviews"), get_number(metrics, "rating")
    if reviews is None:
        return NONE
    if not reviews or stars is None:
        return Cell("no reviews", "poor")
    rating: Rating = "good" if stars >= 4.5 else "fair" if stars >= 4 else "poor"  # noqa: PLR2004 - stars
    return Cell(
        f"{figures.number(stars, 1)} of 5, from {figures.plural(reviews, 'review')}", rating
    )


def _newest(metrics: Json, figures: Quantities) -> Cell:
    days = get_number(metrics, "newest_review_days")
    if days is None:
        return NONE
    rating: Rating = "good" if days <= 90 else "fair" if days <= 180 else "poor"  # noqa: PLR2004 - days
    return Cell("today" if days < 1 else f"{figures.plural(days, 'day')} ago", rating)


def _photos(metrics: Json) -> Cell:
    photos = get_number(metrics, "photos")
    if photos is None:
        return NONE
    if photos >= _MAX_PHOTOS:
        return Cell("10 or more", "good")
    return Cell(str(round(photos)), "fair" if photos else "poor")


def _hours(metrics: Json) -> Cell:
    days = get_number(metrics, "days_open")
    if days is None:
        return NONE
    return Cell(f"shown for {plural(days, 'day')} a week", "good") if days else Cell("none", "poor")


def _match(metrics: Json) -> list[tuple[Cell, ...]]:
    match = get_object(metrics, "match")
    rows: list[tuple[Cell, ...]]
    rows = [
        (Cell(label), _agrees(match.get(key)))
        for key, label in (("phone", "Phone number"), ("website", "Website"))
    ]
    address = get_number(match, "address")
    if address is not None:
        rows.append((Cell("Address"), _agrees(address >= 0.67)))  # noqa: PLR2004 - the check's bound
    confidence = get_number(match, "confidence")
    if confidence is not None:
        rating: Rating = "good" if confidence >= _SURE else "fair"
        rows.append((Cell("Confidence of the match"), cell(f"{round(confidence)} of 100", rating)))
    return rows


def _agrees(value: object) -> Cell:
    if not isinstance(value, bool):
        return NONE
    return Cell("agrees", "good") if value else Cell("differs", "poor")


def _note(metrics: Json) -> str:
    unseen = [clean(text, 80) for text in get_texts(metrics, "not_measurable")]
    note = "Source: Google."
    return f"{note} Outsiders can't read {listed(unseen)}." if unseen else note
