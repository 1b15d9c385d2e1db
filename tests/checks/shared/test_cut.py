from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lfassess.plain_text import cut


@pytest.mark.parametrize(
    ("text", "longest", "expected"),
    [
        ("one two three", 13, "one two three"),
        ("one two three", 12, "one two…"),
        ("one two, three", 9, "one two…"),
        ("of undefined (reading", 15, "of undefined…"),
        ("abcdefghij", 5, "abcd…"),
        ("a bcdefghijkl", 8, "a bcdef…"),
        ("", 5, ""),
    ],
)
def test_texts_are_cut_between_words(text, longest, expected):
    assert cut(text, longest) == expected


@given(st.text(max_size=60), st.integers(1, 50))
def test_nothing_is_longer_than_asked_for(text, longest):
    assert len(cut(text, longest)) <= longest
