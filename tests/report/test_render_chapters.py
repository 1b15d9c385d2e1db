"""Chapters of the report, one by one, and what an agency or a reviewer changes about them."""

from __future__ import annotations

import pytest

from lfassess.report.branding import Branding, Logo
from lfassess.report.render import render_html
from tests.report.factories import bakery as bakery_rows
from tests.report.factories.bakery import bakery
from tests.report.factories.rows import PNG, finding, report, run
from tests.report.test_render import page


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_language_fills_the_page(language):
    tree = page(render_html(report(*bakery_rows.RUNS, language=language)))
    assert tree.css_first("html").attributes["lang"] == language
    title = {"en": "The verdict", "de": "Das Urteil"}[language]
    assert tree.css_first("#verdict h2").text() == title


def test_a_draft_says_so_until_it_is_approved():
    tree = page(render_html(report(*bakery_rows.RUNS, draft=True)))
    assert "DRAFT" in tree.css_first(".banner").text()
    assert "DRAFT" in tree.css_first(".watermark").attributes["data-text"]
    assert page(render_html(report(*bakery_rows.RUNS))).css_first(".watermark") is None


def test_an_dismissed_finding_leaves_report_and_steps_and_is_listed():
    runs = [run("security", score=70, findings=[finding("no-csp", "medium", "Open door")])]
    before, after = (
        page(render_html(report(*runs, dismissed=struck)))
        for struck in ({}, {("security", "no-csp"): "A proxy adds it"})
    )
    assert "Open door" in before.css_first("#priorities").text()
    assert "Open door" not in after.css_first("#area-security").text()
    assert after.css_first(".step") is None
    assert "A proxy adds it" in after.css_first("#method").text()


def test_an_dismissed_area_is_told_and_not_scored():
    runs = [run("security", score=70, findings=[finding("no-csp", "medium", "Open door")])]
    tree = page(render_html(report(*runs, dismissed={("security", "*"): "Wrong site"})))
    assert "Wrong site" in tree.css_first("#gaps").text()
    assert "70" not in tree.css_first("#area-security").text()


def test_an_agency_puts_its_name_and_colour_on_it():
    brand = Branding(
        name="Example & Co", logo=Logo("image/png", PNG), accent="#003300",
        contact=("ann@agency.example",), footer="Valid 30 days", hidden=frozenset({"scorecard"}),
    )  # fmt: skip
    tree = page(render_html(report(*bakery_rows.RUNS, branding=brand)))
    assert tree.css_first("img.logo").attributes["alt"] == "Example & Co"
    assert "--accent: #003300" in tree.css_first("style").text()
    assert "Valid 30 days" in tree.css_first("footer").text()
    assert tree.css_first("#scorecard") is None
    assert "#scorecard" not in [a.attributes["href"] for a in tree.css("a")]


def test_the_matrix_says_in_words_where_each_step_stands():
    tree = page(render_html(bakery()))
    result = tree.css_first(".matrix svg").attributes["aria-label"]
    drawn = [text.text() for text in tree.css(".dot-number")]
    steps = [step.attributes["value"] for step in tree.css(".step")]
    assert sorted(drawn, key=int) == sorted(steps, key=int)
    assert "high impact, low effort: steps" in result


def test_competitors_and_customers_have_chapters_of_their_own():
    sites = [
        {"domain": "harbourbakery.example", "lead": True, "organic_traffic": 90, "organic_keywords": 7},
        {"domain": "rival.example", "lead": False, "organic_traffic": 900, "common_keywords": 3},
    ]  # fmt: skip
    contest = {"place": 2, "of": 2, "traffic_share": 0.09, "sites": sites}
    nap = [
        {"field": "phone", "google": "1", "website": ["2", "3"], "record": None, "agrees": False}
    ]
    made = report(
        run("semrush", score=50, metrics={"contest": contest}),
        run("gbp", score=50, metrics={"nap": nap}),
    )
    tree = page(render_html(made))
    assert "number 2 of 2" in tree.css_first("#competitors").text()
    rows = [
        [c.text(strip=True) for c in r.css("th, td")] for r in tree.css("#competitors tbody tr")
    ]
    assert ["900" in "".join(row) for row in rows if row[0] == "rival.example"] == [True]
    assert tree.css_first("#competitors .own .beside-bar rect") is not None
    assert "2, 3" in tree.css_first("#customers").text()
    assert "different" in tree.css_first("#customers").text()


