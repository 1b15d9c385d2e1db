"""What of a model's insights rests on findings: figures, links, claims and citations."""

from __future__ import annotations

import pytest

from lfassess.checks.llm_analysis.evidence import Insights, Recommendation
from lfassess.checks.llm_analysis.rules_grounding import figures_in, ground, unknown_figures


@pytest.mark.parametrize(
    ("text", "language", "figures"),
    [
        ("1,960 photos", "en", {"1960"}),
        ("1,960 photos", "de", {"1.96"}),
        ("1.960 Fotos", "de", {"1960"}),
        ("5,40 s", "de", {"5.4"}),
        ("5.40 s", "en", {"5.4"}),
        ("12.00 s", "en", {"12"}),
        ("12.50 s and 1250", "en", {"12.5", "1250"}),
        ("0.25 or 00.25", "en", {".25"}),
        ("007 and 0", "en", set()),
        ("042", "en", {"42"}),
        ("10 of 11", "en", {"11"}),
        ("10.5", "en", {"10.5"}),
        ("24/7, 100 of 100", "en", set()),
        ("240 of 1000", "en", {"240", "1000"}),
        ("version 1.10.200", "en", {"1.10.200"}),
        ("X0X", "en", set()),
    ],
)
def test_figures_are_compared_as_numbers(text, language, figures):
    assert figures_in(text, language) == figures


def test_figures_are_read_in_the_language_of_the_texts():
    assert unknown_figures(["5,4 s", "1.960"], ["5.4"], "de") == ["1960"]
    assert unknown_figures(["5.4 s", "1,960"], ["1960"]) == ["5.4"]


def insights(**texts) -> Insights:
    advice = Recommendation(
        title="Load the picture first",
        why="Visitors wait.",
        how="Ask whoever built the site.",
        impact="high",
        effort="low",
        expected_effect="They see it sooner.",
        evidence_ids=["slow-page", "made-up", "slow-page"],
    )
    foreign = advice.model_copy(update={"evidence_ids": ["made-up"]})
    given = {
        "executive_summary": "A summary.",
        "recommendations": [advice, foreign],
        "quick_wins": ["One.", "Two.", "Three.", "Four."],
        "sales_talking_point": "A point.",
        "email_draft": "Hello.",
    }
    return Insights(**(given | texts))


def test_only_what_cites_a_finding_stays_and_the_rest_is_counted():
    done = ground(insights(), ["slow-page"], "bakery.example", "de")
    assert done.insights == {
        "by": "llm",
        "language": "de",
        "executive_summary": "A summary.",
        "summary_first": "",
        "recommendations": [
            {
                "title": "Load the picture first",
                "why": "Visitors wait.",
                "how": "Ask whoever built the site.",
                "expected_effect": "They see it sooner.",
                "impact": "high",
                "effort": "low",
                "evidence_ids": ["slow-page"],
            }
        ],
        "quick_wins": ["One.", "Two.", "Three."],
        "sales_talking_point": "A point.",
        "email_draft": "Hello.",
    }
    assert (done.dropped_recommendations, done.removed_links, done.removed_claims) == (1, 0, 0)


def test_claims_of_all_texts_are_counted():
    given = insights(
        executive_summary="You lose customers. You could be sued. It is slow.",
        quick_wins=["Your revenue would grow."],
        email_draft="It breaks the ADA.",
    )
    done = ground(given, ["slow-page"], None)
    assert done.removed_claims == 4
    assert done.insights["executive_summary"] == "It is slow."
    assert done.insights["quick_wins"] == [""]


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("See https://www.example.com/menu.", "See https://www.example.com/menu."),
        ("See www.example.com, please", "See www.example.com, please"),
        ("Is it www.example.com?", "Is it www.example.com?"),
        ("Write to anna@example.com", "Write to anna@example.com"),
        ("Write to anna@mail.example.com!", "Write to anna@mail.example.com!"),
        ("Write to anna@other.example", "Write to [link removed]"),
        ("See https://other.example/x now", "See [link removed] now"),
        ("See example.com/menu", "See example.com/menu"),
    ],
)
def test_links_lead_to_the_leads_own_domain(text, cleaned):
    done = ground(insights(sales_talking_point=text), ["slow-page"], "example.com")
    assert done.insights["sales_talking_point"] == cleaned
    assert done.removed_links == int("removed" in cleaned)
