"""Certificates, TLS versions and the two spellings of an address."""

from __future__ import annotations

import pytest

from lfassess.checks.shared.address import www_alternative
from tests.checks.security.test_judge import evidence, judge

HOME = "https://shop.test/"
WWW = "https://www.shop.test/"
VARIANT = {"host": "www.shop.test", "url": HOME, "route": [WWW, HOME], "verified": True}


def found(**more):
    return {f.code: f.evidence for f in judge(evidence(**more)).findings}


def with_tls(old_tls=None, *, verified=True, **tls):
    made = evidence(verified=verified, old_tls=old_tls or {})
    made["https"]["tls"] |= tls
    return {f.code: f.evidence for f in judge(made).findings}


@pytest.mark.parametrize(
    ("url", "other"),
    [
        ("https://shop.org/a", "www.shop.org"),
        ("https://www.shop.org/", "shop.org"),
        ("https://blog.shop.org/", None),
        ("https://shop.co.uk/", "www.shop.co.uk"),
        ("https://www.shop.co.uk/", "shop.co.uk"),
        ("https://192.0.2.7/", None),
        ("https://[2001:db8::1]/", None),
        ("https://localhost/", None),
        ("https:///", None),
    ],
)
def test_the_other_spelling_is_with_or_without_www(url, other):
    assert www_alternative(url) == other


@pytest.mark.parametrize(
    ("variant", "code"),
    [
        (VARIANT, None),
        ({"host": "www.shop.test", "error": "can't be reached"}, "www-missing"),
        ({"host": "www.shop.test", "error": "no answer in time", "late": True}, None),
        ({**VARIANT, "verified": False, "tls_error": "hostname mismatch"}, "www-certificate"),
        ({**VARIANT, "url": "https://parked.test/", "route": [WWW]}, "www-elsewhere"),
        ({**VARIANT, "url": WWW, "route": [WWW]}, "www-twice"),
        ({**VARIANT, "url": WWW, "route": [WWW], "status": 404}, "www-missing"),
        ({**VARIANT, "url": WWW, "route": [WWW], "status": 410}, "www-missing"),
        ({**VARIANT, "url": WWW, "route": [WWW], "status": 403}, None),
        ({**VARIANT, "url": WWW, "route": [WWW], "status": 503}, None),
        ({**VARIANT, "url": WWW, "route": [WWW], "status": 399}, "www-twice"),
        ({**VARIANT, "url": WWW, "route": [WWW], "nothing": "It works!"}, "www-missing"),
        ({"host": "www.shop.test", "skipped": "on-the-way"}, None),
        ({"skipped": "security.no_other_spelling"}, None),
    ],
)
def test_both_spellings_should_lead_to_one_site(variant, code):
    codes = {c for c in found(variant=variant) if c.startswith("www-")}
    assert codes == ({code} if code else set())


@pytest.mark.parametrize(
    ("version", "accepted", "codes"),
    [
        ("TLSv1.3", [], {"modern-tls"}),
        ("TLSv1.3", ["TLSv1.1", "TLSv1"], {"old-tls-accepted"}),
        ("TLSv1.2", [], {"no-tls13"}),
        ("TLSv1.2", ["TLSv1"], {"no-tls13", "old-tls-accepted"}),
        ("TLSv1.1", [], {"old-tls"}),
        ("TLSv1", ["TLSv1"], {"old-tls"}),
    ],
)
def test_tls_versions(version, accepted, codes):
    seen = with_tls({"accepted": accepted}, version=version)
    assert {c for c in seen if "tls" in c} == codes


def test_a_probe_without_an_answer_praises_nothing():
    assert "modern-tls" not in with_tls({"error": "no answer"}, version="TLSv1.3")


@pytest.mark.parametrize(
    ("begins", "ends", "code"),
    [
        ("2025-12-01", "2026-01-15", "https-works"),  # 14 of 45 days are left: renewal isn't due
        ("2025-12-01", "2026-01-10", "certificate-expires-soon"),  # 9 of 40: overdue
        ("2025-01-15", "2026-01-30", "certificate-expires-soon"),  # 29 days of a year
        ("2025-02-15", "2026-02-15", "https-works"),
    ],
)
def test_a_certificate_ends_soon_when_its_renewal_is_overdue(begins, ends, code):
    night = "T00:00:00+00:00"
    seen = with_tls(not_before=begins + night, not_after=ends + night)
    assert code in seen
    assert len({"https-works", "certificate-expires-soon"} & seen.keys()) == 1


def test_an_untrusted_certificate_tells_all_its_faults_and_its_end():
    seen = with_tls(
        verified=False,
        verify=False,
        problems=["expired", "wrong-host"],
        error="certificate has expired",
        not_after="2025-12-30T00:00:00+00:00",
    )
    words = seen["certificate-untrusted"]
    assert "it has expired" in words
    assert "made out to another name" in words
    assert "ended 2025-12-30" in words


@pytest.mark.parametrize(
    ("cipher", "code"),
    [
        ("TLS_AES_128_GCM_SHA256", None),
        ("ECDHE-RSA-AES128-GCM-SHA256", None),
        ("ECDHE-ECDSA-CHACHA20-POLY1305", None),
        ("DHE-RSA-AES256-CCM", None),
        (None, None),
        ("ECDHE-RSA-AES128-SHA", "old-cipher"),
        ("ECDHE-RSA-AES256-SHA384", "old-cipher"),
        ("DHE-RSA-AES128-SHA256", "old-cipher"),
        ("AES128-GCM-SHA256", "old-key-exchange"),
        ("AES256-SHA", "old-key-exchange"),
        ("DES-CBC3-SHA", "old-key-exchange"),
    ],
)
def test_what_encryption_a_server_speaks_at_best(cipher, code):
    seen = with_tls(version="TLSv1.2", cipher=cipher)
    assert {"old-cipher", "old-key-exchange"} & seen.keys() == ({code} if code else set())
    assert ("https-works" in seen) is (code != "old-key-exchange")


def test_a_chain_that_browsers_repair_is_no_warning_page():
    seen = with_tls(incomplete=True, issuer="Demo Issuing CA")
    assert "Demo Issuing CA" in seen["certificate-chain-incomplete"]
    assert not {"certificate-untrusted", "https-works", "modern-tls"} & seen.keys()


DOWN = "http://shop.test/"


@pytest.mark.parametrize(
    "route",
    [
        ["https://shop.test/", DOWN],
        ["https://shop.test/", "https://www.shop.test/", "http://www.shop.test/"],
        ["https://shop.test/", "https://shop.test/en/", "http://other.test/en/"],
    ],
)
@pytest.mark.parametrize(
    "http", [None, {"url": DOWN, "route": [DOWN], "headers": [], "status": 200}]
)
def test_https_that_leads_down_to_http_is_said_once(route, http):
    site = evidence() | {"http": http}
    site["https"] = {**site["https"], "url": route[-1], "route": route}
    judged = judge(site)
    codes = {f.code for f in judged.findings}
    assert "https-downgrade" in codes
    implied = {"no-https-redirect", "detour-redirect", "no-hsts", "weak-hsts"}
    assert not (implied | {"https-works", "modern-tls"}) & codes
    failed = {t["code"] for t in judged.metrics["tests"].values() if t["result"] == "fail"}
    assert not implied & failed


def test_https_that_passes_through_http_and_ends_encrypted_is_no_downgrade():
    site = evidence()
    back = ["https://shop.test/", DOWN, "https://www.shop.test/"]
    site["https"] = {**site["https"], "url": back[-1], "route": back}
    assert "https-downgrade" not in {f.code for f in judge(site).findings}
