"""Where the visual check gives no verdict, why, and what it says instead."""

from __future__ import annotations

from typing import Any

import pytest

from lfassess.checks.base import Judgement
from lfassess.checks.visual import CHECK
from lfassess.checks.visual.catalogue import REASONS
from tests.checks.visual.pages import device

URL = "https://shop.test/"
BLANK = {"uniform_share": 1.0, "text_chars": 0, "text_start": ""}


def visited(kind: str, code: str = "x", shown: str = "") -> dict[str, Any]:
    return {"visit": {"kind": kind, "code": code, "shown": shown}}


def judged(
    desktop: dict[str, Any] | None, mobile: dict[str, Any] | None = None, url: str = URL
) -> Judgement:
    """Judge the good page with changes on each device; None: not looked at."""
    seen: dict[str, Any] = {"desktop": desktop, "mobile": mobile}
    seen = {name: device() | changes for name, changes in seen.items() if changes is not None}
    return CHECK.judge({"url": url, **seen})


def reason(judgement: Judgement) -> str:
    return judgement.metrics["reason"]["code"]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("platform", "visual.platform_page"),
        ("wall", "visual.bot_wall"),
        ("refused", "visual.turned_away"),
        ("unread", "visual.unread"),
        ("no_site", "visual.no_site"),
    ],
)
@pytest.mark.parametrize("shown", ["", "a word of it"])
def test_what_is_no_website_is_said_with_what_gave_it_away(kind, code, shown):
    judgement = judged(visited(kind, "made_up", shown))
    assert judgement.metrics["reason"] == {
        "code": code,
        "permanent": REASONS[code].permanent,
        "actor": "site",
    }
    assert judgement.metrics["visit"] == {
        "kind": kind,
        "code": "made_up",
        "shown": shown,
        "url": URL,
    }
    given = f" ({shown})" if shown else ""
    assert judgement.inconclusive == REASONS[code].wording + given
    assert (judgement.findings, judgement.score_from_findings) == ((), False)


@pytest.mark.parametrize(
    ("kind", "code", "found"),
    [
        ("no_site", "parked", "visual-parked-page"),
        ("no_site", "for_sale", "visual-parked-page"),
        ("no_site", "default_page", "visual-default-page"),
        ("no_site", "directory_listing", "visual-default-page"),
        ("no_site", "installer", "visual-default-page"),
        ("no_site", "error_page", "visual-error-page"),
        ("no_site", "soft_404", "visual-error-page"),
        ("no_site", "coming_soon", "visual-coming-soon"),
        ("no_site", "maintenance", "visual-coming-soon"),
        ("no_site", "not_published", "visual-coming-soon"),
        ("no_site", "suspended", "visual-suspended-site"),
        ("no_site", "expired", "visual-suspended-site"),
        ("no_site", "login", "visual-login-page"),
        ("no_site", "empty", "visual-empty-page"),
        ("no_site", "template", "visual-template-page"),
        ("platform", "platform_page", "visual-platform-page"),
    ],
)
def test_what_stands_in_a_websites_place_is_one_finding(kind, code, found):
    judgement = judged(visited(kind, code, "status 404"))
    assert [(f.code, f.evidence) for f in judgement.findings] == [(found, "status 404")]
    wording = REASONS[f"visual.{'no_site' if kind == 'no_site' else 'platform_page'}"].wording
    assert judgement.inconclusive == wording  # the finding says the rest
    assert judgement.metrics["visit"]["code"] == code
    assert judgement.metrics["desktop"]["requests"] == 5


def test_without_words_of_the_page_its_kind_is_the_evidence():
    (found,) = judged(visited("no_site", "empty")).findings
    assert found.evidence == "empty"


def test_where_no_device_looked_nothing_is_judged():
    judgement = judged(None)
    assert judgement.metrics == {
        "url": URL,
        "reason": {"code": "visual.nothing", "permanent": False, "actor": "us"},
    }
    assert judgement.inconclusive == "Nothing was seen of the page"


@pytest.mark.parametrize(("desktop", "mobile"), [(BLANK, {}), ({}, BLANK), (BLANK, None)])
def test_a_blank_screen_on_any_device_is_no_verdict(desktop, mobile):
    judgement = judged(desktop, mobile)
    assert reason(judgement) == "visual.blank"
    assert judgement.inconclusive == "The page stayed blank in our browser"
    assert judgement.findings == ()
    assert "visit" not in judgement.metrics  # what stands there was not seen


@pytest.mark.parametrize(
    ("changes", "blank"),
    [
        ({"uniform_share": 0.9999}, True),
        ({"uniform_share": 0.9998}, False),
        ({"status": 399}, True),
        ({"status": None}, True),
        (visited("no_site", "empty"), True),
        (visited("elsewhere", "other_domain"), True),
        (visited("no_site", "parked"), False),
        (visited("platform", "platform_page"), False),
    ],
)
def test_a_screen_is_blank_in_one_colour_where_nothing_else_says_why(changes, blank):
    judgement = judged(BLANK | changes)
    assert (judgement.metrics.get("reason", {}).get("code") == "visual.blank") is blank


def test_what_kept_a_device_out_says_more_than_another_ones_blank_screen():
    assert reason(judged(visited("wall", "bot_wall"), BLANK)) == "visual.bot_wall"
    assert reason(judged(BLANK, visited("refused", "status_403"))) == "visual.turned_away"


def test_a_blank_page_of_a_platform_is_that_of_the_leads_address():
    gone = {**BLANK, "url": ""}
    assert reason(judged(gone, url="https://www.facebook.com/shop")) == "visual.platform_page"


def test_a_phones_word_counts_before_the_desktops():
    judgement = judged(visited("site", "site"), visited("no_site", "parked"))
    assert reason(judgement) == "visual.no_site"
    assert judged(visited("no_site", "parked"), visited("site", "site")).inconclusive is None
