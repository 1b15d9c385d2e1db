"""What a handshake tells, trusted or not."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta

import pytest

from lfassess.clients import tls

NOW = datetime.now(UTC)


def info(*, starts=-10, ends=80, names=("shop.test",), self_signed=False):
    return tls.TlsInfo(
        verified=False,
        error=None,
        version="TLSv1.3",
        cipher=None,
        subject="shop.test",
        issuer="Some CA",
        names=names,
        not_before=(NOW + timedelta(days=starts)).isoformat(),
        not_after=(NOW + timedelta(days=ends)).isoformat(),
        self_signed=self_signed,
    )


def distrust(code, message):
    error = ssl.SSLCertVerificationError(1, message)
    error.verify_code, error.verify_message = code, message
    return error


@pytest.mark.parametrize(
    ("host", "name", "covers"),
    [
        ("shop.test", "shop.test", True),
        ("SHOP.test.", "shop.TEST", True),
        ("www.shop.test", "*.shop.test", True),
        ("shop.test", "*.shop.test", False),  # a star is one label, no more and no less
        ("a.b.shop.test", "*.shop.test", False),
        ("shop.test.evil.test", "shop.test", False),
        ("192.0.2.1", "192.0.2.1", True),
    ],
)
def test_a_certificates_name_covers_a_host(host, name, covers):
    assert tls.matches(host, name) is covers


@pytest.mark.parametrize(
    ("seen", "code", "problems"),
    [
        (info(ends=-1), 10, {"expired"}),
        (info(starts=5), 9, {"not-yet-valid"}),
        (info(names=("other.test",)), 62, {"wrong-host"}),
        (info(self_signed=True), 18, {"self-signed"}),
        (info(), 20, {"untrusted"}),
        (info(), 21, {"untrusted"}),
        (info(ends=-1, names=("other.test",)), 10, {"expired", "wrong-host"}),
        (info(ends=-1, self_signed=True), 10, {"expired", "self-signed"}),
    ],
)
def test_all_reasons_for_distrust_are_told_not_just_the_first(seen, code, problems):
    result = tls.distrusted(seen, "shop.test", distrust(code, "OpenSSL's own words"))
    assert set(result.problems) == problems
    assert result.error == "OpenSSL's own words"


def test_a_certificate_without_names_is_not_called_another_hosts():
    assert tls.distrusted(info(names=()), "shop.test", distrust(20, "x")).problems == ("untrusted",)
