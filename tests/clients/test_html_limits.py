"""HTML that would overwhelm a parser is cut off; everything else stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lfassess.clients.html_limits import MAX_ATTRIBUTES, MAX_TAGS, truncate_pathological_html


@pytest.mark.parametrize(
    "html",
    [
        "",
        "no tags at all",
        "<p>One<br>two</p>" * 5_000,
        "<b>bold</b>" * 9_000,
        f"<script>{'<b>' * 50_000}</script><p>end</p>",  # text, no elements
        f"<style>{'<i>' * 50_000}</style>",
        "<div " + " ".join(f"a{n}=1" for n in range(200)) + ">",
        "<<<<<>>>> 3 < 4 <",
    ],
)
def test_what_a_parser_can_take_stays_as_it_is(html):
    assert truncate_pathological_html(html) == html


@pytest.mark.parametrize(
    ("html", "length"),
    [
        ("<div>" * (MAX_TAGS + 500), MAX_TAGS * len("<div>")),
        ("<p>start" + "<b " + "a=1 " * 4_000 + ">", len("<p>start")),
        ("<svg><script>" + "<b>" * 40_000, None),  # in a drawing a script holds elements
        ("<b><i><u>" * 200 + "<p>" * 5_000, None),  # each p opens six hundred again
    ],
)
def test_what_it_can_not_is_cut_before_that(html, length):
    tamed = truncate_pathological_html(html)
    assert html.startswith(tamed)
    assert len(tamed) < len(html)
    assert length in {None, len(tamed)}


def test_the_limit_is_of_attributes_not_of_their_length():
    long_value = f'<img src="data:{"x" * 100_000}"><p>after</p>'
    assert truncate_pathological_html(long_value) == long_value
    assert MAX_ATTRIBUTES > 200


def test_closed_formatting_is_not_counted_as_open():
    html = "<b>x</b><p>y</p>" * 6_000
    assert truncate_pathological_html(html) == html


@given(st.text(alphabet="<>/ab =\"'\n", max_size=300))
def test_it_only_ever_cuts(html):
    assert html.startswith(truncate_pathological_html(html))
