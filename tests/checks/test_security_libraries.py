"""Libraries and server software: recognised by URL, banner or header, and held against bounds."""

from __future__ import annotations

import pytest

from lfassess.checks.security_rules import libraries
from lfassess.configs import read_toml
from tests.checks.test_security import evidence, judge


def seen(url="", text=""):
    return [(e["name"], e["version"]) for e in libraries.seen_in([url] if url else [], text)]


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
        ("Lodash", "4.17.20", "outdated-libraries", "CVE-2021-23337"),
        ("Lodash", "4.17.21", "outdated-libraries", "CVE-2026-4800"),
        ("Lodash", "4.18.0", None, ""),
        ("Swiper", "6.5.0", "outdated-libraries", "CVE-2021-23370"),
        ("Swiper", "11.2.10", "outdated-libraries", "CVE-2026-27212"),
        ("Swiper", "12.1.2", None, ""),
        ("Bootstrap", "3.4.1", "unmaintained-libraries", "version 3"),
        ("Bootstrap", "4.3.0", "outdated-libraries", "CVE-2019-8331"),
        ("Bootstrap", "4.6.2", "unmaintained-libraries", "version 4"),
        ("Bootstrap", "5.3.3", None, ""),
        ("Moment.js", "2.17.0", None, ""),  # older than the hole
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


@pytest.mark.parametrize(
    ("day", "version", "old"),
    [
        ("2026-12-31", "8.2", False),
        ("2027-01-01", "8.2", True),
        ("2026-12-31", "8.1.30", True),
        ("2027-01-01", "8.3.1", False),
        ("no date", "7.4", True),
    ],
)
def test_the_end_of_support_counts_from_its_day(day, version, old):
    headers = [["X-Powered-By", f"PHP/{version}"]]
    codes = {f.code for f in judge(evidence(headers, fetched_at=day)).findings}
    assert ("outdated-server-software" in codes) == old


def test_every_rule_has_bounds_a_kind_and_a_source():
    config = read_toml("libraries.toml")
    rules = [r for group in config.values() for entry in group.values() for r in entry["rules"]]
    assert len(rules) > 20
    for rule in rules:
        assert {"below", "kind", "why", "source"} <= rule.keys() <= {
            "below", "kind", "why", "source", "from", "since"
        }  # fmt: skip
        assert rule["kind"] in {"hole", "end"}
        assert rule["source"].startswith("https://")
        assert rule["kind"] == "end" or rule["why"].startswith("CVE-")
