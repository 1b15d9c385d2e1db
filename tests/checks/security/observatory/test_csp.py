"""Content Security Policies: how they are read, and what each is worth."""

from __future__ import annotations

import pytest

from lfassess.checks.security.evidence import Evidence
from lfassess.checks.security.observatory import Result, Site, assess
from lfassess.checks.security.observatory.csp import combined, policies


def site(*csp: str, meta: tuple[str, ...] = (), scheme: str = "https", **headers: str) -> Site:
    sent = [["Content-Type", "text/html"], *(["Content-Security-Policy", v] for v in csp)]
    sent += [[name.replace("_", "-"), value] for name, value in headers.items()]
    url = f"{scheme}://shop.test/"
    answer = {"url": url, "status": 200, "headers": sent, "route": [url]}
    return Evidence.from_json(
        {scheme: answer, "page": {"meta": {"content-security-policy": list(meta)}}}
    ).site


def result(*csp: str, **more) -> Result:
    return assess(site(*csp, **more)).tests["content-security-policy"]


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        ("default-src 'none'", Result.CSP_DEFAULT_NONE),
        ("DEFAULT-SRC 'NONE'", Result.CSP_DEFAULT_NONE),
        ("default-src", Result.CSP_DEFAULT_NONE),
        ("default-src 'self'", Result.CSP_SAFE),
        ("default-src 'self'; style-src 'unsafe-inline'", Result.CSP_INLINE_STYLE),
        ("default-src 'self'; style-src 'unsafe-inline' 'nonce-a'", Result.CSP_SAFE),
        ("default-src 'self'; img-src http:", Result.CSP_INSECURE_PASSIVE),
        ("default-src 'self'; media-src http://a.test", Result.CSP_INSECURE_PASSIVE),
        ("default-src 'self' 'unsafe-eval'", Result.CSP_EVAL),
        ("default-src 'self'; style-src 'unsafe-eval'", Result.CSP_EVAL),
        ("default-src 'self'; script-src 'unsafe-inline'", Result.CSP_INLINE),
        ("default-src 'self'; script-src 'unsafe-inline' 'sha256-a'", Result.CSP_SAFE),
        ("default-src 'self'; script-src data:", Result.CSP_INLINE),
        ("default-src 'self'; object-src *", Result.CSP_INLINE),
        ("script-src https:", Result.CSP_INLINE),
        ("img-src 'self'", Result.CSP_INLINE),  # scripts from anywhere
        ("default-src 'self'; connect-src http://a.test", Result.CSP_INSECURE),
        ("default-src 'self'; script-src ftp://a.test", Result.CSP_INSECURE),
        (
            "script-src 'strict-dynamic' 'nonce-a' https:; object-src 'none'",
            Result.CSP_INLINE_STYLE,
        ),
        ("script-src 'strict-dynamic'; object-src 'none'", Result.CSP_INVALID),
        ("default-src 'self'; report-uri /a; report-uri /b", Result.CSP_REPEATED),
        ("default-src 'none'; report-to a; report-to b", Result.CSP_REPEATED),
        ("default-src 'self' 'unsafe-eval'; report-to a; report-to b", Result.CSP_EVAL),
        ("default-src 'self'; default-src 'none'", Result.CSP_INVALID),
        ("x", Result.CSP_INVALID),
        ("", Result.CSP_INVALID),
        ("; ; ; ;", Result.CSP_NONE),
    ],
)
def test_one_policy(policy, expected):
    assert result(policy) is expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("default-src 'self', default-src 'none'",), Result.CSP_DEFAULT_NONE),
        (("default-src 'self'", "script-src 'self'"), Result.CSP_SAFE),
        (
            ("script-src 'unsafe-inline', script-src 'self'; object-src 'none'",),
            Result.CSP_INLINE_STYLE,
        ),
        ((" default-src 'self' ,  img-src 'self' ",), Result.CSP_SAFE),
        (("default-src 'self',",), Result.CSP_INVALID),
        ((", default-src 'none',",), Result.CSP_INVALID),
        (("default-src 'self'", ""), Result.CSP_INVALID),
    ],
)
def test_commas_and_repeated_headers_part_policies(values, expected):
    assert result(*values) is expected


@pytest.mark.parametrize(
    ("meta", "expected"),
    [
        (("default-src 'none'",), Result.CSP_DEFAULT_NONE),
        (("default-src 'none', default-src 'self'",), Result.CSP_DEFAULT_NONE),
        (("frame-ancestors 'none'; sandbox; report-uri /a",), Result.CSP_NONE),
        (("frame-ancestors 'none', default-src 'self'",), Result.CSP_DEFAULT_NONE),
        (("default-src 'self',",), Result.CSP_INVALID),
    ],
)
def test_policies_of_the_page_count_too(meta, expected):
    assert result(meta=meta) is expected


def test_a_policy_that_only_reports_is_none():
    headers = {"Content_Security_Policy_Report_Only": "default-src 'self'"}
    assert result(**headers) is Result.CSP_REPORT_ONLY


def test_http_sources_are_no_matter_on_an_http_site():
    assert result("default-src 'self'; connect-src http://a.test", scheme="http") is Result.CSP_SAFE


@pytest.mark.parametrize(
    ("first", "second", "shared"),
    [
        ("a.test", "a.test", {"a.test"}),
        ("a.test", "b.test", {"'none'"}),
        ("https://a.test/x/", "https://a.test/x/y.js", {"https://a.test/x/y.js"}),
        ("https://a.test/x", "https://a.test/x/y.js", {"'none'"}),
        ("https://a.test/%61", "https://a.test/a", {"https://a.test/%61", "https://a.test/a"}),
    ],
)
def test_what_two_policies_share(first, second, shared):
    assert combined(policies([f"font-src {first}, font-src {second}"]))["font-src"] == shared


def test_a_directive_that_the_first_policy_lacks_allows_nothing():
    assert combined(policies(["img-src a.test, font-src b.test"])) == {
        "img-src": {"a.test"}, "font-src": {"'none'"},
    }  # fmt: skip


def test_frame_ancestors_stand_in_for_x_frame_options():
    tests = assess(site("default-src 'self', frame-ancestors 'none'")).tests
    assert tests["x-frame-options"] is Result.FRAMES_BY_CSP