_ELSEWHERE = "9 Hill Road, Bangor, ME 04401"


@pytest.mark.parametrize(
    ("pages", "phone", "address", "agrees"),
    [
        ([{"addresses": ["14 Wharf Street, Portland, ME 04101"]}], None, "14 Wharf Street", True),
        (
            [{"addresses": [_ELSEWHERE]}, {"addresses": ["14 Wharf St, Portland, ME 04101"]}],
            None,
            "14 Wharf St,",
            True,
        ),
        ([{"addresses": [_ELSEWHERE]}], None, "9 Hill Road", None),
        ([{"phones": ["+12075550142"]}], "(207) 555-0142", None, None),
        ([], None, None, None),
    ],
)
def test_what_the_other_pages_say_stands_beside_google_too(pages, phone, address, agrees):
    nap = [
        {"field": "phone", "google": "(207) 555-0142", "website": [], "record": None, "agrees": None},
        {"field": "address", "google": "14 Wharf Street, Portland, ME 04101", "website": [],
         "record": None, "agrees": None},
        {"field": "website", "google": "https://harbourbakery.example/", "website": [],
         "record": "https://harbourbakery.example/", "agrees": True},
    ]  # fmt: skip
    home = {"url": "https://harbourbakery.example/start"}
    read = run(
        "onpage", metrics={"visit": {"kind": "site"}}, evidence={"home": home, "pages": pages}
    )
    made = report(run("gbp", score=50, metrics={"nap": nap}), read)
    shown = {detail.label: detail for detail in made.customers}
    assert shown["Phone"].website == phone
    assert shown["Phone"].agrees is (True if phone else None)
    assert (shown["Address"].website or "None").startswith(address or "None")
    assert shown["Address"].agrees is agrees
    assert shown["Website"].website == "https://harbourbakery.example/start"


def test_answers_suit_their_score_and_no_data_is_never_a_no():
    made = report(
        run("pagespeed", score=80), run("security", score=20), run("gbp", "failed"),
        run("semrush", score=60), run("visual", "skipped", skip_code="no_website"),
    )  # fmt: skip
    assert {line.area: line.answer for line in made.headlines} == {
        "speed": "mostly",  # a score without praise is no yes
        "security": "unknown",  # headers alone say nothing about the connection
        "accessibility": "unknown",
        "search_basics": "unknown",
        "search_visibility": "partly",
        "google_profile": "unknown",
        "first_impression": "unknown",
    }


def test_the_worked_sum_adds_up():
    tree = page(render_html(bakery()))
    cells = [row.css("td")[-1].text() for row in tree.css(".sums tbody tr")]
    points = [text for text in cells if text != "left out"]
    assert abs(sum(map(float, points[:-1])) - float(points[-1])) <= 0.6


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_the_paper_is_named_in_the_styles(paper):
    assert f"size: {paper};" in page(render_html(bakery(), paper)).css_first("style").text()


@pytest.mark.parametrize(("share", "words"), [(0.003, "0.3%"), (0.09, "9%"), (0.5, "50%")])
def test_a_small_share_is_not_called_none(share, words):
    sites = [{"domain": f"{n}.example", "lead": n == 1, "organic_traffic": n} for n in (1, 2)]
    contest = {"place": 2, "traffic_share": share, "sites": sites}
    tree = page(render_html(report(run("semrush", score=50, metrics={"contest": contest}))))
    assert f"You get {words} of" in tree.css_first("#competitors").text()
