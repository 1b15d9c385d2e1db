from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from lfassess.checks.onpage.evidence_page import _headings
from lfassess.checks.shared.elements import Elements
from lfassess.checks.shared.page_text import count_words, words_of
from lfassess.checks.shared.structured_data import read_page


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("Drains cleared.<br>Evenings saved.", "Drains cleared. Evenings saved."),
        ("<span>12 Main St</span><br><span>Halifax</span>", "12 Main St Halifax"),
        ("<p>One</p><p>Two</p>", "One Two"),
        ("<li>Mon</li><li>9-5</li>", "Mon 9-5"),
        ("Pl<b>umb</b>er", "Plumber"),
        ("<a href=x>read</a><wbr>er", "reader"),
        ("  spaced \n out  ", "spaced out"),
        ("seen<script>unseen()</script><style>p{}</style>", "seen"),
        ("<img src=x>", ""),
        ("", ""),
    ],
)
def test_words_that_stand_on_lines_of_their_own_are_not_joined(html, words):
    assert words_of(LexborHTMLParser(f"<div id=x>{html}</div>").css_first("#x")) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("Burst pipe? We don't wait.", 5),
        ("24-hour plumbers, e.g. in St. Paul's", 6),
        ("a-b-c -d- .", 2),
        ("Joe\u2019s caf\u00e9 \u2013 since 1998 \u2192 call", 5),
        ("snake_case \u2022 x\u00b2", 3),
        ("\u03c0 and \u0444", 3),
        ("\u0412\u043e\u0434\u0430 \u0438 \u0433\u0430\u0437", 3),
        ("\u6c34\u9053\u5de5\u4e8b\u6240", 3),
        ("Tokyo \u6c34\u9053 24/7", 4),
    ],
)
def test_words_are_counted_in_any_writing(text, words):
    assert count_words(text) == words


def test_headings_links_and_marked_up_addresses_are_read_that_way():
    (heading,) = _headings(Elements(LexborHTMLParser("<h1>Leaks fixed.<br>Drains cleared.</h1>")))
    assert heading.text == "Leaks fixed. Drains cleared."
    html = (
        '<div itemscope itemtype="https://schema.org/LocalBusiness">'
        '<span itemprop="address">12 Main St<br>Halifax</span></div>'
    )
    assert "12 Main St Halifax" in str(read_page(LexborHTMLParser(html)))
