"""The score beside others': in words and drawn, of stored figures alone."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from selectolax.lexbor import LexborHTMLParser

from lfassess.language import load
from lfassess.report.branding import Branding
from lfassess.report.render import render_html, render_json
from tests.report.factories.benchmarks import stored
from tests.report.factories.rows import assessment, report, run
from tests.report.forbidden import GERMAN, faults
from tests.report.test_render import schema
from tests.report.test_wording import HARDEST, reading_grade

RUNS = (
    run("pagespeed", score=60, metrics={"performance": 60}),
    run("security", score=40),
    run("visual", score=70),
)
MADE = assessment(RUNS)


def of_speed(others=None, **values):
    """The audit's benchmark; of its areas only speed has been compared."""
    return stored(MADE, others=others, areas={"speed": Counter({50: 40})}, **values)


def made(others=None, language="en", **values):
    return report(*RUNS, benchmark=of_speed(others, **values), language=language)


def test_the_sentence_names_whom_how_many_and_when():
    page = LexborHTMLParser(render_html(made()))
    said = "Better than 69 of 100 plumbers we audited (n = 48, November 2026)."
    assert page.css_first(".verdict .standing").text() == said
    intro = page.css_first("#benchmark .intro").text()
    assert intro == f"{said} Better than 69 of 100 firms we audited (n = 48, November 2026)."
    assert page.css_first('.contents a[href="#benchmark"]').text() == "Your score against others"
    assert "Each firm counts once" in page.css_first("#benchmark .note").text()


def test_the_drawing_says_in_words_what_it_shows():
    drawn = LexborHTMLParser(render_html(made())).css_first("#benchmark svg")
    words = drawn.attributes["aria-label"]
    low = (MADE.score - 9) // 10 * 10
    assert f"{low} to {low + 9} points: 30." in words
    assert len(drawn.css("rect")) == 10
    assert len(drawn.css("rect.own")) == 1
    assert drawn.css_first("text.you").text() == f"You: {MADE.score}"


def test_areas_that_were_compared_are_listed():
    rows = LexborHTMLParser(render_html(made())).css("#benchmark tbody tr")
    assert [[c.text() for c in row.css("th, td")] for row in rows] == [["Speed", "60", "100", "40"]]


@pytest.mark.parametrize(
    ("others", "said"),
    [({0: 40}, "Better than all 40 plumbers we audited (November 2026)."),
     ({100: 40}, "None of the 40 plumbers we audited scored lower (November 2026).")],
)  # fmt: skip
def test_ends_are_said_as_they_are(others, said):
    assert made(Counter(others)).benchmark.groups[0].sentence == said


def test_a_trade_without_a_name_is_quoted():
    found = made(trade="dog <i>grooming").benchmark.groups[0]
    assert found.peers == "firms listed as “dog <i>grooming” that we audited"
    assert "<i>grooming" not in render_html(made(trade="dog <i>grooming"))


def test_german_says_it_too():
    found = made(language="de")
    said = "Besser als 69 von 100 Klempnereien, die wir geprüft haben (n = 48, November 2026)."
    assert found.benchmark.groups[0].sentence == said
    assert faults(render_html(found), GERMAN) == []


def test_without_a_benchmark_nothing_is_said():
    html = render_html(report(*RUNS))
    assert "we audited" not in html
    hidden = report(*RUNS, benchmark=of_speed(), branding=Branding(hidden=frozenset({"benchmark"})))
    assert "we audited" not in render_html(hidden)
    assert "benchmark" not in LexborHTMLParser(html).body.html
    assert json.loads(render_json(report(*RUNS)))["benchmark"] is None


def test_another_scores_benchmark_is_not_shown():
    other = of_speed()
    for group in other["groups"].values():
        group["overall"]["score"] += 1
    assert report(*RUNS, benchmark=other).benchmark is None
    assert made(version="of last year").benchmark is None


def test_json_fits_its_published_schema():
    data = json.loads(render_json(made()))
    schema().validate(data)
    assert data["benchmark"]["groups"][0]["better_than"] == 69
    assert data["benchmark"]["at"] == "2026-11-23T10:00:00+00:00"


def test_the_same_rows_give_the_same_bytes():
    assert render_html(made()) == render_html(made())


def test_an_owner_can_read_it():
    sentences = [group.sentence.partition(" (")[0] for group in made().benchmark.groups]
    sentences += load()("benchmark.note").split(". ")
    assert [s for s in sentences if reading_grade(s) > HARDEST] == []
