"""Libraries and server software: recognised by URL, banner or header, and held against bounds."""

from __future__ import annotations

import re

import pytest
from retire_patterns import bounded, literal_of

from lfassess.checks.security import catalogue_libraries
from lfassess.checks.security.rules_software import key
from lfassess.config_files import read_toml
from tests.checks.security.test_judge import evidence, judge


def seen(url="", text=""):
    return [(e.name, e.version) for e in catalogue_libraries.seen_in([url] if url else [], text)]


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://code.jquery.com/jquery-3.4.1.min.js", ("jQuery", "3.4.1")),
        ("/js/jquery-3.4.1.slim.min.js", ("jQuery", "3.4.1")),
        ("https://cdn.test/ajax/libs/jquery/1.12.4/jquery.min.js", ("jQuery", "1.12.4")),
        ("https://cdn.test/npm/bootstrap@4.6.2/dist/js/bootstrap.bundle.min.js", ("Bootstrap", "4.6.2")),
        ("https://cdn.test/npm/swiper@8.4.7/swiper-bundle.min.js", ("Swiper", "8.4.7")),
        ("https://cdn.test/moment.js/2.24.0/moment.min.js", ("Moment.js", "2.24.0")),
        ("/wp-includes/js/jquery/jquery.min.js?ver=3.6.0", ("jQuery", "3.6.0")),
        ("/wp-content/themes/x/jquery.min.js?ver=6.5", None),  # the theme's own figure
        ("/js/my-jquery-3.4.1.js", None),  # another file's name
        ("/js/app.3.4.1.js", None),
    ],
)  # fmt: skip
def test_a_url_tells_name_and_version(url, found):
    assert seen(url) == ([found] if found else [])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/*! jQuery v1.11.3 | (c) 2005 */", ("jQuery", "1.11.3")),
        ("/*! jQuery UI - v1.12.1 - 2016 */", ("jQuery UI", "1.12.1")),
        ("//! moment.js\n//! version : 2.18.1", ("Moment.js", "2.18.1")),
        ("we like jQuery very much", None),
    ],
)
def test_a_banner_tells_name_and_version(text, found):
    assert seen(text=text) == ([found] if found else [])


def found_of(name, version, **more):
    page = {"libraries": [{"name": name, "version": version}]}
    return {f.code: f.evidence for f in judge(evidence(page=page, **more)).findings}


@pytest.mark.parametrize(
    ("name", "version", "code", "why"),
    [
        ("jQuery", "3.4.1", "outdated-libraries", "CVE-2020-11022"),
        ("jQuery", "3.5.0", None, ""),
        ("jQuery", "3.4.1", "outdated-libraries", "below 3.5.0"),
        ("jQuery", "3.7.1", None, ""),
        ("jQuery", "3.5.0-rc1", "outdated-libraries", "CVE-2020-11022"),
        ("jQuery UI", "1.13.2", None, ""),
        ("DataTables", "1.11.2", "outdated-libraries", "CVE-2021-23445"),
        ("Lodash", "4.17.20", "outdated-libraries", "and 1 more"),
        ("Lodash", "4.17.21", "outdated-libraries", "CVE-2026-4800"),
        ("Lodash", "4.18.0", None, ""),
        ("Swiper", "6.5.0", "outdated-libraries", "CVE-2021-23370"),
        ("Swiper", "11.2.10", "outdated-libraries", "CVE-2026-27212"),
        ("Swiper", "12.1.2", None, ""),
        ("Bootstrap", "3.4.1", "outdated-libraries", "CVE-2024-6485"),
        ("Bootstrap", "4.3.0", "outdated-libraries", "CVE-2019-8331"),
        ("Bootstrap", "4.6.2", "unmaintained-libraries", "version 4"),
        ("Bootstrap", "5.3.3", None, ""),
        ("Vue", "2.7.16", "unmaintained-libraries", "version 2"),
        ("Vue", "3.5.13", None, ""),
        ("Moment.js", "2.29.3", "outdated-libraries", "CVE-2022-31129"),
        ("axios", "0.29.0", "outdated-libraries", "CVE-2025-27152"),
        ("axios", "1.8.2", None, ""),
        ("Something else", "0.1", None, ""),
    ],
)
def test_a_version_is_held_against_its_bounds(name, version, code, why):
    codes = found_of(name, version)
    old = {c: e for c, e in codes.items() if c.endswith("-libraries")}
    assert list(old) == ([code] if code else [])
    assert why in "".join(old.values())


def test_holes_that_are_all_small_make_a_small_finding():
    assert _severity({"severity": "low"}) == ["low"]
    assert _severity({"severity": "low"}, {"severity": "medium"}) == ["medium"]


def test_a_listed_end_without_a_reason_says_what_an_end_is():
    (said,) = _found("unmaintained-libraries", {"kind": "end"}, name="Some library")
    assert said.evidence == "Some library 1.8.4 (below 9: no updates any more)"


def _severity(*holes):
    return [f.severity.value for f in _found("outdated-libraries", *holes)]


