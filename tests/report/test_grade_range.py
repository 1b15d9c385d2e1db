"""A grade that another measurement of speed may change is printed with its range."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lfassess import scoring
from lfassess.checks.base import Area
from lfassess.language import load
from lfassess.report import verdict
from lfassess.report.render import render_html
from lfassess.scoring import Result
from tests.report.factories.rows import report, run

DASH = "\N{EN DASH}"


def assessed(median, score_range, security=60):
    pagespeed = {"runs": {"median": median}, "score_range": score_range}
    results = {
        "pagespeed": Result(median, [], pagespeed),
        "security": Result(security, [], {}),
    }
    return scoring.assess(results, scoring.load_rules()).as_summary()


@pytest.mark.parametrize(
    ("median", "score_range", "grades"),
    [
        (74, [74, 74], None),
        (74, [74, 75], f"B{DASH}C"),
        (74, [50, 74], None),
        (74, [49, 74], f"C{DASH}D"),
        (29, [26, 100], f"A{DASH}F"),
        (74, None, None),
        (74, ["x", 90], None),
    ],
)
def test_grade_of_speed_has_a_range_where_it_crosses_a_bound(median, score_range, grades):
    summary = assessed(median, score_range)
    assert scoring.grades_of(summary, Area.SPEED.value) == grades


def test_overall_grade_has_a_range_where_speed_moves_it_across_a_bound():
    unsure = assessed(20, [20, 90], security=40)
    assert unsure["range"]["overall"]["low"] < unsure["range"]["overall"]["high"]
    assert scoring.grades_of(unsure) is not None
    assert scoring.grades_of(assessed(20, [20, 22], security=20)) is None


def test_sure_grades_store_no_range():
    assert "range" not in assessed(60, [60, 60])


@pytest.mark.parametrize("code", ["en", "de"])
def test_report_says_in_which_grades_the_score_lies(code):
    summary = assessed(29, [26, 100], security=40)
    text = verdict.coverage([], load(code), summary)
    assert f"A{DASH}F" in text
    assert scoring.grades_of(summary) in text
    assert DASH not in verdict.coverage([], load(code), assessed(60, [60, 60]))


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["range", "overall", "grades"]), inner)
        ),
        max_leaves=8,
    )
)
def test_any_summary_has_grades_or_none(summary):
    found = scoring.grades_of(summary)
    assert found is None or isinstance(found, str)


def areas(*, unclear=0):
    rows = [run(name, score=50) for name in ("security", "semrush")]
    rows += [run(name, inconclusive_reason="a weak match") for name in ("gbp", "onpage")[:unclear]]
    return rows


def test_no_grade_is_said_to_rest_on_anything_where_there_is_none():
    made = report(*areas(), grade=None)
    assert "grade is based" not in made.coverage
    assert "too little for an overall grade" in made.coverage
    assert "of the overall grade" not in render_html(made)


def test_a_grade_beside_an_unclear_area_does_not_rest_on_all():
    assert "based on all of them" in report(*areas(), grade="C").coverage
    assert "based on 2 of them" in report(*areas(unclear=1), grade="C").coverage
