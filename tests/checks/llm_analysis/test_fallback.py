"""Recommendations by rule: the shape of the model's, without one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lfassess.checks.llm_analysis.evidence import Insights
from lfassess.checks.llm_analysis.fetch import citable, prompt
from lfassess.checks.llm_analysis.rules_fallback import recommendations_by_rule
from tests.checks.llm_analysis.prior_results import finding, prior_results

_UNHURRIED = hypothesis_settings(deadline=None)


def _quoted(text: str) -> dict:
    return json.loads(text.split("<data>")[1].split("</data>", maxsplit=1)[0])


def test_rules_give_the_same_shape():
    insights = recommendations_by_rule(prior_results(), "Harbour Bakery")
    assert insights["by"] == "rules"
    assert Insights.model_validate(insights)
    assert insights.keys() == {"by", *Insights.model_fields}


def test_rules_cite_stored_findings_by_weight():
    insights = recommendations_by_rule(prior_results(), "Harbour Bakery")
    cited = [r["evidence_ids"] for r in insights["recommendations"]]
    assert cited == [["gbp-no-website"], ["gbp-few-photos"]]
    assert {code for codes in cited for code in codes} <= set(citable(prior_results()))
    assert "Harbour Bakery" in insights["email_draft"]
    assert len(insights["quick_wins"]) == 2
    assert all(r["expected_effect"] for r in insights["recommendations"])


@pytest.mark.parametrize(
    ("code", "seen", "opening"),
    [
        ("gbp-few-reviews", "12 reviews", "Title of gbp-few-reviews: 12 reviews. With"),
        (
            "onpage-no-tel-link",
            "“555” is plain text",
            "Title of onpage-no-tel-link: “555” is plain",
        ),
        # What only developers understand is no opening.
        ("onpage-no-dmarc", "shop.example: no DMARC record", "Title of onpage-no-dmarc. "),
    ],
)
def test_a_call_opens_with_the_finding_and_what_an_owner_can_see(code, seen, opening):
    prior = {"x": {"findings": [finding(code, "medium", seen)]}}
    assert recommendations_by_rule(prior)["sales_talking_point"].startswith(opening)


def test_rules_say_so_when_there_is_nothing_to_fix():
    insights = recommendations_by_rule({"gbp": {"findings": [finding("gbp-complete", "passed")]}})
    assert insights["recommendations"] == []
    assert "nothing to fix" in insights["executive_summary"]


def test_rules_leave_out_findings_without_advice():
    insights = recommendations_by_rule({"x": {"findings": [finding("unheard-of")]}})
    assert insights["recommendations"] == []
    assert ": Title of unheard-of." in insights["executive_summary"]


def test_of_ten_businesses_summaries_not_all_begin_alike():
    prior = {"onpage": {"findings": [finding("onpage-no-dmarc", "medium")]}}
    names = [f"Business {n}" for n in range(10)]
    said = [recommendations_by_rule(prior, name)["executive_summary"] for name in names]
    assert said == [recommendations_by_rule(prior, name)["executive_summary"] for name in names]
    begins = {text.replace(name, "…") for text, name in zip(said, names, strict=True)}
    assert len(begins) >= 3


@_UNHURRIED
@given(
    st.dictionaries(
        st.text(max_size=5),
        st.fixed_dictionaries(
            {
                "findings": st.lists(
                    st.none()
                    | st.dictionaries(
                        st.sampled_from(["code", "severity", "title", "evidence", "advice_id"]),
                        st.none() | st.integers() | st.sampled_from(["gbp-no-website", "high"]),
                    ),
                    max_size=4,
                )
            }
        ),
        max_size=3,
    )
)
def test_rules_and_prompt_take_any_stored_result(prior):
    Insights.model_validate(recommendations_by_rule(prior))
    _quoted(prompt(prior, business="b", website=None))


def test_quick_wins_are_of_little_effort_then_of_great_effect_and_never_of_much_effort():
    codes = (
        "gbp-low-rating",  # much effort, great effect
        "gbp-ageing-reviews",  # some effort, little effect
        "gbp-few-reviews",  # some effort, some effect
        "gbp-no-reviews",  # some effort, great effect
        "gbp-few-photos",  # little effort, little effect
    )
    wins = recommendations_by_rule({"gbp": {"findings": [finding(c, "medium") for c in codes]}})
    named = [text.partition(":")[0].removeprefix("Title of ") for text in wins["quick_wins"]]

    assert named == ["gbp-few-photos", "gbp-no-reviews", "gbp-few-reviews"]


def test_a_summary_names_the_first_two_findings_why_the_first_matters_and_one_strength():
    stored = [
        finding("gbp-no-website"),
        finding("gbp-no-hours", "medium"),
        finding("gbp-few-photos", "low"),
        finding("gbp-complete", "passed"),
        finding("gbp-consistent", "passed"),
    ]
    insights = recommendations_by_rule({"gbp": {"findings": stored}}, "Harbour Bakery")
    summary, first = insights["executive_summary"], insights["recommendations"][0]

    assert insights["summary_first"] == "gbp-no-website"
    assert "Harbour Bakery" in summary
    assert first["why"] in summary
    named = [row["code"] for row in stored if row["title"] in summary]
    assert named == ["gbp-no-website", "gbp-no-hours", "gbp-complete"]
    assert "None" not in summary


def test_a_letter_lists_three_findings_each_once():
    codes = ("gbp-no-website", "gbp-no-hours", "gbp-no-phone", "gbp-few-photos")
    stored = [finding(codes[0]), *(finding(code, "medium") for code in codes[1:])]
    insights = recommendations_by_rule({"gbp": {"findings": stored}}, "Harbour Bakery")
    listed = [line for line in insights["email_draft"].splitlines() if line.startswith("- ")]

    assert [line.split()[3].rstrip(".") for line in listed] == list(codes[:3])


def test_where_nothing_is_to_fix_every_text_names_the_business():
    insights = recommendations_by_rule({}, "Harbour Bakery")
    texts = ("executive_summary", "sales_talking_point", "email_draft")

    assert all("Harbour Bakery" in insights[text] for text in texts)
    assert insights["summary_first"] == ""


def test_recommendations_say_what_effect_may_be_expected_of_the_checks_subject():
    stored = {
        name: {"findings": [finding(code)]}
        for name, code in (("gbp", "gbp-no-website"), ("security", "no-https"))
    }
    effects = {r["expected_effect"] for r in recommendations_by_rule(stored)["recommendations"]}

    assert len(effects) == 2
