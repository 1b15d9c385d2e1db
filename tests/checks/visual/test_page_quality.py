"""Titles, headings, languages, contrast, pictures and signs of age: where each rule begins."""

from __future__ import annotations

from typing import Any

import pytest

from lfassess.checks.visual.evidence import Device
from lfassess.checks.visual.rules_page_quality import findings


def said(now: int | None = 2026, **seen: Any) -> dict[str, str]:
    return {f.code: f.evidence for f in findings(Device.from_json(seen), now)}


def page(**changes: Any) -> dict[str, Any]:
    return {"title": "Harbour Bakery", "page": {"h1": ["Bread"], "lang": "en"} | changes}


def test_what_was_not_measured_is_not_missed():
    assert said() == {}
    assert said(None, **page()) == {}


@pytest.mark.parametrize(
    ("title", "evidence"),
    [
        ("Home", "its title is “Home”"),
        (" .|- Home - | . ", "its title is “.|- Home - | .”"),
        ("MY WEBSITE", "its title is “MY WEBSITE”"),
        ("Untitled Document", "its title is “Untitled Document”"),
        ("Just another WordPress site", "its title is “Just another WordPress site”"),
        ("-", "its title is “-”"),
        ("  ", "no title"),
        ("", "no title"),
        ("Home of good bread", None),
        ("X Home X", None),
    ],
)
def test_a_title_that_says_nothing_of_the_business(title, evidence):
    assert said(**page() | {"title": title}).get("visual-no-title") == evidence


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"h1": []}, {"visual-no-heading": "no h1 element with text"}),
        ({"h1": ["", " "]}, {"visual-no-heading": "no h1 element with text"}),
        ({"h1": ["", "Bread"]}, {}),
        ({"lang": None}, {"visual-no-language": "no lang attribute"}),
        ({"lang": ""}, {"visual-no-language": "no lang attribute"}),
    ],
)
def test_a_page_has_a_heading_and_a_language(changes, found):
    assert said(**page(**changes)) == found


_FAINT = "of the text is below WCAG's 4.5:1 (large: 3:1)"


@pytest.mark.parametrize(
    ("contrast", "evidence"),
    [
        ({"low_share": 0.2, "checked_chars": 200}, None),
        (
            {"low_share": 0.21, "checked_chars": 200},
            f"21% {_FAINT}",
        ),
        ({"low_share": 0.21, "checked_chars": 199}, None),
        ({"low_share": None, "checked_chars": 200}, None),
        (
            {
                "low_share": 1,
                "checked_chars": 900,
                "examples": [{"text": "Our bread", "ratio": 2.31}, {"text": "B", "ratio": 1}],
            },
            f"100% {_FAINT}, for example “Our bread” at 2.31:1",
        ),
        (
            {"low_share": 1, "checked_chars": 900, "examples": [{"text": "", "ratio": 2.31}]},
            f"100% {_FAINT}",
        ),
        (
            {"low_share": 1, "checked_chars": 900, "examples": [{"text": "Our bread"}]},
            f"100% {_FAINT}",
        ),
    ],
)
def test_text_is_too_faint_where_there_is_enough_of_it(contrast, evidence):
    assert said(text={"contrast": contrast}).get("visual-low-contrast") == evidence


@pytest.mark.parametrize(
    ("images", "found"),
    [
        ({"count": 2, "alt_missing": 0, "oversized_count": 0}, {}),
        ({"count": 2, "alt_missing": None}, {}),
        ({"count": 1, "alt_missing": 1}, {"visual-alt-missing": "1 of 1 picture"}),
        ({"count": 1200, "alt_missing": 1100}, {"visual-alt-missing": "1,100 of 1,200 pictures"}),
        ({"oversized_count": 1}, {"visual-oversized-images": "1 picture"}),
        (
            {
                "oversized_count": 2,
                "oversized": [{"width": 4000, "shown_width": 390}, {"width": 9, "shown_width": 9}],
            },
            {"visual-oversized-images": "2 pictures, one 4,000 px wide shown at 390 px"},
        ),
        (
            {"oversized_count": 2, "oversized": [{"width": 4000}]},
            {"visual-oversized-images": "2 pictures"},
        ),
        (
            {"oversized_count": 2, "oversized": [{"shown_width": 390}]},
            {"visual-oversized-images": "2 pictures"},
        ),
        ({"oversized_count": 0, "oversized": [{"width": 4000, "shown_width": 390}]}, {}),
    ],
)
def test_pictures_have_a_text_and_no_more_pixels_than_they_show(images, found):
    assert said(images=images) == found


@pytest.mark.parametrize(
    ("year", "now", "evidence"),
    [
        (2024, 2026, "it says 2024, seen in 2026"),
        (2025, 2026, None),
        (2027, 2026, None),
        (2019, None, None),
        (None, 2026, None),
    ],
)
def test_last_years_copyright_is_usual_in_spring(year, now, evidence):
    assert said(now, copyright_year=year).get("visual-old-copyright") == evidence


_FLASH = "Flash, which no browser plays any more"


@pytest.mark.parametrize(
    ("old", "evidence"),
    [
        ({"obsolete_tags": 2}, None),
        ({"obsolete_tags": 3}, "3 obsolete HTML elements"),
        ({"flash": 1}, _FLASH),
        ({"obsolete_tags": 1, "flash": 2}, f"1 obsolete HTML element, {_FLASH}"),
        ({"obsolete_tags": 0, "flash": 0}, None),
    ],
)
def test_a_site_is_of_another_age_with_three_old_elements_or_any_flash(old, evidence):
    assert said(old=old).get("visual-obsolete-build") == evidence


@pytest.mark.parametrize(
    ("height", "evidence"), [(15_000, None), (15_001, "15,001 px high"), (None, None)]
)
def test_a_page_is_very_long_from_fifteen_thousand_pixels(height, evidence):
    assert said(width={"page_height": height}).get("visual-very-long-page") == evidence


def test_sample_text_is_named():
    assert said(placeholder=True) == {"visual-placeholder-text": "“lorem ipsum” in the text"}
