"""Sentences that claim what no audit measures: loss, money, theft, law."""

from __future__ import annotations

import re
from typing import Final

_CLAIMS: Final = re.compile(
    r"\b(?:los(?:e|es|ing)|cost(?:s|ing)?) (?:\w+ ){0,4}"
    r"(?:customers?|calls?|sales|business|money|bookings)\b"
    r"|\b(?:customers?|calls?|visitors?|sales|online) (?:every|each) day\b"
    r"|[$€£]\s?\d|\b(?:turnover|revenue|profits?)\b"
    r"|\b(?:stolen|steal(?:s|ing)?|hijack\w*)\b"
    r"|\b(?:against the law|illegal(?:ly)?|lawsuits?|legal(?:ly)?|sued|fined|GDPR|ADA)\b",
    re.IGNORECASE,
)
# A sentence with its closing mark and the space after it; a line break ends one, too.
_SENTENCE: Final = re.compile(r"[^.!?\n]*(?:[.!?](?!\s|$)[^.!?\n]*)*(?:[.!?]+|\n|$)[ \t]*")


def without_claims(text: str) -> tuple[str, int]:
    """Return the text less the sentences that claim such a thing, and how many were taken out."""
    sentences = [found[0] for found in _SENTENCE.finditer(text) if found[0]]
    kept = [sentence for sentence in sentences if not _CLAIMS.search(sentence)]
    return "".join(kept).strip(), len(sentences) - len(kept)
