"""The teaser: one page that says nothing the report doesn't, and says whose data they are."""

from __future__ import annotations

import io
from dataclasses import replace

import pypdf
import pytest
from PIL import Image
from selectolax.lexbor import LexborHTMLParser

from lfassess.assessment.completion.rendering import file_name, render_as
from lfassess.clients import browser
from lfassess.report.branding import Branding
from lfassess.report.render import render_teaser
from lfassess.settings import Settings
from tests.report.factories import bakery as bakery_rows
from tests.report.factories.bakery import bakery
from tests.report.factories.plumber import plumber
from tests.report.factories.rows import PNG, report
from tests.report.factories.sandboxed import sandboxed
from tests.report.test_in_browser import everything
from tests.report.test_no_site import met

AGENCY = Branding(
    name="Example & Co", contact=("ann@agency.example",), offer="We fix it. " * 50,
    link="https://agency.example/audit", footer="Made with care. " * 18,
)  # fmt: skip


def nobodys():
    return met("no_site", "parked", "Buy this domain")


def long_winded():
    """An agency's, in German, with as much as a branding file may say."""
    name = "Bäckerei und Konditorei am Alten Hafen von Halifax, Inhaber Müller & Söhne"
    made = report(
        *bakery_rows.RUNS,
        language="de",
        branding=AGENCY,
        artefacts={"desktop.png": PNG, "mobile.png": PNG},
        draft=True,
    )
    return replace(made, business=replace(made.business, name=name))


def tree_of(made):
    return LexborHTMLParser(render_teaser(made))


def test_it_shows_three_findings_of_the_report_and_counts_the_rest():
    made = bakery()
    tree = tree_of(made)
    assert [n.text() for n in tree.css(".tease-loss h3")] == [p.title for p in made.losses]
    assert len(made.losses) == 3
    to_fix = {
        f.code for s in made.chapters for f in s.findings if f.severity not in {"info", "passed"}
    }
    shown = [node.text() for node in tree.css(".tease-more dd")]
    assert shown == [str(len(to_fix) - 3), str(len(made.recommendations)), "7 / 7"]


def test_how_to_fix_it_stays_in_the_report():
    made = bakery()
    text = tree_of(made).body.text()
    fixes = [f.fix for s in made.chapters for f in s.findings if f.fix]
    assert fixes
    assert [fix for fix in fixes if fix in text] == []


def test_strengths_fill_the_places_that_findings_leave():
    made = replace(bakery(), losses=bakery().losses[:1])
    tree = tree_of(made)
    assert len(tree.css(".tease-loss")) == 1
    assert [n.text() for n in tree.css(".tease-win h3")] == [p.title for p in made.wins[:2]]


def test_marks_in_the_pictures_have_the_numbers_of_the_findings():
    made = everything()
    code = made.losses[1].code
    section = next(s for s in made.sections if s.screenshots)
    shot = section.screenshots[0]
    marks = (replace(shot.regions[0], code=code), replace(shot.regions[0], code="another"))
    changed = replace(section, screenshots=(replace(shot, regions=marks),))
    sections = tuple(changed if s is section else s for s in made.sections)
    tree = tree_of(replace(made, sections=sections))
    assert [n.text() for n in tree.css(".mark-number")] == ["2"]


def test_an_address_without_a_website_gets_no_grade_and_a_first_step():
    tree = tree_of(nobodys())
    assert tree.css(".ring, .tease-more dl") == []
    assert "placeholder page" in tree.css_first(".lead").text()
    assert tree.css_first("#step") is not None


def test_it_ends_with_what_to_do_next_whether_or_not_an_agency_offers_something():
    assert "reply" in tree_of(bakery()).css_first(".tease-more .tease-ask").text()
    assert tree_of(long_winded()).css(".tease-ask") == []
    assert tree_of(long_winded()).css_first(".tease-more .offer") is not None


@pytest.mark.parametrize(("make", "mark"), [(sandboxed, "SANDBOX"), (everything, "DRAFT")])
def test_emulated_data_and_drafts_are_marked(make, mark):
    tree = tree_of(make())
    assert mark in tree.css_first(".banner").text()
    assert mark in tree.css_first(".watermark").attributes["data-text"]


def test_what_is_approved_and_real_has_no_mark():
    assert tree_of(bakery()).css(".banner, .watermark") == []


@pytest.mark.parametrize(
    ("fmt", "name"),
    [
        ("html", "audit-7.html"),
        ("pdf", "audit-7.pdf"),
        ("teaser", "teaser-7.pdf"),
        ("teaser-png", "teaser-7.png"),
    ],
)
def test_files_are_named_for_what_they_are(fmt, name):
    assert file_name(7, fmt) == name


@pytest.mark.browser
@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("make", [bakery, plumber, everything, nobodys, long_winded])
def test_it_is_one_page_on_either_paper(make, paper, tmp_path):
    made, settings = make(), Settings(data_dir=tmp_path)
    try:
        (page,) = pypdf.PdfReader(
            io.BytesIO(render_as(made, settings, "teaser", paper)),
        ).pages
        text = " ".join(page.extract_text().split())
        assert f"{made.assessment_id}" in text.rpartition("Audit")[2]  # the last line is there
        assert "1 / 1" not in text
    finally:
        browser.shutdown()


@pytest.mark.browser
def test_its_picture_shows_all_of_it(tmp_path):
    try:
        png = render_as(everything(), Settings(data_dir=tmp_path), "teaser-png")
        picture = Image.open(io.BytesIO(png))
        assert picture.format == "PNG"
        assert picture.width == 1600
        assert picture.height > 1200
    finally:
        browser.shutdown()
