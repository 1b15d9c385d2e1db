"""Drawings and previews: only of what was measured, and each says in words what it shows."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from lfassess.report.branding import Branding
from lfassess.report.qr_code import drawn
from lfassess.report.render import render_html
from lfassess.report.tables.web_vitals import gauges
from tests.report.factories import bakery as bakery_rows
from tests.report.factories.bakery import bakery
from tests.report.factories.rows import PNG, finding, report, run

HOME = {
    "url": "https://www.harbourbakery.example/", "titles": ["Harbour Bakery"],
    "descriptions": ["Bread since 1982."], "share_title": None, "share_picture": None,
}  # fmt: skip
SITE = {"visit": {"kind": "site", "code": "site", "shown": "", "url": "x"}}


def page(made):
    return LexborHTMLParser(render_html(made))


@pytest.mark.parametrize(
    ("lcp", "rating", "place"),
    [
        (0, "good", 0.0),
        (1250, "good", 0.167),
        (2500, "good", 0.333),
        (2501, "fair", 0.334),
        (4000, "fair", 0.667),
        (4001, "poor", 0.667),
        (8000, "poor", 1.0),
        (90_000, "poor", 1.0),
    ],
)
def test_a_value_stands_in_the_third_that_its_rating_names(lcp, rating, place):
    ((made,),) = [g.gauges for g in gauges({"mobile": {"lab": {"lcp": lcp}}})]
    assert (made.rating, made.place) == (rating, place)


@pytest.mark.parametrize(
    "metrics",
    [{}, {"mobile": {}}, {"mobile": {"lab": {"lcp": None, "cls": -1, "tbt": "x"}}}],
)
def test_without_a_value_there_is_no_scale(metrics):
    assert gauges(metrics) == ()


def test_visitors_values_stand_before_the_test_visit_s():
    tree = page(bakery())
    captions = [c.text() for c in tree.css("#area-speed .gauges figcaption")]
    assert ["real visitors" in captions[0], "test visit" in captions[1]] == [True, True]
    words = [svg.attributes["aria-label"] for svg in tree.css(".gauges svg")]
    assert "4.2 s, poor. Up to 2.5 s is good, above 4.0 s is poor." in words[0]
    assert len(words) == 6


def strip(**pictures):
    metrics = {"mobile": {"lab": {"fcp": 2000, "lcp": 4000}}}
    files = {f"filmstrip-{second[1:]}s.webp": data for second, data in pictures.items()}
    return report(run("pagespeed", score=50, metrics=metrics), artefacts=files)


def test_a_filmstrip_says_what_each_moment_shows():
    tree = page(strip(s1=PNG, s5=PNG))  # one picture, which is drawn twice
    moments = tree.css(".filmstrip .moment")
    assert ["blank" in moments[0].text(), "main content isn't" in moments[1].text()] == [True] * 2
    assert "main content is there" in moments[2].text()
    alts = [svg.attributes["aria-label"] for svg in tree.css(".filmstrip svg.picture")]
    assert alts == [
        "After 1 second: the home page of Harbour Bakery on a phone",
        "After 5 seconds: the home page of Harbour Bakery on a phone",
    ]
    assert len(tree.css(".cover-picture, .shots")) == 0


@pytest.mark.parametrize("pictures", [{}, {"s1": b"<svg/>"}, {"s2": PNG}, {"s1": PNG}])
def test_without_frames_there_is_no_filmstrip(pictures):
    assert page(strip(**pictures)).css_first(".filmstrip") is None


def test_a_preview_shows_what_the_home_page_says_and_no_more():
    made = report(run("onpage", evidence={"home": HOME}, metrics=SITE))
    shown = page(made).css_first(".previews").text()
    assert "harbourbakery.example" in shown
    assert "Bread since 1982." in shown
    assert "names no picture" in shown


@pytest.mark.parametrize(
    ("home", "metrics"),
    [
        ({}, SITE),
        (HOME | {"unread": "frame"}, SITE),
        (HOME | {"shell": True}, SITE),
        (HOME, {}),
        (HOME, {"visit": {"kind": "wall", "code": "captcha", "shown": "", "url": "x"}}),
    ],
)
def test_a_page_that_was_not_read_has_no_preview(home, metrics):
    made = report(run("onpage", evidence={"home": home}, metrics=metrics))
    assert made.preview is None
    assert page(made).css_first(".previews") is None


@pytest.mark.parametrize(
    ("rating", "reviews", "words"),
    [
        (4.7, 213, "4.7 of 5 stars from 213 reviews on Google"),
        (3, 1, "3.0 of 5 stars from 1 review on Google"),
        (None, 0, None),
        (7, 3, None),
    ],
)
def test_stars_are_drawn_of_a_known_rating(rating, reviews, words):
    metrics = {"found": True, "rating": rating, "reviews": reviews, "match": {"confidence": 90}}
    found = page(report(run("gbp", score=50, metrics=metrics))).css_first(".stars svg")
    assert (found and found.attributes["aria-label"]) == words


def test_what_to_do_stands_once():
    made = report(*bakery_rows.RUNS[:5])
    fixes = {f.fix for s in made.sections for f in s.findings if f.fix}
    text = page(made).css_first("main").text()
    assert fixes
    assert {fix: text.count(fix) for fix in fixes} == dict.fromkeys(fixes, 1)


def test_a_report_without_its_plan_says_what_to_do_with_each_finding():
    hidden = Branding(hidden=frozenset({"priorities"}))
    made = report(*bakery_rows.RUNS[:5], branding=hidden)
    tree = page(made)
    assert tree.css_first("#priorities") is None
    assert "#step-" not in render_html(made)
    fixes = {f.fix for s in made.sections for f in s.findings if f.fix}
    assert [fix for fix in fixes if fix not in tree.css_first("main").text()] == []


def test_only_the_model_s_opinions_of_a_visit_are_emulated():
    seen = finding("visual-low-contrast", "medium", "Too faint") | {"area": "accessibility"}
    opinion = finding("visual-hard-to-read", "low", "Hard to read", source="api")
    made = {
        s.name: (s.sandbox, s.partly_sandbox)
        for s in report(run("visual", findings=[seen, opinion], sandbox=True)).sections
    }
    assert made["accessibility"] == (False, False)
    assert made["first_impression"] == (True, True)


def test_the_last_page_names_the_first_step_and_whom_to_ask():
    brand = Branding(name="Example & Co", contact=("ann@agency.example",), offer="We fix it.",
                     link="https://agency.example/audit")  # fmt: skip
    last = page(report(*bakery_rows.RUNS, branding=brand)).css_first("#closing")
    assert "Start with step 1" in last.text()
    assert [w in last.text() for w in ("We fix it.", "Example & Co", "ann@agency.example")] == [
        True
    ] * 3
    assert "agency.example/audit" in last.css_first(".qr").attributes["aria-label"]
    assert page(report(*bakery_rows.RUNS)).css_first(".offer") is None


def test_a_qr_code_has_its_three_corners():
    made = drawn("https://agency.example/audit")
    last = made.size - 4 - 7  # less the white edge, and a finder pattern
    for x, y in ((4, 4), (last, 4), (4, last)):
        assert f"M{x} {y}h1v1h-1z" in made.path
        assert f"M{x + 1} {y + 1}h1v1h-1z" not in made.path
    assert drawn(None) is None
