"""A page that browsers can't decode: headers are judged, and nothing on the page is missing."""

from __future__ import annotations

import pytest

from lfassess.checks.security.judge import judge

PAGE_TESTS = ("libraries", "mixed-content", "subresource-integrity")


def evidence(**page):
    answer = {
        "url": "https://bakery.test/",
        "status": 200,
        "headers": [["Content-Type", "text/html"], ["X-Frame-Options", "DENY"]],
        "route": ["https://bakery.test/"],
        "verified": True,
        "tls": {"version": "TLSv1.3"},
    }
    return {"host": "bakery.test", "https": answer, "http": None, "page": page}


def test_headers_are_judged_and_the_page_is_not():
    judged = judge(evidence(unread="it is not packed the way its Content-Encoding says"))
    codes = {f.code for f in judged.findings}
    assert "page-unreadable" in codes
    assert "clickjacking" not in codes
    for test in PAGE_TESTS:
        assert judged.metrics["tests"][test]["code"] == "security.unread"


@pytest.mark.parametrize("page", [{}, {"unread": None}, {"unread": ""}, {"unread": 1}])
def test_a_page_that_was_read_is_judged(page):
    judged = judge(evidence(**page))
    assert "page-unreadable" not in {f.code for f in judged.findings}
    assert judged.metrics["tests"]["libraries"]["result"] == "pass"
