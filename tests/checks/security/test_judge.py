"""The security check's judgement."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lfassess.checks.advice_catalogue import catalogue
from lfassess.checks.base import Severity
from lfassess.checks.security import CHECK
from lfassess.checks.security.catalogue import KINDS
from lfassess.checks.security.judge import judge
from lfassess.checks.security.rules_observatory import FINDING_OF

STRONG = [
    ["Content-Type", "text/html"],
    ["Content-Security-Policy", "default-src 'none'; img-src 'self'; frame-ancestors 'none'"],
    ["Strict-Transport-Security", "max-age=63072000; includeSubDomains"],
    ["X-Content-Type-Options", "nosniff"],
    ["Referrer-Policy", "no-referrer"],
    ["Cross-Origin-Resource-Policy", "same-origin"],
    ["Permissions-Policy", "camera=()"],
]


def evidence(headers=STRONG, *, http=True, https=True, verified=True, **more):
    tls = {
        "verified": verified,
        "error": None if verified else "certificate has expired",
        "version": "TLSv1.3",
        "not_after": "2026-06-01T00:00:00+00:00",
    }
    return {
        "host": "shop.test",
        "fetched_at": "2026-01-01T00:00:00+00:00",
        "http": {
            "url": "https://shop.test/",
            "status": 200,
            "headers": headers,
            "route": ["http://shop.test/", "https://shop.test/"],
            "verified": verified,
        }
        if http
        else None,
        "https": {
            "url": "https://shop.test/",
            "status": 200,
            "headers": headers,
            "route": ["https://shop.test/"],
            "verified": verified,
            "tls": tls,
        }
        if https
        else None,
        "page": {"scripts": [], "script_tags": 0, "meta": {}, "mixed": [], "generator": None},
        **more,
    }


def codes(judgement):
    return {f.code for f in judgement.findings}


def test_strong_site_gets_a_plus_and_nothing_above_low():
    judgement = judge(evidence())
    assert (judgement.score, judgement.metrics["observatory"]["grade"]) == (100, "A+")
    assert {f.severity for f in judgement.findings} <= {Severity.PASSED, Severity.INFO}


def test_bare_site_fails_the_header_tests():
    judgement = judge(evidence([["Content-Type", "text/html"]]))
    assert {"no-csp", "no-hsts", "clickjacking", "no-nosniff"} <= codes(judgement)
    assert judgement.metrics["observatory"]["score"] == 100 - 25 - 20 - 20 - 5
    assert judgement.metrics["observatory"]["tests"]["cookies"] == "cookies-not-found"


def test_observatory_speaks_of_all_twelve_tests():
    observatory = judge(evidence()).metrics["observatory"]
    assert (len(observatory["tests"]), observatory["algorithm"]) == (12, 6)


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"https": None, "https_error": "shop.test refuses connections."}, "no-https"),
        ({"set_cookies": [["https://shop.test/", "a=1; SameSite=None"]]}, "insecure-cookies"),
        ({"set_cookies": [["https://shop.test/", "sessionid=1; Secure"]]}, "insecure-session-cookies"),
        ({"page": {"mixed": ["http://x.test/a.js"]}}, "mixed-content"),
        ({"page": {"generator": "WordPress 5.1"}}, "version-leak"),
        ({"fetched_at": "2026-05-20T00:00:00+00:00"}, "certificate-expires-soon"),
        (
            {"cors_answer": {"status": 200, "allow_credentials": "true",
                "allow_origin": "https://http-observatory.security.mozilla.org"}},
            "reflected-cors",
        ),
        ({"old_tls": {"accepted": ["TLSv1.0"]}}, "old-tls-accepted"),
        (
            {"security_txt": {"status": 200, "text": "Contact: mailto:a@shop.test\n"}},
            "security-txt-invalid",
        ),
        (
            {"variant": {"host": "www.shop.test", "url": "https://www.shop.test/", "status": 200,
                "route": ["https://www.shop.test/"], "verified": False, "tls_error": "expired"}},
            "www-certificate",
        ),
        (
            {"page": {"script_tags": 1, "scripts": [{"src": "http://cdn.x.test/a.js"}]}},
            "unsafe-scripts",
        ),
    ],
)  # fmt: skip
def test_finds_what_is_amiss(more, code):
    assert code in codes(judge({**evidence(), **more}))


def test_untrusted_certificate_is_critical_with_its_reason():
    found = {f.code: f for f in judge(evidence(verified=False)).findings}
    assert found["certificate-untrusted"].severity is Severity.CRITICAL
    assert found["certificate-untrusted"].evidence.startswith("certificate has expired;")
    assert "https-works" not in found


def test_untrusted_certificate_on_the_way_is_found_too():
    site = evidence()
    site["http"]["verified"] = False
    assert "certificate-untrusted" in codes(judge(site))


def test_mixed_content_that_browsers_upgrade_is_none():
    policy = ["Content-Security-Policy", "upgrade-insecure-requests"]
    site = evidence([*STRONG[:1], policy], page={"mixed": ["http://x.test/a.js"]})
    assert "mixed-content" not in codes(judge(site))


def test_version_leak_names_what_leaks():
    headers = [*STRONG, ["Server", "Apache/2.2.15"], ["X-Powered-By", "PHP/5.3.3"]]
    found = {f.code: f.evidence for f in judge(evidence(headers)).findings}
    assert found["version-leak"] == "server: Apache/2.2.15, x-powered-by: PHP/5.3.3"


def test_server_name_without_version_is_no_leak():
    assert "version-leak" not in codes(judge(evidence([*STRONG, ["Server", "nginx"]])))


def test_nothing_stored_is_inconclusive_and_has_no_score():
    judgement = judge({})
    assert judgement.score is None
    assert judgement.inconclusive


def test_every_finding_is_of_the_list_and_has_advice():
    assert set(FINDING_OF.values()) <= KINDS.keys()
    needed = {code for code, kind in KINDS.items() if kind.severity is not Severity.PASSED}
    assert needed <= catalogue().keys()


def test_is_passive_and_short():
    assert CHECK.time_limit_s <= 15


# A busy machine draws slowly, which says nothing about the check.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)


@patient
@given(st.dictionaries(st.sampled_from(sorted(evidence())), JSON))
def test_no_evidence_crashes_the_judge(broken):
    judge({**evidence(), **broken})


@patient
@given(st.lists(st.lists(st.text(max_size=30), min_size=2, max_size=2), max_size=6))
def test_no_headers_crash_the_judge(headers):
    judge(evidence(headers))


@patient
@given(st.text(max_size=80), st.text(max_size=60), st.text(max_size=60))
def test_no_policy_or_cookie_crashes_the_judge(csp, cookie, url):
    headers = [["content-security-policy", csp], ["strict-transport-security", cookie]]
    broken = evidence(headers, set_cookies=[[url, cookie], ["https://shop.test/", cookie]])
    broken["https"]["url"] = url
    broken["http"]["route"] = [url, csp]
    broken["page"]["scripts"] = [{"src": url, "integrity": cookie}]
    broken["page"]["base"] = csp
    broken["page"]["meta"] = {"content-security-policy": [csp, url]}
    broken["page"]["script_tags"] = 1
    judge(broken)
