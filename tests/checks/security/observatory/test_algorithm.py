"""Algorithm 6: every result's points, the tests it brought, and the scores they make."""

from __future__ import annotations

import pytest

from lfassess.checks.security.evidence import Evidence
from lfassess.checks.security.observatory import ALGORITHM, Result, assess
from lfassess.checks.security.observatory.headers import token_item

# Published points; what is not listed changes nothing.
POINTS = {
    "csp-implemented-with-no-unsafe-default-src-none": 10,
    "csp-implemented-with-no-unsafe": 5,
    "csp-implemented-with-insecure-scheme-in-passive-content-only": -10,
    "csp-implemented-with-unsafe-eval": -10,
    "csp-implemented-with-unsafe-inline": -20,
    "csp-implemented-with-insecure-scheme": -20,
    "csp-header-invalid": -25,
    "csp-not-implemented": -25,
    "csp-not-implemented-but-reporting-enabled": -25,
    "cookies-secure-with-httponly-sessions-and-samesite": 5,
    "cookies-without-secure-flag-but-protected-by-hsts": -5,
    "cookies-session-without-secure-flag-but-protected-by-hsts": -10,
    "cookies-without-secure-flag": -20,
    "cookies-samesite-flag-invalid": -20,
    "cookies-anticsrf-without-samesite-flag": -20,
    "cookies-session-without-httponly-flag": -30,
    "cookies-session-without-secure-flag": -40,
    "cross-origin-resource-sharing-implemented-with-universal-access": -50,
    "redirection-off-host-from-http": -5,
    "redirection-not-to-https-on-initial-redirection": -10,
    "redirection-not-to-https": -20,
    "redirection-missing": -20,
    "redirection-invalid-cert": -20,
    "referrer-policy-private": 5,
    "referrer-policy-unsafe": -5,
    "referrer-policy-header-invalid": -5,
    "hsts-preloaded": 5,
    "hsts-implemented-max-age-less-than-six-months": -10,
    "hsts-not-implemented": -20,
    "hsts-header-invalid": -20,
    "hsts-not-implemented-no-https": -20,
    "hsts-invalid-cert": -20,
    "sri-implemented-and-all-scripts-loaded-securely": 5,
    "sri-implemented-and-external-scripts-loaded-securely": 5,
    "sri-not-implemented-but-external-scripts-loaded-securely": -5,
    "sri-implemented-but-external-scripts-not-loaded-securely": -20,
    "sri-not-implemented-and-external-scripts-not-loaded-securely": -50,
    "x-content-type-options-header-invalid": -5,
    "x-content-type-options-not-implemented": -5,
    "x-frame-options-implemented-via-csp": 5,
    "x-frame-options-sameorigin-or-deny": 5,
    "x-frame-options-not-implemented": -20,
    "x-frame-options-header-invalid": -20,
    "corp-implemented-with-same-origin": 10,
    "corp-implemented-with-same-site": 10,
    "corp-header-invalid": -5,
    "coop-implemented-with-same-origin": 10,
    "coop-implemented-with-same-origin-allow-popups": 10,
    "coop-implemented-with-noopener-allow-popups": 10,
    "coop-header-invalid": -5,
    "coep-implemented-with-require-corp": 10,
    "coep-implemented-with-credentialless": 10,
    "coep-header-invalid": -5,
}
STRONG = [
    ["Strict-Transport-Security", "max-age=31536000"],
    ["X-Content-Type-Options", "nosniff"],
    ["Referrer-Policy", "no-referrer"],
    ["Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'"],
]


def verdict(headers, meta=None):
    url = "https://shop.test/"
    answer = {"url": url, "status": 200, "route": [url],
              "headers": [["Content-Type", "text/html"], *headers]}  # fmt: skip
    return assess(Evidence.from_json({"https": answer, "page": {"meta": meta or {}}}).site)


@pytest.mark.parametrize("result", Result, ids=str)
def test_points_of_each_result(result):
    assert result.modifier == POINTS.get(result.value, 0)


def test_only_named_results_have_points():
    assert set(POINTS) <= {r.value for r in Result}


@pytest.mark.parametrize("result", Result, ids=str)
def test_what_gives_points_passes(result):
    assert result.passed or result.modifier < 0


