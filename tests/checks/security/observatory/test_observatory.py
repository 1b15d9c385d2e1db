"""Results, scores and grades equal to MDN HTTP Observatory's own, header set by header set.

scanned.json holds generated answers, odd ones included, with what version 1.4.8 of the Observatory
made of them; where algorithm 6 decides otherwise (policies sent apart, X-Frame-Options), with what
its published rules make of them.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lfassess.checks.security.evidence import Evidence
from lfassess.checks.security.observatory import assess
from lfassess.checks.security.observatory.cookies import stored
from lfassess.checks.security.observatory.csp import InvalidPolicyError, combined, policies
from lfassess.checks.security.observatory.scoring import grade
from lfassess.checks.security.observatory.sri import resolve

SCANNED = json.loads((Path(__file__).parent / "scanned.json").read_text())


@pytest.mark.parametrize("case", SCANNED["cases"], ids=range(len(SCANNED["cases"])))
def test_agrees_with_the_observatory(case):
    verdict = assess(Evidence.from_json(case["site"]).site)
    assert verdict.tests == dict(zip(SCANNED["tests"], case["results"], strict=True))
    assert (verdict.score, verdict.grade) == (case["score"], case["grade"])


@pytest.mark.parametrize(
    ("score", "expected"),
    [(135, "A+"), (100, "A+"), (99, "A"), (90, "A"), (89, "A-"), (70, "B"), (69, "B-"), (50, "C"),
     (30, "D"), (29, "D-"), (25, "D-"), (24, "F"), (0, "F")],
)  # fmt: skip
def test_grades_by_the_multiple_of_five_below(score, expected):
    assert grade(score) == expected


def test_two_policies_allow_what_both_allow():
    both = policies(["script-src 'self' https://a.test, script-src 'self'"])
    assert combined(both)["script-src"] == {"'self'"}


@pytest.mark.parametrize(
    "values",
    [["script-src 'self'; script-src 'none'"], [""], ["x"], ["img-src a/%zz", "img-src a/%41"],
     [", default-src 'none',"], ["default-src 'none',"], ["default-src 'none',,img-src *"]],
)  # fmt: skip
def test_refuses_invalid_policies(values):
    with pytest.raises(InvalidPolicyError):
        combined(policies(values))


def test_report_directives_may_repeat():
    [policy] = policies(["default-src 'none'; report-uri /a; report-uri /b"])
    assert policy.repeats


@pytest.mark.parametrize(
    ("url", "set_cookie", "stays"),
    [
        ("https://www.shop.test/", "a=1", True),
        ("https://www.shop.test/", "a=1; Domain=shop.test", True),
        ("https://www.shop.test/", "a=1; Domain=.SHOP.test", True),
        ("https://www.shop.test/", "a=1; Domain=other.test", False),
        ("https://www.shop.test/", "a=1; Domain=other.test; Domain=.", False),
        ("https://www.shop.test/", "a=1; Domain=test", False),
        ("https://shop.co.uk/", "a=1; Domain=co.uk", False),
        ("https://127.0.0.1/", "a=1; Domain=127.0.0.1", False),
        ("https://shop.test/", "__Host-a=1; Secure; Path=/", True),
        ("https://shop.test/", "__Host-a=1; Secure; Path=/; Domain=shop.test", False),
        ("https://shop.test/", "__Secure-a=1", False),
        ("https://shop.test/", "nameless", False),
        ("https://shop.test/", "=1", False),
    ],
)
def test_keeps_the_cookies_a_browser_keeps(url, set_cookie, stays):
    assert bool(stored([(url, set_cookie)])) is stays


def test_cookies_of_two_paths_are_two():
    given = [("https://a.test/shop/", f"a=1{path}") for path in ("", "; Path=/x", "; Path=y")]
    assert [c.path for c in stored(given)] == ["/shop", "/x"]


def test_later_cookie_replaces_its_like():
    cookies = stored([("https://a.test/", "a=1"), ("https://a.test/", "a=2; Secure")])
    assert [c.secure for c in cookies] == [True]


@pytest.mark.parametrize(
    ("src", "base", "expected"),
    [
        ("/a.js", None, "/a.js"),
        ("//cdn.test/a.js", None, "//cdn.test/a.js"),
        (" HTTPS://CDN.test/A.js ", None, "https://cdn.test/A.js"),
        ("https:/cdn.test/a.js", None, "https://cdn.test/a.js"),
        ("/a.js", "https://cdn.test/x/", "https://cdn.test/a.js"),
        ("//b.test/a.js", "https://cdn.test/", "https://b.test/a.js"),
        ("/a.js", "/relative/", "/a.js"),
        ("data:text/javascript,1", None, "data:text/javascript,1"),
    ],
)
def test_resolves_script_addresses_as_a_page_does(src, base, expected):
    assert resolve(src, base) == expected


def test_no_host_counts_as_preloaded():
    site = Evidence.from_json(
        {"http": {"url": "https://x.app/", "route": ["http://x.app/", "https://x.app/"]}}
    ).site
    assert assess(site).tests["redirection"] == "redirection-to-https"