def _found(code, *holes, name="AngularJS"):
    page = {"libraries": [{"name": name, "version": "1.8.4"}]}
    each = [{"below": "9", "kind": "hole", "ids": ["CVE-2030-1"], **hole} for hole in holes]
    entry = catalogue_libraries.Library(name, (), (), (), tuple(each))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogue_libraries, "libraries", lambda: (entry,))
        found = judge(evidence(page=page)).findings
    return [f for f in found if f.code == code]


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("/js/jquery.validate-1.19.3.min.js", ("jQuery Validation", "1.19.3")),
        ("https://cdn.test/npm/vue@2.6.14", ("Vue", "2.6.14")),
        ("https://cdn.test/react-dom@16.4.1/umd/react-dom.production.min.js", ("react-dom", "16.4.1")),
        ("https://cdn.test/mathjax@2.7.3/MathJax.js?config=x", ("MathJax", "2.7.3")),
        ("/theme/2.1.0/bootstrap.min.js", None),  # the theme's own number
        ("/assets/1.0/select2.min.js", None),
        ("/js/jquery.min.js?ver=1.4.2", None),
    ],
)  # fmt: skip
def test_retire_js_recognises_by_address(url, found):
    assert seen(url) == ([found] if found else [])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<script>/*! DataTables 1.10.16", ("DataTables", "1.10.16")),
        ("<script>/*! @license DOMPurify 2.0.1 | (c) Cure53", ("DOMPurify", "2.0.1")),
        ('<script>jQuery.migrateVersion = "3.0.0"; </script>', ("jQuery Migrate", "3.0.0")),
    ],
)
def test_retire_js_recognises_in_the_page(text, found):
    assert found in seen(text=text)


def test_a_library_seen_in_both_ways_counts_once():
    assert seen("/js/jquery-3.4.1.min.js", "/*! jQuery v3.4.1 */") == [("jQuery", "3.4.1")]


def test_only_the_text_around_a_known_word_is_searched():
    entry = catalogue_libraries.Library(
        "x", (), (), (("needle-word", re.compile(r"needle-word.{0,900}v(1\.2)")),), ()
    )
    assert catalogue_libraries._in_text(*entry.texts[0], "needle-word v1.2") == "1.2"
    assert catalogue_libraries._in_text(*entry.texts[0], "needle-word" + " " * 600 + "v1.2") is None
    assert (
        catalogue_libraries._in_text(
            *entry.texts[0], "needle-word " * 9 + " " * 600 + "needle-word v1.2"
        )
        is None
    )


@pytest.mark.parametrize(
    "nasty", ["a" * 900, "/*!" + " \n*" * 300, '="' + "1." * 400, "x{" * 450, "\n" * 900]
)
def test_no_pattern_takes_long_over_hostile_text(nasty):
    """The test's own time limit is what tells."""
    for library in catalogue_libraries.libraries():
        for pattern in (*library.urls, *library.files):
            pattern.search(nasty)
        for literal, pattern in library.texts:
            pattern.search(literal + nasty)
            pattern.search(nasty + literal + nasty[:400])


def test_every_pattern_is_bounded_and_has_its_word():
    for library in catalogue_libraries.libraries():
        for pattern in (*library.urls, *library.files, *(p for _, p in library.texts)):
            assert bounded(pattern.pattern) == pattern.pattern
        for literal, pattern in library.texts:
            assert literal_of(pattern.pattern) == literal


def test_every_rule_has_bounds_a_kind_and_a_source():
    rules = [r for entry in read_toml("scripts.toml")["scripts"].values() for r in entry["rules"]]
    assert len(rules) > 10
    for rule in rules:
        assert {"below", "kind", "why", "source"} <= rule.keys() <= {
            "below", "kind", "why", "source", "from", "since"
        }  # fmt: skip
        assert rule["kind"] in {"hole", "end"}
        assert rule["source"].startswith("https://")
        assert rule["kind"] == "end" or rule["why"].startswith("CVE-")


def test_every_hole_has_bounds_and_a_severity():
    holes = [h for library in catalogue_libraries.libraries() for h in library.holes]
    assert len(holes) > 300
    for hole in holes:
        assert hole.keys() <= {"from", "below", "severity", "ids", "kind"}
        assert hole["severity"] in {"low", "medium", "high", "critical"}
        assert key("0-alpha") < key(hole["below"])


@pytest.mark.parametrize(
    ("smaller", "larger"),
    [("3.4", "3.4.1"), ("3.9", "3.10"), ("3.0.0-rc1", "3.0.0"),
     ("1.9.0b1", "1.9.0"), ("2.999.999", "3"), ("3.0.0-rc.1", "3.0.0-rc.2"), ("", "0.1")],
)  # fmt: skip
def test_versions_are_in_order(smaller, larger):
    assert key(smaller) < key(larger)


@pytest.mark.parametrize(
    ("one", "other"), [("3.4", "3.4.0"), ("v3.4", "3.4"), ("3.4.1.min", "3.4.1")]
)
def test_versions_that_are_the_same(one, other):
    assert key(one) == key(other)
