from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lfassess.ranking.evaluate import evaluate, outcome_of


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("Won", True),
        (" closed won ", True),
        ("LOST", False),
        ("nein", False),
        ("", None),
        ("?", None),
    ],
)
def test_a_cell_says_won_lost_or_nothing(text, outcome):
    assert outcome_of(text) is outcome


@pytest.mark.parametrize(
    ("outcomes", "share"),
    [
        ([(9, True), (1, False)], 1),
        ([(1, True), (9, False)], 0),
        ([(5, True), (5, False)], 0.5),
        ([(9, True), (5, False), (5, True), (1, False)], 0.875),
        ([(9, True)], None),
        ([], None),
    ],
)
def test_pairs_in_order_are_counted_and_equal_ones_by_half(outcomes, share):
    assert evaluate(outcomes).pairs_right == share


def test_the_first_fifth_is_looked_at():
    made = evaluate([(10 - n, n in {0, 9}) for n in range(10)])
    assert (made.top, made.won_in_top, made.won, made.lost) == (2, 1, 2, 8)


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=40))
def test_it_agrees_with_counting_each_pair(outcomes):
    pairs = [(w, x) for w, is_won in outcomes if is_won for x, also in outcomes if not also]
    right = sum((w > x) + (w == x) / 2 for w, x in pairs)
    expected = right / len(pairs) if pairs else None
    assert evaluate(outcomes).pairs_right == (None if expected is None else pytest.approx(expected))
