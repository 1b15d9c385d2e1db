"""What the on-page check's judgement consists of, beside the findings of each topic."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lfassess.checks.base import AWAITS, Area, Severity, Source
from lfassess.checks.onpage.catalogue import REASONS
from lfassess.checks.onpage.evidence import HOME, Robots, Sign
from lfassess.checks.onpage.judge import judge
from tests.checks.onpage.pages import BODY, DATA, HEAD, URL, evidence, html, judged, page, without

SHELL = page(html(head="<title>App</title>", body="<div id=root></div>"), found=HOME)
GTM = "<script src=https://www.googletagmanager.com/gtm.js?id=GTM-1></script>"
PLAUSIBLE = '<script src="https://plausible.io/js/script.js"></script>'
SITE = {"kind": "site", "code": "site", "shown": "", "url": URL}


def test_what_is_found_comes_off_the_search_basics():
    judgement = judged()
    assert judgement.measures == {Area.SEARCH_BASICS: 100}
    assert (judgement.score, judgement.score_from_findings) == (None, False)
    assert judgement.inconclusive is None
    assert judgement.metrics["visit"] == SITE
    assert judgement.metrics["needs_review"] == []
    assert judgement.metrics["links_tried"] == 1


def test_praise_stands_last():
    severities = [f.severity for f in judged(robots=Robots(503)).findings]
    assert severities == [Severity.HIGH, Severity.PASSED, Severity.PASSED]


def test_a_platform_that_closed_needs_no_visit():
    judgement = judged(closed="business.site", visit={})
    (found,) = judgement.findings
    assert (found.code, found.evidence) == (
        "onpage-address-gone",
        "business.site was closed in March 2024",
    )
    assert judgement.metrics == {
        "visit": {"kind": "no_site", "code": "closed", "shown": "business.site", "url": URL},
        "reason": {"code": "onpage.no_site", "permanent": True, "actor": "site"},
    }
    assert judgement.inconclusive == REASONS["onpage.no_site"].wording


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("no_site", "onpage.no_site"),
        ("platform", "onpage.platform_page"),
        ("wall", "onpage.bot_wall"),
        ("refused", "onpage.refused"),
        ("unread", "onpage.unread"),
    ],
)
def test_what_was_not_the_site_is_said_with_the_address_that_answered(kind, code):
    visit = {"kind": kind, "code": "x", "shown": "a word of it", "url": "https://other.example/"}
    judgement = judged(visit=visit)
    reason = REASONS[code]
    assert judgement.metrics == {
        "visit": {**visit, "url": URL},
        "reason": {"code": code, "permanent": reason.permanent, "actor": reason.actor},
    }
    assert judgement.inconclusive == reason.wording
    assert (judgement.findings, judgement.measures) == ((), {})


@pytest.mark.parametrize("missing", [{"home": None}, {"visit": None}])
def test_without_a_page_or_a_visit_there_is_no_more_than_the_reason(missing):
    judgement = judge(evidence().to_json() | missing)
    assert judgement.metrics == {
        "reason": {"code": "onpage.nothing_stored", "permanent": False, "actor": "us"}
    }
    assert judgement.inconclusive == "No page of the website was stored"


def test_a_page_in_no_form_that_is_read_is_not_judged():
    judgement = judged(replace(page(), unread="encoding"), pages=())
    assert judgement.metrics["visit"] == SITE
    assert judgement.inconclusive == REASONS["onpage.unread"].wording


@pytest.mark.parametrize("kind", ["site", "elsewhere"])
def test_a_site_under_another_name_is_judged_as_one(kind):
    judgement = judged(visit={**SITE, "kind": kind})
    assert judgement.inconclusive is None
    assert judgement.metrics["visit"]["kind"] == kind


def test_signs_of_strangers_wait_for_a_person():
    judgement = judged(replace(page(), signs=(Sign("hidden_links", "“buy viagra”"),)))
    assert judgement.metrics["needs_review"] == ["onpage-tampering"]


@pytest.mark.parametrize(
    ("home", "awaits"),
    [
        (SHELL, ["visual"]),
        (html(without(HEAD, PLAUSIBLE) + GTM), ["visual"]),
        (html(), None),
    ],
)
def test_a_browser_is_awaited_by_name(home, awaits):
    assert judged(home).metrics.get(AWAITS) == awaits


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (html(head=without(HEAD, DATA)), "no-structured-data"),
        (html(body=BODY.replace("h1>", "h2>")), "no-h1"),
        (html(lang=""), "no-language"),
        (html(body=BODY + "<form action=http://x.example/><input></form>"), "insecure-form"),
        (html(without(HEAD, PLAUSIBLE)), "no-analytics"),
    ],
)
def test_what_a_browser_showed_is_said_to_be_of_its_page(text, code):
    shown = judged(SHELL, rendered=page(text, found=HOME), robots=Robots(503))
    sources = {f.code.removeprefix("onpage-"): f.source for f in shown.findings}
    assert sources[code] is Source.RENDERED
    assert sources["robots-failing"] is Source.RAW
    assert sources["needs-scripts"] is Source.RAW
    sent = {f.code.removeprefix("onpage-"): f.source for f in judged(text).findings}
    assert sent[code] is Source.RAW
    assert "needs-scripts" not in sent
