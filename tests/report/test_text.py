from __future__ import annotations

import pytest

from lfassess.report import text


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("  Café Olé ", "Café Olé"),
        ("a\x00b\x1bc\x7fd", "abcd"),
        ("half \ud83d character", "half  character"),
        ("turned \u202egnp.exe", "turned gnp.exe"),
        ("two\nlines\tkept", "two\nlines\tkept"),
        (None, ""),
        (42, ""),
        ("x" * 50, "x" * 9 + "…"),
    ],
)
def test_clean_keeps_what_is_fit_for_a_page(given, expected):
    assert text.clean(given, 10 if given == "x" * 50 else 2000) == expected


@pytest.mark.parametrize(
    ("given", "begins"),
    [
        ("about 9 visitors a month", "About"),
        ("layout shift 0.00; up to 0.1 is good", "Layout"),
        ("website: “24-hour emergencies”", "Website"),
        ("über 4,0 s ist schlecht", "Über"),
        ("https://shop.example/", "https"),
        ("shop.example: no DMARC record", "shop.example"),
        ("robots.txt forbids GPTBot", "robots.txt"),
        ("ann@shop.example", "ann@"),
        ("“Click here”", "“Click"),
        ("20.0 s; above 4.0 s is poor", "20.0"),
    ],
)
def test_a_line_begins_with_a_capital_unless_it_begins_with_a_name(given, begins):
    assert text.capital(given).startswith(begins)


@pytest.mark.parametrize(
    ("given", "country", "shown"),
    [
        ("tel:+493012345678", "US", "+49 30 12345678"),
        ("tel:+12075550142", "US", "(207) 555-0142"),
        ("+12075550142", None, "+1 207-555-0142"),
        ("call us", "US", "call us"),
        ("", "US", None),
        (None, None, None),
    ],
)
def test_a_phone_number_is_written_as_its_reader_does(given, country, shown):
    assert text.phone_number(given, country) == shown


def test_clean_or_none_makes_nothing_of_blanks():
    assert text.clean_or_none(" \x00 ") is None


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("https://shop.example/a?b=c", True),
        ("http://shop.example", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt://shop.example/%0aalert(1)", False),
        ("data:text/html,<script>", False),
        ("//shop.example", False),
        ("https://", False),
        ("https://shop.example/a b", False),
        ("https://[shop.example", False),
        ("", False),
        (None, False),
    ],
)
def test_only_web_addresses_become_links(given, safe):
    assert text.web_link(given) == (given if safe else None)


def test_host_of_leaves_scheme_and_slash_out():
    assert text.host_of("https://shop.example/") == "shop.example"
    assert text.host_of("https://shop.example/menu") == "shop.example/menu"
    assert text.host_of(None) is None


@pytest.mark.parametrize(
    ("items", "expected"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_listed(items, expected):
    assert text.listed(items) == expected
