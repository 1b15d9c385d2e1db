"""The arithmetic of standing among others: by hand, and by a second way of reckoning it."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lfassess.checks.base import Area
from lfassess.db.models.assessment import AREAS
from lfassess.scoring.benchmark import LEAST, OVERALL, Benchmark, Group, Spread, Standing, compared

SCORES = st.lists(st.integers(0, 100), min_size=LEAST, max_size=200)


def test_equal_scores_count_half():
    others = Counter([40] * 20 + [50] * 10 + [60] * 10)
    found = Spread(others).standing(50)
    assert found == Standing(50, 40, below=20, equal=10)
    assert found.percentile == 62.5
    assert found.better_than == 63


@pytest.mark.parametrize(
    ("others", "better_than"),
    [([50] * 300 + [40], 50), ([50] + [60] * 299, 0), ([40] * 299 + [50], 99), ([40] * 40, 100),
     ([60] * 40, 0), ([40] + [60] * 299, 1)],
)  # fmt: skip
def test_all_and_none_are_said_only_where_it_is_so(others, better_than):
    assert Spread(Counter(others)).standing(50).better_than == better_than


def test_too_few_others_say_nothing():
    assert Spread(Counter([40] * (LEAST - 1))).standing(50) is None
    assert Spread(Counter([40] * LEAST)).standing(50) is not None
    assert compared(50, {}, {OVERALL: Spread(Counter([40] * (LEAST - 1)))}) is None
    assert compared(50, {}, {}) is None


@given(st.integers(0, 100), SCORES)
def test_percentile_is_the_mean_rank(score, others):
    """The midrank is the mean of the ranks that the score could take among its equals."""
    found = Spread(Counter(others)).standing(score)
    low = sum(o < score for o in others)
    high = sum(o <= score for o in others)
    assert found.percentile == pytest.approx(100 * (low + high) / 2 / len(others))
    mirrored = Spread(Counter(100 - o for o in others)).standing(100 - score)
    assert found.percentile + mirrored.percentile == pytest.approx(100)


@given(st.integers(0, 100), SCORES)
def test_bands_hold_all_others_and_it_is_read_back_as_it_was_written(score, others):
    spread = Spread(Counter(others))
    made = compared(score, {"speed": score}, {OVERALL: spread, "speed": spread})
    assert sum(made.bands) == len(others)
    assert made.areas["speed"] == made.overall
    benchmark = Benchmark("2026-11-23T10:00:00+00:00", "7", "plumber", {Group.TRADE: made})
    assert Benchmark.from_json(json.loads(json.dumps(benchmark.as_json()))) == benchmark


def test_what_is_stored_is_read_back_and_given_to_programs():
    counts = Spread(Counter([0] * 2 + [9] * 8 + [10] + [50] * 15 + [89] * 2 + [90] * 7 + [100] * 3))
    assert counts.bands_beside(50) == (10, 1, 0, 0, 0, 15, 0, 0, 2, 10)
    areas = {"speed": 50, "security": 50}
    made = compared(50, areas, {OVERALL: counts, "speed": counts}, counted=True)
    benchmark = Benchmark("2026-11-23T10:00:00+00:00", "7", "plumber", {Group.TRADE: made})
    standing = {"score": 50, "n": 37, "below": 11, "equal": 14}
    assert benchmark.as_json() == {
        "at": "2026-11-23T10:00:00+00:00",
        "version": "7",
        "trade": "plumber",
        "groups": {
            "trade": {
                "overall": standing,
                "bands": [10, 1, 0, 0, 0, 14, 0, 0, 2, 10],
                "areas": {"speed": standing},
            }
        },
    }
    assert Benchmark.from_json(json.loads(json.dumps(benchmark.as_json()))) == benchmark
    assert benchmark.in_short() == {
        "at": "2026-11-23T10:00:00+00:00",
        "trade": "plumber",
        "groups": {"trade": {"n": 37, "better_than": 49}},
    }


def test_an_area_that_few_others_have_is_left_out():
    others = Spread(Counter(range(LEAST)))
    few = Spread(Counter(range(LEAST - 1)))
    made = compared(
        50,
        {"speed": 50, "security": 9, "x": 4},
        {OVERALL: others, "security": others, "speed": few},
    )
    assert list(made.areas) == ["security"]


@given(st.integers(0, 100), SCORES)
def test_an_audit_among_the_counted_is_left_out(score, others):
    among = Spread(Counter([*others, score]))
    beside = Spread(Counter(others))
    assert among.standing(score, counted=True) == beside.standing(score)
    assert among.bands_beside(score, counted=True) == beside.bands_beside(score)


def test_every_area_that_is_scored_is_counted():
    assert set(AREAS) == {area.value for area in Area}
