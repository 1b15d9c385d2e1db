"""Recommendations by rule: the shape of the model's, without one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from lfassess.checks.advice_catalogue import catalogue
from lfassess.checks.llm_analysis.evidence import Insights
from lfassess.checks.llm_analysis.fetch import citable, prompt
from lfassess.checks.llm_analysis.rules_fallback import first_sentence, recommendations_by_rule
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
        ("gbp-few-reviews", "12 reviews", "What we saw: 12 reviews. "),
        ("onpage-no-tel-link", "“555” is plain text", "What we saw: “555” is plain text. "),
        # What only developers understand is not said on the phone, nor what there is none of.
        ("gbp-few-photos", "0 photos", ""),
        ("onpage-no-dmarc", "shop.example: no DMARC record", ""),
    ],
)
def test_a_call_opens_with_the_finding_and_what_an_owner_can_see(code, seen, opening):
    prior = {"x": {"findings": [finding(code, "medium", seen)]}}
    said, advice = recommendations_by_rule(prior, "Shop")["sales_talking_point"], catalogue()[code]
    why = first_sentence(advice.why)
    assert said.endswith(f" {advice.what} {opening}{why} Did you know that?")
    assert said.index("Shop") < said.index(advice.what)


def test_rules_say_so_when_there_is_nothing_to_fix():
    insights = recommendations_by_rule({"gbp": {"findings": [finding("gbp-complete", "passed")]}})
    assert insights["recommendations"] == []
    assert "nothing to fix" in insights["executive_summary"]


def test_rules_leave_out_findings_without_advice():
    insights = recommendations_by_rule({"x": {"findings": [finding("unheard-of")]}})
    assert insights["recommendations"] == []
    assert "Title of unheard-of." in insights["executive_summary"]


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


FOUR = [
    finding("gbp-no-website"),
    *(finding(code, "medium") for code in ("gbp-no-hours", "gbp-no-phone", "gbp-few-photos")),
    *(finding(code, "passed") for code in ("gbp-complete", "gbp-consistent", "gbp-well-reviewed")),
]


@pytest.mark.parametrize("business", [f"Shop {n}" for n in range(6)])
def test_a_summary_says_three_findings_in_sentences_why_the_first_matters_and_two_strengths(
    business,
):
    insights = recommendations_by_rule({"gbp": {"findings": FOUR}}, business)
    said, advice = insights["executive_summary"], catalogue()

    assert insights["summary_first"] == "gbp-no-website"
    assert business in said
    assert f"{advice['gbp-no-website'].what} {advice['gbp-no-website'].why}" in said
    named = [f["code"] for f in FOUR[:4] if first_sentence(advice[f["code"]].what) in said]
    assert named == ["gbp-no-website", "gbp-no-hours", "gbp-no-phone"]
    assert [f["code"] for f in FOUR[4:] if f"{f['title']}." in said] == [
        "gbp-complete", "gbp-consistent",
    ]  # fmt: skip
    assert ":" not in said.replace("://", "")
    assert "None" not in said


def test_a_letter_says_three_findings_each_once_and_one_strength():
    letter = recommendations_by_rule({"gbp": {"findings": FOUR}}, "Harbour Bakery")["email_draft"]
    advice = catalogue()
    said = [letter.count(first_sentence(advice[f["code"]].what)) for f in FOUR[:4]]
    assert said == [1, 1, 1, 0]
    assert [letter.count(f"{f['title']}.") for f in FOUR[4:]] == [1, 0, 0]
    greeting, opening = letter.split("\n\n")[:2]
    assert greeting == "Hello,"
    assert opening[0].isupper()


@pytest.mark.parametrize(("language", "two"), [("en", "two "), ("de", "zwei ")])
def test_one_more_point_is_not_said_to_be_two(language, two):
    for count, expected in ((2, False), (3, True)):
        made = recommendations_by_rule({"gbp": {"findings": FOUR[:count]}}, "Shop", language)
        for text in ("executive_summary", "email_draft"):
            assert (two in made[text].lower()) is expected, made[text]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("It only works over http://. There is no HTTPS.", "It only works over http://."),
        ("One sentence, e.g. this one.", "One sentence, e.g. this one."),
        ("Is it open? Nobody knows.", "Is it open?"),
        ("Das Profil fehlt. Über Google findet es niemand.", "Das Profil fehlt."),
    ],
)
def test_the_first_sentence_of_advice_ends_where_the_next_begins(text, first):
    assert first_sentence(text) == first


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
