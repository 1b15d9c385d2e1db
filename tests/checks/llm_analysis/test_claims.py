"""Sentences that claim what no audit measures are taken out of the model's texts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lfassess.checks.llm_analysis.rules_grounding import without_claims


@pytest.mark.parametrize(
    "claim",
    [
        "You lose customers every day.",
        "This costs the bakery about 30 calls.",
        "It may cost you a lot of business!",
        "That is worth $1,200 a month.",
        "Your revenue would grow.",
        "Passwords can be stolen.",
        "This is against the law.",
        "You could be sued.",
        "It breaks the ADA.",
    ],
)
def test_a_claim_goes_and_the_rest_stays(claim):
    text, removed = without_claims(f"The page is slow. {claim} Load the picture first.")
    assert (text, removed) == ("The page is slow. Load the picture first.", 1)


@pytest.mark.parametrize(
    "text",
    [
        "Some visitors may leave before they see the menu.",
        "It costs nothing. The page took 5.8 s.",
        "Visitors lose their place while the page jumps.",
        "Hello,\n\nwe looked at https://x.example/a.b today.\n\nKind regards",
        "Add tel:+12075550142 to the header",
        "Adapt the theme.",
        "",
    ],
)
def test_plain_sentences_stay_as_they_are(text):
    assert without_claims(text) == (text, 0)


@given(st.text(max_size=300))
def test_any_text_keeps_what_claims_nothing(text):
    remaining, removed = without_claims(text)
    assert removed or remaining == text.strip()
