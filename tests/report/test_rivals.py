"""You and your competitors: what is said of them, and what is not."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

import pytest
from selectolax.lexbor import LexborHTMLParser

from lfassess.db.models import AssessmentRival
from lfassess.report.render import render_html, render_json
from lfassess.statuses import RivalRefusal, RivalSource
from tests.report.factories.rows import assessment, finding, report, run
from tests.report.forbidden import FORBIDDEN, GERMAN, faults
from tests.report.test_render import schema

SLOW = finding("slow-page", "high", "The page is slow on phones", "LCP 5.2 s")
NO_HTTPS = finding("no-https", "high", "The connection is not encrypted")


def lab(ms):
    return {"mobile": {"lab": {"lcp": ms}, "categories": {}}, "performance": 50}


NO_PHONE = finding("visual-no-phone-number", "high", "No phone number")
OWN = (
    run("pagespeed", score=45, metrics=lab(5200), findings=[SLOW]),
    run("security", score=60, findings=[finding("no-hsts", "medium", "Hardening")]),
    run("visual", score=70),
)
FAST = (
    run("pagespeed", score=95, metrics=lab(1900)),
    run("security", score=90),
    run("visual", score=30, findings=[NO_PHONE]),
)


@dataclass
class Rival:
    """A competitor's rows."""

    rival: AssessmentRival
    assessment: object = None
    check_runs: list = field(default_factory=list)


def rival(*runs, site="rolls.com", refused=None, source=RivalSource.GIVEN, **values):
    row = AssessmentRival(
        site=site, website=f"https://{site}/", source=source, refused=refused, position=1
    )
    return Rival(row, assessment(runs, id=7, **values) if runs else None, list(runs))


def made(*measured, language="en"):
    return report(*OWN, measured=measured, language=language)


def page_of(*measured, language="en"):
    return LexborHTMLParser(render_html(made(*measured, language=language)))


def text(node):
    return " ".join(node.text().split())


def test_both_stand_side_by_side_with_name_address_and_date():
    page = page_of(rival(*FAST))
    table = page.css_first("#competitors table.versus")
    heads = [text(cell) for cell in table.css("thead th")]
    assert heads == ["Measured", "You", "rolls.com"]
    rows = [[text(c) for c in row.css("th, td")] for row in table.css("tbody tr")]
    assert ["Speed", "45", "95"] in rows
    assert rows[-1] == ["Main content on a phone", "5.2 s", "1.9 s"]
    visited = text(page.css_first("#competitors .visited li"))
    assert visited == (
        "rolls.com (https://rolls.com/): visited on March 17, 2026; chosen for this comparison."
    )
    entry = page.css_first('.contents a[href="#competitors"]')
    assert entry.text() == "You and your competitors"


def test_what_stands_out_is_said_in_words():
    said = made(rival(*FAST), rival(*FAST, site="buns.com")).rivals.sentences
    assert said[0] == (
        "On a phone, your main content appears after 5.2 s; at buns.com it takes 1.9 s."
    )
    assert said[1].startswith("At least one of them scores higher than you in: Speed")
    assert said[2] == "You score higher than all of them in: First impression."


def test_a_single_competitor_is_named():
    assert made(rival(*FAST)).rivals.sentences[1:] == (
        "rolls.com scores higher than you in: Speed and Security.",
        "You score higher than rolls.com in: First impression.",
    )


def test_small_differences_are_not_said():
    near = (run("pagespeed", score=48, metrics=lab(4900)), run("security", score=62))
    assert made(rival(*near)).rivals.sentences == ()


def test_a_fault_is_named_with_those_who_were_seen_without_it():
    found = made(rival(*FAST), rival(*FAST, site="buns.com")).rivals.faults
    assert [(f.code, f.domains) for f in found] == [("slow-page", ("rolls.com", "buns.com"))]


