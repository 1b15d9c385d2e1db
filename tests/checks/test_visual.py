"""What the visual check makes of its evidence; no browser needed."""

from __future__ import annotations

import copy
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lfassess.checks.advice import catalogue
from lfassess.checks.base import Severity, Target
from lfassess.checks.visual import CHECK
from lfassess.checks.visual_rules.words import copyright_year, phone_numbers
from lfassess.settings import Settings


def device() -> dict:
    """A page without fault, as fetch describes it."""
    return {
        "url": "https://shop.test/",
        "title": "Bakery in Halifax: Harbour Bakery",
        "status": 200,
        "load_finished": True,
        "requests": 5,
        "received_bytes": 90_000,
        "refused": [],
        "script_errors": [],
        "failed_requests": [],
        "uniform_share": 0.4,
        "vitals": {"load_ms": 900, "layout_shift": 0.01, "dialogs": 0, "first_paint_ms": 300},
        "page": {"lang": "en", "viewport": "width=device-width", "h1": ["Bread"]},
        "width": {"page_width": 390, "page_height": 3000, "sideways_px": 0, "wide_elements": []},
        "targets": {
            "taps": {"count": 10, "under_24": 0, "under_48": 1, "examples": []},
            "fold_actions": [{"text": "Call us", "href": "tel:+1902"}],
            "fold_form": False,
        },
        "phones": {"links": 1, "in_fold": True, "numbers": ["+19025550114"]},
        "overlay": None,
        "old": {"obsolete_tags": 0, "flash": 0},
        "text_chars": 2000,
        "text_start": "Bread worth getting up for",
        "text": {
            "chars": 2000,
            "smallest_px": 14,
            "common_px": 17,
            "small_share": 0.0,
            "contrast": {"checked_chars": 1800, "low_share": 0.0, "examples": []},
        },
        "placeholder": False,
        "copyright_year": 2026,
        "phone_numbers": ["(902) 555-0114"],
        "phone_numbers_in_fold": ["(902) 555-0114"],
        "images": {"count": 3, "broken_count": 0, "broken": [], "alt_missing": 0},
    }


def judged(when: str = "2026-03-01T00:00:00+00:00", **changes):
    """Judge the good page with changes; a double underscore goes one level down."""
    both = {"desktop": device(), "mobile": device()}
    for one in both.values():
        for name, value in changes.items():
            part, _, key = name.partition("__")
            if key:
                one[part] = {**(one[part] or {}), key: value}
            else:
                one[part] = copy.deepcopy(value)
    return CHECK.judge({"url": "https://shop.test/", "fetched_at": when, **both})


def blemishes(judgement) -> list[str]:
    return [f.code for f in judgement.findings if f.severity != Severity.PASSED]


def test_a_good_page_has_no_blemish():
    judgement = judged()
    assert blemishes(judgement) == []
    assert judgement.score_from_findings
    assert judgement.inconclusive is None


@pytest.mark.parametrize(
    ("changes", "code", "evidence"),
    [
        ({"page__viewport": None}, "visual-no-mobile-layout", "980 px"),
        ({"page__viewport": "width=1024"}, "visual-no-mobile-layout", "1024 px"),
        ({"width__sideways_px": 84}, "visual-mobile-overflow", "84 px"),
        ({"text__small_share": 0.55}, "visual-small-text", "55%"),
        ({"phones": {"links": 0}}, "visual-no-tap-to-call", "(902) 555-0114"),
        ({"vitals__layout_shift": 0.3}, "visual-layout-shift", "0.30"),
        ({"vitals__dialogs": 2}, "visual-dialog-box", "2 dialog boxes"),
        ({"load_finished": False}, "visual-never-loaded", "desktop and the phone"),
        ({"copyright_year": 2024}, "visual-old-copyright", "2024, seen in 2026"),
        ({"old": {"flash": 1}}, "visual-obsolete-build", "Flash"),
        ({"title": " Home "}, "visual-no-title", "Home"),
        ({"page__h1": [" "]}, "visual-no-heading", "h1"),
        ({"page__lang": ""}, "visual-no-language", "lang"),
        ({"images__alt_missing": 2}, "visual-alt-missing", "2 of 3 pictures"),
        ({"width__page_height": 16_000}, "visual-very-long-page", "16,000 px"),
        (
            {"overlay": {"share": 0.8, "text": "Join our club", "marks": "modal"}},
            "visual-popup",
            "80%",
        ),
        (
            {"overlay": {"share": 0.8, "text": "We value your privacy", "marks": ""}},
            "visual-cookie-wall",
            "80%",
        ),
        ({"script_errors": ["x 1:2 Uncaught Error: no"]}, "visual-script-errors", "1 error"),
    ],
)
def test_one_fault_gives_its_finding_with_the_figure(changes, code, evidence):
    found = {f.code: f for f in judged(**changes).findings}
    assert evidence in found[code].evidence
    assert "\n" not in found[code].evidence


@pytest.mark.parametrize(
    "changes",
    [
        {"copyright_year": 2025},  # last year's
        {"copyright_year": None},
        {"overlay": {"share": 0.4, "text": "Cookies?", "marks": ""}},  # has to be somewhere
        {"vitals__layout_shift": 0.25},
        {"text__small_share": 0.4},
        {"width__sideways_px": 8},
    ],
)
def test_what_is_just_acceptable_gives_none(changes):
    assert blemishes(judged(**changes)) == []


