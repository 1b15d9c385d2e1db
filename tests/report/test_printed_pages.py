"""The printed report, page by page: nothing torn, nothing lost at an edge, no page for a line."""

from __future__ import annotations

import io
import itertools
import re

import pytest
from PIL import Image
from selectolax.lexbor import LexborHTMLParser

from lfassess.assessment.completion.rendering import render_as
from lfassess.clients import browser
from lfassess.report.branding import Branding
from lfassess.report.pdf_page_numbers import pages_of
from lfassess.report.render import render_html
from lfassess.sandbox.businesses import demo_businesses
from lfassess.settings import Settings
from tests.report.factories import bakery as bakery_rows
from tests.report.factories.benchmarks import beside_others
from tests.report.factories.plumber import plumber
from tests.report.factories.rows import report
from tests.report.printed_pages import (
    MOST,
    bookmarks,
    faults,
    glossary_alone,
    half_empty,
    is_shrunk,
    lonely_headings,
    pages,
    squeezed,
    stray_rows,
    torn_tables,
)
from tests.report.test_contract import demo
from tests.report.test_in_browser import everything
from tests.report.test_no_site import GBP, met

# Reading a PDF's pages is most of it, and none of ours.
pytestmark = [pytest.mark.browser, pytest.mark.unmeasured]

_SIZE = {"A4": b"594", "Letter": b"612"}
AGENCY = Branding(
    name="Example & Co", contact=("ann@agency.example",), offer="We fix it.",
    link="https://agency.example/audit", accent="#003300",
)  # fmt: skip


def picture(width, height):
    file = io.BytesIO()
    Image.new("RGB", (width, height), (90, 120, 150)).save(file, "JPEG")
    return file.getvalue()


PICTURES = {"desktop-fold.jpg": picture(1366, 768), "mobile-fold.jpg": picture(390, 844)}


def worst(**how):
    """Return the demo site with the most defects."""
    return report(*demo(max(demo_businesses(), key=lambda b: len(b.defects))), **how)


CASES = {
    "everything": (everything, "A4"),
    "on Letter": (everything, "Letter"),
    "little": (plumber, "A4"),
    "much": (worst, "A4"),
    "beside others": (beside_others, "A4"),
    "much, an agency's, in German, on Letter": (
        lambda: worst(artefacts=PICTURES, language="de", branding=AGENCY),
        "Letter",
    ),
    "an agency's, in German": (
        lambda: report(*bakery_rows.RUNS, language="de", branding=AGENCY),
        "Letter",
    ),
}


@pytest.fixture(scope="module", autouse=True)
def _end_browser():
    yield
    browser.shutdown()


@pytest.fixture(scope="module", params=CASES.values(), ids=CASES)
def printed(request, tmp_path_factory):
    """Return the report, its paper and its PDF."""
    make, paper = request.param
    made = make()
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"), allow_private_targets=True)
    return made, paper, render_as(made, settings, "pdf", paper)


def test_it_is_tagged_on_its_paper_and_on_few_pages(printed):
    _, paper, pdf = printed
    assert set(re.findall(rb"/MediaBox \[0 0 (\d+)", pdf)) == {_SIZE[paper]}
    assert b"/Marked true" in pdf
    assert len(pages(pdf)) <= MOST


def test_contents_name_the_pages_and_bookmarks_the_chapters(printed):
    made, _, pdf = printed
    tree = LexborHTMLParser(render_html(made))
    starts = pages_of(pdf)
    chapters = {a.attributes["href"][1:]: a.text() for a in tree.css(".contents a")}
    cover = squeezed("".join(line.text for line in pages(pdf)[0]))
    assert starts["verdict"] == 2
    for anchor, title in chapters.items():
        assert squeezed(f"{title}{starts[anchor]}") in cover
    marks = [squeezed(title) for title in bookmarks(pdf)]
    titles = [squeezed(node.text()) for node in tree.css("h2")]
    assert [title for title in titles if title not in marks] == []
    assert [m for m in marks if m[: len(m) // 2] * 2 == m] == []


def test_no_page_is_half_empty(printed):
    made, _, pdf = printed
    assert half_empty(pdf) == []
    assert made.business.name[:10] in " ".join(line.text for line in pages(pdf)[0])


def test_no_heading_stands_last_on_a_page(printed):
    made, _, pdf = printed
    assert lonely_headings(made, pdf) == []


def test_no_small_table_is_torn(printed):
    made, _, pdf = printed
    assert torn_tables(made, pdf) == []


def test_no_row_stands_alone_on_a_page_nor_the_glossary_on_the_last_one(printed):
    made, _, pdf = printed
    assert stray_rows(made, pdf) == []
    assert not glossary_alone(pdf)


def test_areas_without_a_score_make_no_table_wider_than_the_paper(tmp_path):
    rows = demo(demo_businesses()[0])
    for row in rows:
        row.score = row.score if row.name == "gbp" else None
    settings = Settings(data_dir=tmp_path, allow_private_targets=True)
    assert not is_shrunk(render_as(report(*rows), settings, "pdf"))


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_an_address_without_a_website_takes_one_page(tmp_path, paper):
    made = met("no_site", "for_sale", "Buy this domain", GBP, branding=AGENCY, draft=True)
    settings = Settings(data_dir=tmp_path, allow_private_targets=True)
    assert len(pages(render_as(made, settings, "pdf", paper))) == 1


@pytest.mark.parametrize(
    ("business", "paper"),
    list(zip(demo_businesses(), itertools.cycle(("A4", "Letter")), strict=False)),
)
def test_a_demo_site_s_report_prints_well(business, paper, tmp_path):
    made = report(*demo(business), artefacts=PICTURES, branding=AGENCY)
    settings = Settings(data_dir=tmp_path, allow_private_targets=True)
    assert faults(made, render_as(made, settings, "pdf", paper)) == []
