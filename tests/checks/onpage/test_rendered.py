"""A home page that scripts build is judged as a browser showed it, where one did."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lfassess.checks.base import AWAITS, Target
from lfassess.checks.onpage import CHECK
from lfassess.checks.onpage.evidence import HOME, Evidence
from lfassess.checks.onpage.evidence_reused import for_lead
from tests.checks.onpage.pages import BODY, HEAD, URL, evidence, html, inner, page

SHELL = page(html(head="<title>App</title>", body="<div id=root></div>"), found=HOME)
BARE = html(head="<title>Home</title>", body=BODY.replace("h1", "h3"))


def crawl(**changes):
    return evidence(SHELL, pages=(), tried=(), **changes).to_json()


def seen(text: str = html(), url: str = URL):
    return {"visual": {"desktop": {"html": text, "url": url}}}


def said(stored):
    return {
        f.code.removeprefix("onpage-")
        for f in CHECK.judge(stored).findings
        if f.severity != "passed"
    }


def test_a_shell_is_not_judged_by_its_text_and_waits_for_the_browser():
    judgement = CHECK.judge(crawl())
    assert judgement.metrics[AWAITS] == ["visual"]
    assert judgement.metrics["not_assessed"]["text"] == "onpage.needs_scripts"
    assert judgement.metrics["trust"] is None
    assert "needs-scripts" in said(crawl())
    assert not {"no-h1", "thin-content", "no-structured-data", "no-phone"} & said(crawl())


def test_the_page_that_the_browser_showed_is_judged():
    more = CHECK.second_look(crawl(), seen())
    judgement = CHECK.judge(more)
    assert said(more) == {"needs-scripts"}
    assert AWAITS not in judgement.metrics
    assert judgement.metrics["not_assessed"] == {}
    assert judgement.metrics["trust"]["phone"]
    poor = CHECK.judge(CHECK.second_look(crawl(), seen(BARE)))
    sources = {f.code.removeprefix("onpage-"): f.source for f in poor.findings}
    assert {"no-h1", "no-description", "generic-title"} <= sources.keys()
    assert (sources["no-h1"], sources["needs-scripts"]) == ("rendered", "raw")


@pytest.mark.parametrize(
    "others",
    [
        {},
        {"visual": {"desktop": {"url": URL}}},
        {"visual": {"desktop": None}},
        seen(url="https://elsewhere.example/"),
        seen("<div id=root>One moment</div>"),
    ],
)
def test_nothing_of_use_changes_nothing(others):
    assert CHECK.second_look(crawl(), others) is None


def test_a_page_that_says_all_it_has_is_left_as_it_is():
    whole = evidence().to_json()
    assert AWAITS not in CHECK.judge(whole).metrics
    assert CHECK.second_look(whole, seen(BARE)) is None


def test_a_second_look_is_taken_once():
    assert CHECK.second_look(CHECK.second_look(crawl(), seen()), seen(BARE)) is None


def test_what_the_server_forbids_stays_forbidden():
    forbidding = replace(SHELL, robots=("noindex",))
    stored = evidence(forbidding, pages=(), tried=()).to_json()
    assert "noindex" in said(CHECK.second_look(stored, seen()))


def test_pages_that_wait_for_scripts_are_called_neither_alike_nor_empty():
    two = tuple(replace(inner(f"/{n}", "App"), shell=True, headings=(), phones=()) for n in "ab")
    bare = html(
        HEAD.replace("+1 319-555-0142", ""),
        BODY.replace("(319) 555-0142", "").replace("tel:", "x:"),
    )
    stored = CHECK.second_look(evidence(SHELL, pages=two, tried=()).to_json(), seen(bare))
    assert not {"same-titles", "no-phone"} & said(stored)


def test_another_page_of_the_domain_is_not_the_one_that_the_browser_showed():
    stored = CHECK.second_look(evidence(SHELL, tried=()).to_json(), seen())
    same = for_lead(stored, Target("Brightwater", URL))
    other = for_lead(stored, Target("Brightwater", f"{URL}contact"))
    assert Evidence.from_json(same).rendered is not None
    assert Evidence.from_json(other).rendered is None
