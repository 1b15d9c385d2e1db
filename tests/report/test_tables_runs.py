"""How sure the speed score is, in the report and on the command line."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from lfassess.report import tables
from lfassess.report.render import render_html
from lfassess.report.tables import runs
from tests.report.factories.rows import finding, report, run


def metrics(*scores, unsure=None, score_range=None):
    median = sorted(scores)[len(scores) // 2]
    return {
        "source": "lighthouse",
        "lighthouse_version": "13.5.0",
        "runs": {"scores": list(scores), "median": median, "unsure": unsure},
        "score_range": score_range or [min(scores), max(scores)],
    }


def rows(given_metrics):
    made = [
        t for t in tables.tables("pagespeed", given_metrics) if t.caption.startswith("How sure")
    ]
    return [{row[0].text: row[1].text for row in t.rows} for t in made]


def test_one_sure_run_has_no_table():
    assert rows(metrics(62)) == []


def test_runs_have_median_and_range():
    assert rows(metrics(62, 58, 66)) == [
        {
            "Runs on a phone": "3",
            "Score that counts": "62",
            "Lowest to highest score": "58\N{EN DASH}66",
            "What another run may find": "58\N{EN DASH}66",
        }
    ]


def test_one_unsure_run_has_its_range():
    (table,) = rows(metrics(76, unsure="near_bound", score_range=[73, 79]))
    assert table["Lowest to highest score"] == "76"
    assert table["What another run may find"] == "73\N{EN DASH}79"


@pytest.mark.parametrize(
    ("given_metrics", "words"),
    [
        (metrics(62, 58, 66), "score in 3 runs: median 62 (58\N{EN DASH}66)"),
        (metrics(62, 62), "score in 2 runs: 62 each time"),
        (
            metrics(100, 100, unsure="slow_machine", score_range=[100, 100]),
            "score in 2 runs: 100 each time; busy machine",
        ),
        (metrics(62), None),
        (
            metrics(76, unsure="near_bound", score_range=[73, 79]),
            "score in one run: 76; near a grade's bound: may be 73\N{EN DASH}79",
        ),
        (
            metrics(29, 31, unsure="slow_machine", score_range=[29, 53]),
            "score in 2 runs: median 31 (29\N{EN DASH}31); busy machine: may be 29\N{EN DASH}53",
        ),
        ({}, None),
    ],
)
def test_command_line_says_how_sure_it_is(given_metrics, words):
    assert runs.in_words(given_metrics) == words


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("lighthouse", "Google Lighthouse 13.5.0 (3\N{MULTIPLICATION SIGN})"),
        ("psi", "Google PageSpeed Insights, Lighthouse 13.5.0 (3\N{MULTIPLICATION SIGN})"),
    ],
)
def test_source_says_how_often(source, said):
    assert tables.source("pagespeed", metrics(1, 2, 3) | {"source": source}) == said


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # on a busy machine
@given(JSON, JSON, JSON)
def test_any_json_is_shown_or_left_out(one, other, third):
    given_metrics = {"runs": {"scores": one, "median": other, "unsure": third}, "score_range": one}
    runs.tables(given_metrics)
    runs.in_words(given_metrics)
    runs.tables({"runs": one})


@pytest.mark.parametrize(
    ("given_metrics", "language", "said"),
    [
        (metrics(28, 26, 35), "en", "26\N{EN DASH}35 in 3 test visits"),
        (metrics(28, 26, 35), "de", "26\N{EN DASH}35 bei 3 Testbesuchen"),
        (metrics(28, score_range=[25, 31]), "en", "another test visit may give 25\N{EN DASH}31"),
        (metrics(28, 28), "en", None),
        (metrics(28), "en", None),
    ],
)
def test_the_range_stands_beside_each_claim_about_speed(given_metrics, language, said):
    slow = finding("slow-page", "high", "The page is slow on a phone", "28 of 100")
    made = report(
        run("pagespeed", score=28, metrics=given_metrics, findings=[slow]), language=language
    )
    section = next(s for s in made.sections if s.name == "speed")
    claims = [
        next(h.text for h in made.headlines if h.area == "speed"),
        section.findings[0].shown,
        made.losses[0].evidence,
        LexborHTMLParser(render_html(made)).css_first("#area-speed .area-score").text(),
    ]
    assert [said is None or said in claim for claim in claims] == [True] * 4
    assert said is not None or not any("\N{EN DASH}" in claim for claim in claims)
    assert [row for row in made.developer if "28" in row.evidence] == []
