"""Recommendations by rule, part by part."""

from __future__ import annotations

from lfassess.checks.advice_catalogue import catalogue, titles
from lfassess.checks.llm_analysis.rules_fallback import recommendations_by_rule
from lfassess.language import load
from tests.checks.llm_analysis.prior_results import finding

SAY = load()


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
    assert made["summary_first"] == "unheard-of"
    texts = [made[k] for k in ("executive_summary", "sales_talking_point", "email_draft")]
    assert all("Title of unheard-of." in text for text in texts)
    assert "your business" in texts[0]
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
    assert made["email_draft"].startswith("Guten Tag,\n\n")
    assert one["title"] == titles("de")["gbp-few-reviews"]


def test_what_takes_much_effort_is_no_quick_win():
    much = next(code for code, advice in catalogue().items() if advice.effort == "high")
    made = recommendations_by_rule({"gbp": {"findings": [finding(much)]}})
    assert len(made["recommendations"]) == 1
    assert made["quick_wins"] == []