def test_one_result_passes_with_a_penalty():
    assert [r for r in Result if r.passed and r.modifier < 0] == [Result.CSP_INSECURE_PASSIVE]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, Result.COOP_NONE),
        ("", Result.COOP_NONE),
        (" \t ", Result.COOP_NONE),
        ("same-origin", Result.COOP_SAME_ORIGIN),
        ("  same-origin  ", Result.COOP_SAME_ORIGIN),
        ('same-origin; report-to="default"', Result.COOP_SAME_ORIGIN),
        ("same-origin;a;b=1;c=?0;d=:YQ==:;e=1.5;*f=tok/en", Result.COOP_SAME_ORIGIN),
        ("same-origin-allow-popups", Result.COOP_POPUPS),
        ("noopener-allow-popups", Result.COOP_NO_OPENER),
        ("unsafe-none", Result.COOP_UNSAFE),
        ("SAME-ORIGIN", Result.COOP_INVALID),
        ('"same-origin"', Result.COOP_INVALID),
        ("same-origin-plus-coep", Result.COOP_INVALID),
        ("same-origin, same-origin", Result.COOP_INVALID),
        ("same-origin;", Result.COOP_INVALID),
        ("same-origin; Report-To=a", Result.COOP_INVALID),
        ("same-origin ;a", Result.COOP_INVALID),
        ("1", Result.COOP_INVALID),
        ("(same-origin)", Result.COOP_INVALID),
        ("same-origin" + " " * 2000, Result.COOP_SAME_ORIGIN),
        ("same-origin;a=" + "x" * 2000, Result.COOP_SAME_ORIGIN),
    ],
)
def test_opener_policy(value, expected):
    headers = [] if value is None else [["Cross-Origin-Opener-Policy", value]]
    assert verdict(headers).tests["cross-origin-opener-policy"] is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, Result.COEP_NONE),
        ("", Result.COEP_NONE),
        ("require-corp", Result.COEP_REQUIRED),
        ('require-corp; report-to="x"', Result.COEP_REQUIRED),
        ("credentialless", Result.COEP_CREDENTIALLESS),
        ("unsafe-none", Result.COEP_UNSAFE),
        ("Require-Corp", Result.COEP_INVALID),
        ("require-corp, credentialless", Result.COEP_INVALID),
        ("same-origin", Result.COEP_INVALID),
        ("?1", Result.COEP_INVALID),
    ],
)
def test_embedder_policy(value, expected):
    headers = [] if value is None else [["Cross-Origin-Embedder-Policy", value]]
    assert verdict(headers).tests["cross-origin-embedder-policy"] is expected


@pytest.mark.parametrize("name", ["cross-origin-opener-policy", "cross-origin-embedder-policy"])
def test_a_header_sent_twice_is_invalid(name):
    tests = verdict([[name, "unsafe-none"], [name, "unsafe-none"]]).tests
    assert tests[name] in {Result.COOP_INVALID, Result.COEP_INVALID}


@pytest.mark.parametrize(
    ("sent", "meta", "expected"),
    [
        ([], [], Result.CORP_NONE),
        (["Same-Site"], [], Result.CORP_SAME_SITE),
        (["cross-origin"], [], Result.CORP_CROSS_ORIGIN),
        (["same-origin", "same-origin"], [], Result.CORP_INVALID),
        (["same-origin, same-origin"], [], Result.CORP_INVALID),
        ([], ["same-origin"], Result.CORP_SAME_ORIGIN),
        (["same-site"], ["same-origin"], Result.CORP_SAME_SITE),
        (["none"], ["same-origin"], Result.CORP_INVALID),
    ],
)
def test_resource_policy(sent, meta, expected):
    name = "cross-origin-resource-policy"
    assert verdict([[name, v] for v in sent], {name: meta}).tests[name] is expected


@pytest.mark.parametrize(
    ("more", "score"),
    [
        ([["Cross-Origin-Opener-Policy", "same-origin"]], 125),
        ([["Cross-Origin-Opener-Policy", "same-origin"],
          ["Cross-Origin-Embedder-Policy", "require-corp"],
          ["Cross-Origin-Resource-Policy", "same-origin"]], 145),
        ([["Cross-Origin-Opener-Policy", "SAME-ORIGIN"]], 110),
        ([], 115),
    ],
)  # fmt: skip
def test_scores_seen_of_the_observatory(more, score):
    assert (verdict([*STRONG, *more]).score, ALGORITHM) == (score, 6)


@pytest.mark.parametrize(
    ("field", "token"),
    [("a", "a"), ("*a/b:c", "*a/b:c"), ('a;b="c;d"', "a"), (" a ", "a"), ('a;b="c', None),
     ("", None), ("\ta", None), ("-a", None), ("a b", None), ("a;1=2", None)],
)  # fmt: skip
def test_reads_tokens_of_structured_fields(field, token):
    assert token_item(field) == token
