"""Texts by rule, word by word: what a salesperson says, writes and hands over."""

from __future__ import annotations

import pytest

from lfassess.checks.advice_catalogue import catalogue
from lfassess.checks.llm_analysis.rules_fallback import (
    email,
    recommendations_by_rule,
    summary,
    talking_point,
    voice_of,
)
from lfassess.language import load
from tests.checks.llm_analysis.prior_results import finding

SAY = load()
POINTS = [
    ("There is no phone number. Nowhere.", "People can't call. They go elsewhere."),
    ("The page is slow. Very.", "People leave."),
    ("There are no reviews. None.", "People look."),
    ("A fourth.", "Why."),
]
WELL = ["The title is good", "Mail is protected", "Links work"]


def test_each_business_has_one_of_three_voices():
    assert [voice_of(name) for name in ("Shop", "Mill", "Quay")] == [1, 2, 3]
    assert voice_of("\ud800") in {1, 2, 3}  # half a character


@pytest.mark.parametrize("name", ["Shop", "Mill", "Quay"])
def test_a_summary_says_what_comes_first_what_comes_next_and_what_is_done_well(name):
    voice = voice_of(name)
    (what, why), second = POINTS[0], "The page is slow."
    first = SAY(f"insights.first.{voice}", business=name, what=what, why=why)
    well = f"{SAY(f'insights.well.{voice}')} The title is good."
    assert summary(name, POINTS[:1], [], SAY) == first
    assert summary(name, POINTS[:1], WELL, SAY) == f"{first} {well} Mail is protected."
    one_more = f"{first} {SAY(f'insights.next_one.{voice}')} {second}"
    assert summary(name, POINTS[:2], [], SAY) == one_more
    two_more = f"{first} {SAY(f'insights.next.{voice}')} {second} There are no reviews."
    assert summary(name, POINTS, WELL[:1], SAY) == f"{two_more} {well}"
    assert not summary(name, [("No why.", "")], [], SAY).endswith(" ")


CALL = "There is no phone number. Nowhere. People can't call."  # why, in its first sentence


@pytest.mark.parametrize(
    ("points", "well", "parts"),
    [
        (POINTS[:1], [], [CALL]),
        ([("No why.", "")], [], ["No why."]),
        (POINTS[:2], [], [CALL, f"{SAY('insights.email_one_more')} The page is slow."]),
        (
            POINTS,
            WELL,
            [
                CALL,
                f"{SAY('insights.email_more')} The page is slow. There are no reviews.",
                f"{SAY('insights.email_praise')} The title is good.",
            ],
        ),
    ],
)
def test_a_letter_has_a_paragraph_for_what_matters_most_what_else_and_what_is_good(
    points, well, parts
):
    letter = SAY("insights.email", business="Shop", points="\n\n".join(parts))
    assert email("Shop", points, well, SAY) == letter


@pytest.mark.parametrize("name", ["Shop", "Mill", "Quay"])
@pytest.mark.parametrize(
    ("seen", "said"), [("", ""), ("12 reviews", f"{SAY('insights.seen', seen='12 reviews')} ")]
)
def test_a_call_opens_with_what_is_amiss_and_ends_with_a_question(name, seen, said):
    opener = SAY(f"insights.opener.{voice_of(name)}", business=name)
    made = talking_point(name, "Few people rate it.", seen, "Many look. They choose.", SAY)
    question = SAY("insights.question")
    assert made == f"{opener} Few people rate it. {said}Many look. {question}"


def test_a_recommendation_is_the_findings_advice():
    prior = {"gbp": {"findings": [finding("gbp-few-reviews", "medium")]}}
    advice = catalogue()["gbp-few-reviews"]
    made = recommendations_by_rule(prior, "Shop")
    assert made["recommendations"] == [
        {
            "title": "Title of gbp-few-reviews",
            "why": advice.why,
            "how": advice.fix,
            "impact": advice.impact,
            "effort": advice.effort,
            "expected_effect": SAY("insights.effects.gbp"),
            "evidence_ids": ["gbp-few-reviews"],
        }
    ]
    assert made["quick_wins"] == [f"Title of gbp-few-reviews: {advice.fix}"]
    assert made["by"] == "rules"
    assert made["summary_first"] == "gbp-few-reviews"
    assert made["executive_summary"] == summary("Shop", [(advice.what, advice.why)], [], SAY)
    assert made["email_draft"] == email("Shop", [(advice.what, advice.why)], [], SAY)
    why = (advice.what, "seen", advice.why)
    assert made["sales_talking_point"] == talking_point("Shop", *why, SAY)


def test_another_packages_check_has_an_effect_of_its_own():
    prior = {"seventh": {"findings": [finding("gbp-few-reviews", "medium")]}}
    (made,) = recommendations_by_rule(prior)["recommendations"]
    assert made["expected_effect"] == SAY("insights.effects.other")


def test_ten_recommendations_are_given_and_each_finding_once():
    codes = [code for code in catalogue() if code.startswith("onpage-")][:12]
    prior = {"onpage": {"findings": [finding(code, "medium") for code in (*codes, *codes)]}}
    made = recommendations_by_rule(prior)
    cited = [one["evidence_ids"] for one in made["recommendations"]]
    assert len(cited) == len({tuple(one) for one in cited}) == 10
    assert len(made["quick_wins"]) == 3


def test_without_a_name_it_is_your_business_and_without_advice_a_finding_is_its_title():
    made = recommendations_by_rule({"x": {"findings": [finding("unheard-of")]}})
    points = [("Title of unheard-of.", "")]
    assert made["summary_first"] == "unheard-of"
    assert made["executive_summary"] == summary("your business", points, [], SAY)
    # Nothing that has no advice is worth a call or a letter.
    assert made["sales_talking_point"] == SAY("insights.all_well", business="your business")
    assert made["email_draft"] == SAY("insights.email_well", business="your business")
    assert made["quick_wins"] == []


def test_nothing_found_is_said_of_the_business():
    made = recommendations_by_rule({}, "Shop")
    assert made["executive_summary"] == SAY("insights.nothing", business="Shop")
    assert made["sales_talking_point"] == SAY("insights.all_well", business="Shop")
    assert made["email_draft"] == SAY("insights.email_well", business="Shop")


def test_advice_of_one_with_advice_comes_before_what_has_none():
    found = [finding("unheard-of", "critical"), finding("gbp-few-reviews", "medium")]
    made = recommendations_by_rule({"gbp": {"findings": found}}, "Shop")
    assert made["summary_first"] == "gbp-few-reviews"
    assert "unheard-of" not in made["executive_summary"]


def test_the_language_is_that_of_every_text():
    made = recommendations_by_rule({"gbp": {"findings": [finding("gbp-few-reviews")]}}, "X", "de")
    advice, say = catalogue("de")["gbp-few-reviews"], load("de")
    (one,) = made["recommendations"]
    assert (one["why"], one["how"]) == (advice.why, advice.fix)
    assert one["expected_effect"] == say("insights.effects.gbp")
    assert made["email_draft"] == email("X", [(advice.what, advice.why)], [], say)
