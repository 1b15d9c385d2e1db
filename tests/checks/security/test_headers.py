"""Headers beyond the Observatory's, and what its tests saw."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lfassess.checks.base import Area
from lfassess.checks.security.evidence import ORIGIN
from lfassess.checks.security.judge import judge
from tests.checks.security.test_judge import STRONG, evidence

ISOLATED = [*STRONG, ["Cross-Origin-Opener-Policy", "same-origin"]]


def found(headers=ISOLATED, **more):
    return {f.code: f.evidence for f in judge(evidence(headers, **more)).findings}


def without(name):
    return [header for header in ISOLATED if header[0].lower() != name]


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        ("permissions-policy", "no-permissions-policy"),
        ("referrer-policy", "no-referrer-policy"),
        ("cross-origin-opener-policy", "no-isolation-headers"),
        ("cross-origin-resource-policy", "no-isolation-headers"),
    ],
)
def test_each_recommended_header_is_missed_where_it_is_not_sent(missing, code):
    assert missing in found(without(missing))[code]
    assert code not in found()


def test_a_referrer_policy_in_the_page_is_one():
    page = {"meta": {"referrer-policy": ["no-referrer"]}}
    assert "no-referrer-policy" not in found(without("referrer-policy"), page=page)


@pytest.mark.parametrize(
    ("name", "value", "obsolete"),
    [
        ("X-XSS-Protection", "1; mode=block", True),
        ("X-XSS-Protection", "0", False),
        ("Expect-CT", "max-age=1", True),
    ],
)
def test_obsolete_headers_are_named(name, value, obsolete):
    said = found([*ISOLATED, [name, value]]).get("obsolete-headers")
    assert said == (f"{name.lower()}: {value}" if obsolete else None)


def test_long_versions_are_cut():
    names = ("Server", "X-Powered-By", "X-Generator")
    said = found([*ISOLATED, *([name, "a/1.0" + "x" * 100] for name in names)])["version-leak"]
    assert len(said) == 200
    assert said.startswith("server: a/1.0" + "x" * 75 + ", x-powered-by: a/1.0")


@pytest.mark.parametrize(
    ("via", "leaks"), [("1.1 varnish", False), ("HTTP/1.1 proxy", False), ("1.1 squid/3.5", True)]
)
def test_the_protocol_s_version_in_via_is_none_of_the_server_s(via, leaks):
    assert found([*ISOLATED, ["Via", via]]).get("version-leak") == (
        f"via: {via}" if leaks else None
    )


@pytest.mark.parametrize(
    ("origin", "credentials", "expected"),
    [
        (ORIGIN, "true",
         {"reflected-cors": "Access-Control-Allow-Credentials: true for any origin"}),
        ("null", "True",
         {"reflected-cors": "Access-Control-Allow-Credentials: true for the origin null"}),
        ("*", "true", {"broken-cors": "Access-Control-Allow-Origin: * with credentials"}),
        ("https://shop.test", "true", {}),
        (ORIGIN, "false", {}),
        ("*", "", {}),
    ],
)  # fmt: skip
def test_credentials_are_for_the_site_s_own_origins(origin, credentials, expected):
    answer = {"status": 200, "allow_origin": origin, "allow_credentials": credentials}
    said = found(cors_answer=answer)
    assert {c: e for c, e in said.items() if c.endswith("-cors")} == expected


@pytest.mark.parametrize(
    ("cookie", "code", "lacks"),
    [
        ("a=1; SameSite=None", "insecure-cookies", "a lacks Secure"),
        ("a=1", "insecure-cookies", "a lacks Secure, SameSite"),
        ("sessionid=1; Secure; SameSite=Lax", "insecure-session-cookies",
         "sessionid lacks HttpOnly"),
        ("sessionid=1; HttpOnly; SameSite=Lax; Secure", None, None),
    ],
)  # fmt: skip
def test_each_cookie_s_missing_flags_are_named(cookie, code, lacks):
    headers = without("strict-transport-security")
    said = found(headers, set_cookies=[["https://shop.test/", cookie]])
    assert {c: said[c] for c in said if c.endswith("-cookies")} == ({code: lacks} if code else {})


@pytest.mark.parametrize(("count", "more"), [(5, ""), (6, " and 1 more"), (8, " and 3 more")])
def test_five_cookies_are_named(count, more):
    cookies = [["https://shop.test/", f"c{n}=1; SameSite=Lax"] for n in range(count)]
    said = found(without("strict-transport-security"), set_cookies=cookies)["insecure-cookies"]
    assert said == "; ".join(f"c{n} lacks Secure" for n in range(5)) + more


def test_what_an_observatory_test_saw_is_shown():
    weak = [["X-Content-Type-Options", "maybe"], ["Content-Type", "text/html"]]
    scripts = [{"src": "//cdn.x.test/a.js"}, {"src": "/own.js"}]
    site = evidence(weak, page={"scripts": scripts, "script_tags": 2})
    site["http"]["route"] = ["http://shop.test/"]
    site["http"]["url"] = "http://shop.test/"
    said = {f.code: f.evidence for f in judge(site).findings}
    assert said["no-nosniff"] == "x-content-type-options: maybe"
    assert said["no-hsts"].endswith("not sent")
    assert said["no-https-redirect"] == "http://shop.test/"
    assert "1 script, for example //cdn.x.test/a.js" in {
        said.get("no-sri"),
        said.get("unsafe-scripts"),
    }


@pytest.mark.parametrize(
    ("kind", "code", "finding"),
    [
        ("no_site", "security.no_site", "no-site"),
        ("platform", "security.platform_page", "platform-page"),
        ("wall", "security.bot_wall", None),
        ("refused", "security.refused", None),
    ],
)
def test_what_is_no_website_is_not_judged(kind, code, finding):
    visit = {"kind": kind, "code": "x", "shown": "seen", "url": "https://shop.test/"}
    judged = judge(evidence(visit=visit))
    assert judged.score is None
    assert [(f.code, f.evidence) for f in judged.findings] == (
        [(finding, "seen")] if finding else []
    )
    assert judged.metrics["reason"]["code"] == code
    assert judged.metrics["visit"]["kind"] == kind
    assert judged.inconclusive.endswith("(seen)") is (kind != "no_site")


def test_another_domain_is_judged_and_said():
    visit = {"kind": "elsewhere", "code": "other_domain", "shown": "other.test", "url": "x"}
    judged = judge(evidence(visit=visit))
    said = {f.code: f.evidence for f in judged.findings}
    assert said["other-domain"] == "other.test"
    assert judged.measures == {Area.SECURITY: judged.score}


@pytest.mark.parametrize(
    ("key", "code"), [("mixed", "mixed-content"), ("mixed_pictures", "mixed-pictures")]
)
def test_mixed_content_is_counted(key, code):
    page = {key: ["http://x.test/a", "http://x.test/b"]}
    assert found([STRONG[0]], page=page)[code] == "2 files, for example http://x.test/a"


@pytest.mark.parametrize(("days", "said"), [(1, "1 days left"), (0, "0 days left"), (-1, "ended")])
def test_an_untrusted_certificate_s_end_is_before_or_after_the_visit(days, said):
    site = evidence(verified=False)
    end = date(2026, 1, 1) + timedelta(days=days)
    site["https"]["tls"]["not_after"] = f"{end}T00:00:00+00:00"
    words = {f.code: f.evidence for f in judge(site).findings}["certificate-untrusted"]
    assert said in words
    assert str(end) in words


@pytest.mark.parametrize(
    ("expires", "code"),
    [
        ("2026-01-01T00:00:00Z", "security-txt-valid"),
        ("2025-12-31T23:59:59Z", "security-txt-expired"),
        ("2026-01-01T01:00:00+02:00", "security-txt-expired"),
        ("2025-12-31T23:00:00-02:00", "security-txt-valid"),
        ("2026-01-01T00:00:01", "security-txt-valid"),
        ("2025-12-31T23:59:59", "security-txt-expired"),
    ],
)
def test_a_contact_file_ends_at_its_moment_in_its_zone(expires, code):
    text = f"Contact: mailto:a@shop.test\nExpires: {expires}\n"
    said = found(security_txt={"status": 200, "text": text})
    assert {c for c in said if "security-txt" in c} == {code}