@pytest.mark.parametrize(
    "pagespeed",
    [
        run("pagespeed", score=40, metrics=lab(5000), findings=[SLOW]),
        run(
            "pagespeed", score=70, findings=[finding("sluggish-page", "medium", "Could be faster")]
        ),
        run("pagespeed", "failed", error_code="timeout"),
        run("pagespeed", inconclusive_reason="a wall"),
        run("pagespeed", metrics={"awaits": ["visual"]}),
    ],
    ids=["has it", "has a milder one", "failed", "inconclusive", "not judged yet"],
)
def test_nothing_is_said_to_be_absent_that_was_not_seen_to_be(pagespeed):
    assert made(rival(pagespeed, run("security", score=90))).rivals.faults == ()


def test_what_another_fault_implies_is_not_absent():
    unencrypted = run("security", score=10, findings=[NO_HTTPS])
    own = [run("security", score=50, findings=[finding("mixed-content", "high", "Mixed")])]
    compared = report(*own, measured=[rival(unencrypted)]).rivals
    assert compared.faults == ()
    clean = report(*own, measured=[rival(run("security", score=90))]).rivals
    assert [f.code for f in clean.faults] == ["mixed-content"]


WALL = {"visit": {"kind": "wall", "code": "captcha", "shown": "", "url": "https://rolls.com/"}}


@pytest.mark.parametrize(
    ("measured", "state", "said"),
    [
        (rival(refused=RivalRefusal.PLATFORM), "refused", "directory or platform"),
        (rival(*FAST, status="in_progress"), "open", "still being measured"),
        (rival(run("visual", "failed", error_code="dns")), "not_measured", "visit failed"),
        (rival(run("visual", score=80, metrics=WALL)), "not_measured", "turned our visit away"),
        (rival(*FAST, scoring_version="0"), "not_measured", "other rules"),
    ],
    ids=["refused", "open", "failed", "wall", "other rules"],
)
def test_who_was_not_measured_is_said_to_be_with_the_reason_and_nothing_else(measured, state, said):
    compared = made(measured).rivals
    (site,) = compared.not_measured
    assert (site.state, dict(site.scores)) == (state, {})
    assert said in site.reason
    assert (len(compared.sites), compared.sentences, compared.faults) == (1, (), ())
    page = page_of(measured)
    assert page.css_first("#competitors table.versus") is None
    assert "rolls.com (https://rolls.com/): not measured" in text(page.css_first(".visited"))


def test_a_rating_is_shown_where_google_told_it():
    neighbours = [{"website": "https://www.rolls.com/", "rating": 4.8, "reviews": 210}]
    gbp = run("gbp", score=70, metrics={"rating": 4.1, "reviews": 12, "neighbours": neighbours})
    page = LexborHTMLParser(
        render_html(report(*OWN, gbp, measured=[rival(*FAST, source=RivalSource.GOOGLE)]))
    )
    last = page.css("#competitors table.versus tbody tr")[-1]
    assert [text(c) for c in last.css("th, td")] == [
        "Rating on Google (reviews)", "4.1 (12)", "4.8 (210)",
    ]  # fmt: skip


def test_without_competitors_there_is_no_such_part():
    assert made().rivals is None
    assert page_of().css_first("#competitors") is None


def test_the_json_follows_its_schema():
    data = json.loads(render_json(made(rival(*FAST), rival(refused=RivalRefusal.SAME_SITE))))
    schema().validate(data)
    assert data["rivals"]["sites"][1]["main_content_ms"] == 1900


_GERMAN_WORDS = (
    "Sie und Ihre Mitbewerber Deren Startseiten haben wir",
    "Auf dem Handy erscheint Ihr Hauptinhalt nach 5,2 s",
    "besucht am 17. März 2026",
)


@pytest.mark.parametrize(
    ("language", "words", "refused"), [("de", _GERMAN_WORDS, GERMAN), ("en-GB", (), FORBIDDEN)]
)
def test_it_is_said_in_the_reports_language(language, words, refused):
    page = page_of(rival(*FAST), rival(refused=RivalRefusal.PLATFORM), language=language)
    said = text(page.css_first("#competitors"))
    assert [one for one in words if one not in said] == []
    assert faults(said, refused) == []