def test_the_year_is_that_of_the_visit_not_of_the_judgement():
    assert blemishes(judged("2030-01-01T00:00:00+00:00")) == ["visual-old-copyright"]
    assert blemishes(judged("2026-01-01T00:00:00+00:00")) == []
    assert datetime.now(UTC).year != 2030


def test_without_a_phone_layout_small_text_and_links_are_not_counted_again():
    found = blemishes(
        judged(
            page__viewport=None,
            text__small_share=1.0,
            targets__taps={"count": 9, "under_24": 9, "under_48": 9},
        )
    )
    assert found == ["visual-no-mobile-layout"]


@pytest.mark.parametrize("status", [401, 403, 429])
def test_being_turned_away_is_no_verdict(status):
    judgement = judged(status=status)
    assert str(status) in (judgement.inconclusive or "")
    assert (judgement.score, judgement.findings) == (None, ())


def test_a_long_page_that_mentions_construction_is_a_site():
    words = "PS. the web site is under construction, more pictures to come"
    assert blemishes(judged(text_start=words, text_chars=1600)) == []


def test_every_finding_has_advice():
    wanted = {code for code, kind in CHECK.kinds.items() if kind.severity != Severity.PASSED}
    assert wanted <= catalogue().keys()
    assert {c for c in catalogue() if c.startswith("visual-")} <= wanted


def test_needs_a_website_and_runs_in_the_browser_queue():
    settings = Settings()
    assert CHECK.applicable(Target("Shop"), settings) == "no website"
    assert CHECK.applicable(Target("Shop", url="https://shop.test/"), settings) is None
    assert CHECK.queue(settings) == "browser"


_JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=True, allow_infinity=True)
    | st.integers()
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


def paths(value, here=()):
    yield here
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths(inner, (*here, key))


_PATHS = sorted(p for p in paths({"desktop": device(), "mobile": device()}) if p)


@hypothesis_settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(_PATHS), _JUNK), max_size=8), _JUNK)
def test_judge_takes_any_evidence(changes, when):
    evidence = {"desktop": device(), "mobile": device(), "fetched_at": when}
    for (*way, last), value in changes:
        at = evidence
        for key in way:
            at = at.get(key) if isinstance(at, dict) else None
        if isinstance(at, dict):
            at[last] = value
    judgement = CHECK.judge(evidence)
    assert all(f.code in CHECK.kinds and "\n" not in f.evidence for f in judgement.findings)


@given(st.dictionaries(st.sampled_from(["url", "desktop", "mobile", "fetched_at"]), _JUNK))
def test_judge_takes_any_shape(evidence):
    CHECK.judge(evidence)


@pytest.mark.parametrize(
    ("text", "country", "numbers"),
    [
        ("Ring (503) 555-0142 today", "US", ["(503) 555-0142"]),
        ("Tel. +44 20 7946 0018", "US", ["+44 20 7946 0018"]),
        ("Telefon 030 1234567", "DE", ["030 1234567"]),
        ("03/12/2014 - new lift. 2012 2013 2014. $1,299.00", "US", []),
        ("Order 4005519873214", "US", []),
        ("", "US", []),
    ],
)
def test_finds_telephone_numbers(text, country, numbers):
    assert phone_numbers(text, country) == numbers


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("© 2019 Brightwater", 2019),
        ("Copyright 2009-2014 Don's Garage", 2014),
        ("© 2009\u201314 Don's", 2014),
        ("2012 © Don's", 2012),
        ("(c) Harbour Bakery 2026", 2026),
        ("© 1998 \u2013 present", None),
        ("Since 1978. Winter special 2013", None),
        ("© 2014 Shop ... © 2025 Theme", 2025),
    ],
)
def test_reads_copyright_years(text, year):
    assert copyright_year(text) == year


@given(st.text(max_size=200))
def test_reads_any_text(text):
    phone_numbers(text, "US")
    copyright_year(text)


@pytest.mark.parametrize(
    ("changes", "kind", "finding"),
    [
        ({"title": "Account Suspended", "text_start": "x", "text_chars": 900}, "no_site", "visual-suspended-site"),
        ({"title": "x", "text_start": "Coming soon", "text_chars": 11}, "no_site", "visual-coming-soon"),
        ({"title": "x", "text_start": "Coming soon", "text_chars": 2000}, "site", None),
        ({"status": 404}, "no_site", "visual-error-page"),
        ({"url": "https://www.facebook.com/shop"}, "platform", "visual-platform-page"),
        ({"title": "Just a moment...", "text_chars": 20, "text_start": ""}, "wall", None),
        ({"url": "https://new-owner.com/"}, "elsewhere", None),
    ],
)  # fmt: skip
def test_older_evidence_is_told_apart_by_what_it_kept(changes, kind, finding):
    """Audits from before the visit was noted kept the title and the beginning of the text."""
    judgement = judged(**changes)
    assert judgement.metrics["visit"]["kind"] == kind
    if kind not in {"site", "elsewhere"}:
        assert [f.code for f in judgement.findings] == ([finding] if finding else [])
        assert (judgement.score, judgement.score_from_findings) == (None, False)


def test_a_wall_on_one_device_leaves_the_page_unseen():
    evidence = {"url": "https://shop.test/", "desktop": device(), "mobile": device()}
    evidence["mobile"]["visit"] = {"kind": "wall", "code": "bot_wall", "shown": "x"}
    judgement = CHECK.judge(evidence)
    assert judgement.metrics["reason"]["code"] == "visual.bot_wall"
    assert judgement.findings == ()
