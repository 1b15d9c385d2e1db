from __future__ import annotations

import pytest

from lfassess.checks.base import Area, Severity
from lfassess.checks.security import CHECK
from lfassess.checks.security.catalogue import finding
from lfassess.checks.security.judge import CONNECTION, HARDENING, parts, score
from lfassess.scoring import grade, load_rules


def made(*codes, observatory=100):
    split = parts([finding(code, "") for code in codes], observatory)
    return score(split), grade(score(split), load_rules())


def test_every_fault_of_security_is_of_the_connection_or_of_hardening():
    faults = {
        code
        for code, kind in CHECK.kinds.items()
        if kind.area is Area.SECURITY and kind.severity is not Severity.PASSED
    }
    assert set(CONNECTION) | set(HARDENING) == faults
    assert not set(CONNECTION) & set(HARDENING)


@pytest.mark.parametrize(
    ("codes", "observatory", "score", "grade"),
    [
        ((), 100, 100, "A"),
        ((), 130, 100, "A"),
        # no extra header at all
        (("no-hsts", "no-csp", "clickjacking", "no-nosniff"), 30, 83, "B"),
        ((), 0, 75, "B"),
        (("no-https-redirect",), 10, 55, "C"),
        (("mixed-content", "unsafe-scripts"), 0, 41, "D"),
        # the best that headers could do for a site without encryption
        (("no-https",), 100, 25, "F"),
        (("certificate-untrusted",), 100, 25, "F"),
        (("old-tls",), 100, 25, "F"),
        (("no-https", "outdated-server-software", "outdated-libraries"), 10, 0, "F"),
        (("outdated-server-software",), 100, 93, "A"),
    ],
)
def test_the_connection_decides_and_headers_move_a_quarter(codes, observatory, score, grade):
    assert made(*codes, observatory=observatory) == (score, grade)


def test_parts_stay_within_the_scale():
    assert parts([finding("no-https", ""), finding("mixed-content", "")], -5) == {
        "connection": 0,
        "hardening": 0,
    }
