"""The country that a cell names, or a website's ending tells."""

from __future__ import annotations

from typing import Final

from lfassess.assessment.intake.lead_row import known_country
from lfassess.assessment.intake.lists.cells.blanks import says_nothing
from lfassess.assessment.intake.lists.cells.notes import Notes, quoted
from lfassess.assessment.intake.normalise import host_of


def read_country(text: str, notes: Notes) -> str | None:
    """Return the two-letter code; None where the cell is blank or names no country."""
    if code := known_country(text):
        return code
    if not says_nothing(text):
        notes.add("country", f"{quoted(text)} is no country we know; the default was taken")
    return None


# Endings of countries that are sold all over the world, or that name no country of their own.
_GENERIC_ENDINGS: Final = frozenset({
    "ac", "ai", "am", "bz", "cc", "cd", "co", "dj", "fm", "gg", "gl", "gs", "io", "la", "ly",
    "me", "ms", "mu", "nu", "pw", "sc", "sh", "so", "st", "tk", "to", "tv", "vc", "ws", "eu",
    "su", "im", "je", "ml", "ga", "cf", "gq", "sx", "vg", "ag", "ki", "bio", "hm", "tf", "yt",
    "re", "pm", "wf", "us", "cx", "nf", "mn", "lc",
})  # fmt: skip


def country_of(website: str | None) -> str | None:
    """Return the country whose ending a website has, where that ending is its businesses' own."""
    ending = host_of(website).rpartition(".")[2] if website else ""
    if len(ending) != 2 or ending in _GENERIC_ENDINGS:  # noqa: PLR2004 - countries' endings
        return None
    return known_country({"uk": "gb"}.get(ending, ending))
