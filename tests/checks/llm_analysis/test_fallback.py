"""Recommendations by rule: the shape of the model's, without one."""

from __future__ import annotations

import json

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


def test_rules_say_so_when_there_is_nothing_to_fix():
    insights = recommendations_by_rule({"gbp": {"findings": [finding("gbp-complete", "passed")]}})
    assert insights["recommendations"] == []
    assert "nothing to fix" in insights["executive_summary"]


def test_rules_leave_out_findings_without_advice():
    insights = recommendations_by_rule({"x": {"findings": [finding("unheard-of")]}})
    assert insights["recommendations"] == []
    assert "Title of unheard-of." in insights["executive_summary"]


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
