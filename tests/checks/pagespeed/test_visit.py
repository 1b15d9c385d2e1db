"""PageSpeed measures websites: not what stands in their place."""

from __future__ import annotations

import time

import pytest

from lfassess.checks.base import CheckContext, Target
from lfassess.checks.pagespeed import CHECK
from lfassess.checks.pagespeed.judge import judge
from lfassess.settings import Settings
from tests.checks.pagespeed.lighthouse_result import lhr
from tests.page_server import Answer, website

ASKED = "https://harbour-oak.com/"


def judged(final=ASKED, kind=None, code="x"):
    result = {**lhr(), "requestedUrl": ASKED, "finalDisplayedUrl": final}
    evidence = {"source": "lighthouse", "mobile": result}
    if kind:
        evidence["visit"] = {"kind": kind, "code": code, "shown": "seen", "url": final}
    return judge(evidence)


@pytest.mark.parametrize(
    ("final", "kind"),
    [
        (ASKED, "site"),
        ("https://www.harbour-oak.com/en/", "site"),
        ("https://new-owner.com/", "elsewhere"),
        ("https://www.facebook.com/harbouroak", "platform"),
        ("https://linktr.ee/harbouroak", "platform"),
        ("https://www.hugedomains.com/x", "no_site"),
    ],
)
def test_where_lighthouse_ended_says_what_was_measured(final, kind):
    judgement = judged(final)
    assert judgement.metrics["visit"]["kind"] == kind
    assert judgement.metrics["visit"]["url"] == final
    assert (judgement.score is None) is (kind in {"platform", "no_site"})


@pytest.mark.parametrize(
    "final", ["https://www.facebook.com/harbouroak", "https://www.hugedomains.com/x"]
)
def test_what_is_not_measured_has_a_reason_and_no_findings(final):
    judgement = judged(final)
    assert judgement.findings == ()
    assert judgement.metrics["reason"]["code"].startswith("pagespeed.")


@pytest.mark.parametrize(
    ("result", "visit"),
    [
        ({"finalUrl": "https://www.hugedomains.com/x"}, ("no_site", "https://www.hugedomains.com/x")),
        ({"finalUrl": "https://other-owner.com/", "requestedUrl": ASKED},
         ("elsewhere", "https://other-owner.com/")),
        ({"requestedUrl": ASKED}, ("site", None)),
        ({}, ("site", None)),
    ],
)  # fmt: skip
def test_result_that_names_few_addresses_is_read_as_far_as_it_goes(result, visit):
    met = judge({"source": "psi", "mobile": {**lhr(), **result}}).metrics["visit"]
    assert (met["kind"], met["url"]) == visit


def test_reason_names_what_stood_there():
    judgement = judged(kind="no_site", code="for_sale")
    assert judgement.inconclusive.endswith("(seen)")


@pytest.mark.parametrize(
    ("glanced", "kind"),
    [
        ("site", "site"),
        ("elsewhere", "elsewhere"),
        ("no_site", "no_site"),
        ("platform", "platform"),
        ("wall", "site"),  # a browser came through
        ("refused", "site"),
        ("unread", "site"),
    ],
)
def test_a_browser_that_came_through_stands_over_a_glance(glanced, kind):
    judgement = judged(kind=glanced)
    assert judgement.metrics["visit"]["kind"] == kind
    assert (judgement.score is None) is (kind in {"platform", "no_site"})


@pytest.mark.parametrize(
    ("status", "kind"),
    [(404, "no_site"), (500, "no_site"), (403, "refused"), (406, "refused"), (503, "refused")],
)
def test_an_error_that_lighthouse_met_is_no_site_or_a_refusal(status, kind):
    warning = f"Lighthouse was unable to reliably load the page. (Status code: {status})"
    judgement = judge({"source": "psi", "mobile": {**lhr(), "runWarnings": [warning]}})
    visit = judgement.metrics["visit"]
    assert (visit["kind"], str(status) in visit["shown"]) == (kind, True)
    assert visit["code"] == ("error_page" if kind == "no_site" else f"status_{status}")
    assert judgement.score is None


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(b"<title>Welcome to nginx!</title>"), "default_page"),
        (Answer(b"<p>This domain is for sale"), "for_sale"),
        (Answer(b"<p>Hello"), "empty"),
    ],
)
def test_what_is_no_website_is_not_measured(answer, code, tmp_path):
    """No Lighthouse runs here: the glance suffices."""
    settings = Settings(data_dir=tmp_path, allow_private_targets=True)
    with website({"/": answer}) as site:
        context = CheckContext(settings, time.monotonic() + 60)
        evidence = CHECK.fetch(Target("Oak", site.url + "/"), context).evidence
        assert site.asked == ["/"]
    judgement = CHECK.judge(evidence)
    assert judgement.metrics["visit"]["code"] == code
    assert judgement.metrics["reason"]["code"] == "pagespeed.no_site"
    assert (judgement.score, judgement.findings) == (None, ())
