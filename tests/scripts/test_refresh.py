"""retire.js' data become a table of ours: bounded, dated, valid TOML."""

from __future__ import annotations

import tomllib

import pytest
import refresh
from retire_patterns import VERSION, bounded, literal_of, named_before

ENTRY = {
    "vulnerabilities": [
        {"atOrAbove": "1.2.0", "below": "1.4.0", "severity": "high", "cwe": ["CWE-79"],
         "identifiers": {"CVE": ["CVE-2030-1"], "githubID": "GHSA-a"}},
        {"below": "1.3.0", "severity": "low", "cwe": ["CWE-79"], "identifiers": {"githubID": "GHSA-b"}},
        {"below": "1.1.0", "severity": "low", "cwe": ["CWE-79"], "identifiers": {"summary": "x"}},
        {"below": "1.5.0", "severity": "high", "cwe": ["CWE-1333", "CWE-400"], "identifiers": {}},
        {"below": "2.0.0", "severity": "low", "cwe": ["CWE-1104"], "identifiers": {}},
    ],
    "extractors": {
        "uri": ["/sliders/(§§version§§)/sliders\\.js", "/(§§version§§)/sliders\\.js"],
        "filename": ["sliders-(§§version§§)(\\.min)?\\.js"],
        "filecontent": ['/\\*! Sliders "v" (§§version§§)', "v(§§version§§)", "(a+)+ Sliders (§§version§§)"],
        "ast": ["//x"],
    },
}  # fmt: skip


def test_what_becomes_of_an_entry():
    table = refresh.library("sliders", ENTRY)
    assert table["urls"] == [f"/sliders/({VERSION})/sliders\\.js"]
    assert [t["literal"] for t in table["texts"]] == ['/*! Sliders "v" ']
    assert [(h.get("from"), h["below"], h["ids"], h["kind"]) for h in table["holes"]] == [
        ("1.2.0", "1.4.0", ["CVE-2030-1"], "hole"),
        (None, "1.3.0", ["GHSA-b"], "hole"),
        (None, "1.1.0", [], "hole"),
        (None, "2.0.0", [], "end"),
    ]


def test_what_is_written_reads_the_same():
    table = refresh.library("sliders", ENTRY)
    assert tomllib.loads(refresh.table('libraries."sliders"', table)) == {
        "libraries": {"sliders": table}
    }


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("a+b*", "a{1,200}b{0,200}"),
        ("[*+]x+", "[*+]x{1,200}"),
        (r"\*\+x*?", r"\*\+x{0,200}?"),
        ("(?:a|b)+", "(?:a|b){1,200}"),
        ("(a+)+", None),
        ("(a{1,5}b){2,3}", None),
        ("a*b*c*", None),
        ("[^]*x", None),  # JavaScript's own
        ("(?<=a+)b", None),
        ("(unclosed", None),
    ],
)
def test_patterns_are_bounded_or_refused(pattern, expected):
    assert bounded(pattern) == expected


@pytest.mark.parametrize(
    ("pattern", "literal"),
    [("abcdef", "abcdef"), ("abcde", None), ("ab?cdefghi", "cdefghi"), (r"x\.abcde", "x.abcde"),
     ("(abcdefgh)?", None)],
)  # fmt: skip
def test_the_word_that_each_match_holds(pattern, literal):
    assert literal_of(pattern) == literal


def test_a_folder_s_number_is_no_library_s():
    assert named_before(f"/jquery/({VERSION})/jquery.js")
    assert not named_before(f"/({VERSION})/jquery.js")
    assert not named_before(f"/(?:v)?({VERSION})/ember.js")
