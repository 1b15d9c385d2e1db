"""Checks a model's insights against stored findings, and drops what doesn't rest on them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from lfassess.checks.base import Json
from lfassess.checks.llm_analysis.evidence import Insights, Recommendation
from lfassess.checks.shared.domains import registrable_domain
from lfassess.language import ENGLISH, load

# Addresses with a scheme, bare ones that name a path, and those of e-mail.
_LINK: Final = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,15}://|www\.)[^\s<>\"')\]]+"
    r"|(?<![\w.@-])[\w.+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}"
    r"|(?<![\w.@-])(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}/[^\s<>\"')\]]*",
    re.IGNORECASE,
)
_MAX_RECOMMENDATIONS: Final = 10
_QUICK_WINS: Final = 3
_TEXTS: Final = ("title", "why", "how", "expected_effect")
_MAX_TEXT: Final = 2_000  # characters
_CLAIMS: Final = re.compile(
    r"\b(?:los(?:e|es|ing)|cost(?:s|ing)?) (?:\w+ ){0,4}"
    r"(?:customers?|calls?|sales|business|money|bookings)\b"
    r"|\b(?:customers?|calls?|visitors?|sales|online) (?:every|each) day\b"
    r"|[$€£]\s?\d|\b(?:turnover|revenue|profits?)\b"
    r"|\b(?:stolen|steal(?:s|ing)?|hijack\w*)\b"
    r"|\b(?:against the law|illegal(?:ly)?|lawsuits?|legal(?:ly)?|sued|fined|GDPR|ADA)\b"
    r"|\bverlier\w* (?:\w+ ){0,4}(?:Kunden|Anrufe|Aufträge|Umsatz|Geld)\b"
    r"|\b(?:Kunden|Aufträge|Umsatz|Geld) (?:\w+ ){0,2}verl(?:ier|or)\w*"
    r"|\b(?:jeden Tag|täglich) (?:\w+ ){0,3}(?:Kunden|Anrufe|Besucher)\b|\b(?:Umsatz|Gewinne?)\b"
    r"|\d\s?(?:€|Euro\b)|\b(?:gestohlen|stehlen|verboten|rechtswidrig|gesetzwidrig|Abmahnung\w*|DSGVO)\b",
    re.IGNORECASE,
)
# A sentence with its closing mark and the space after it; a line break ends one, too.
_SENTENCE: Final = re.compile(r"[^.!?\n]*(?:[.!?](?!\s|$)[^.!?\n]*)*(?:[.!?]+|\n|$)[ \t]*")
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")
_THOUSANDS: Final = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_SWAPPED: Final = str.maketrans(".,", ",.")
_SMALL: Final = 10.0  # "in three steps", "the top 5"
_ALWAYS: Final = frozenset({"24", "100"})  # "24/7", "100 of 100"


@dataclass(frozen=True, slots=True)
class Grounded:
    """Insights fit for a report, and how much was removed from them."""

    insights: Json
    dropped_recommendations: int
    removed_links: int
    removed_claims: int  # sentences


def ground(
    insights: Insights, known: Collection[str], domain: str | None, language: str = ENGLISH
) -> Grounded:
    """Return the insights without what isn't grounded in the findings.

    A recommendation stays if at least one finding it cites is known; of its citations only known
    ones stay. Sentences that claim what no audit measures (loss, money, theft, law) are removed,
    and so are links to anywhere but the lead's own domain: no finding needs them, and text on a
    website may have made the model put them there.

    Args:
        insights: as the model wrote them.
        known: codes of the stored findings in its prompt.
        domain: the lead's registrable domain.
        language: in which it was asked to write.
    """
    text = _Cleaner(domain)
    cited = [r for r in insights.recommendations if set(r.evidence_ids) & set(known)]
    grounded: Json = {
        "by": "llm",
        "language": language,
        "executive_summary": text.clean(insights.executive_summary),
        "summary_first": insights.summary_first if insights.summary_first in known else "",
        "recommendations": [_recommendation(r, known, text) for r in cited[:_MAX_RECOMMENDATIONS]],
        "quick_wins": [text.clean(win) for win in insights.quick_wins[:_QUICK_WINS]],
        "sales_talking_point": text.clean(insights.sales_talking_point),
        "email_draft": text.clean(insights.email_draft),
    }
    dropped = len(insights.recommendations) - len(cited)
    return Grounded(grounded, dropped, text.removed, text.claims)


def texts_of(insights: Json) -> list[str]:
    """Return all texts of grounded insights."""
    texts = [insights[name] for name in ("executive_summary", "sales_talking_point", "email_draft")]
    advised = [r[name] for r in insights["recommendations"] for name in _TEXTS]
    return [*texts, *insights["quick_wins"], *advised]


def figures_in(text: str, language: str = ENGLISH) -> set[str]:
    """Return the numbers in a text, "1,960" as "1960" and "5.40" as "5.4"; small ones are left out.

    Small are those up to 10 without a fraction. German "1.960" and "5,4" are the same.
    """
    if load(language).figures.decimal_mark == ",":
        text = _NUMBER.sub(lambda found: found[0].translate(_SWAPPED), text)
    return {figure for found in _NUMBER.findall(text) if (figure := _plain(found))}


def unknown_figures(
    texts: Iterable[str], known: Collection[str], language: str = ENGLISH
) -> list[str]:
    """Return the figures in the texts that are not among the known ones, in order."""
    return sorted({figure for text in texts for figure in figures_in(text, language)} - set(known))


def without_claims(text: str) -> tuple[str, int]:
    """Return the text without sentences that claim what no audit measures, and their number."""
    sentences = [found[0] for found in _SENTENCE.finditer(text) if found[0]]
    remaining = [sentence for sentence in sentences if not _CLAIMS.search(sentence)]
    return "".join(remaining).strip(), len(sentences) - len(remaining)


def _recommendation(given: Recommendation, known: Collection[str], text: _Cleaner) -> Json:
    return {
        **{name: text.clean(getattr(given, name)) for name in _TEXTS},
        "impact": given.impact,
        "effort": given.effort,
        "evidence_ids": [code for code in dict.fromkeys(given.evidence_ids) if code in known],
    }


class _Cleaner:
    """Removes foreign links and unmeasured claims from texts, and counts them."""

    def __init__(self, domain: str | None) -> None:
        self.domain = domain
        self.removed = 0
        self.claims = 0

    def clean(self, text: str) -> str:
        cleaned, claims = without_claims(_LINK.sub(self._checked, text.strip()[:_MAX_TEXT]))
        self.claims += claims
        return cleaned

    def _checked(self, found: re.Match[str]) -> str:
        place = found[0].rstrip(".,;:!?")
        if "/" not in place:
            place = place.rpartition("@")[2]  # an e-mail address's domain
        if self.domain and registrable_domain(place) == self.domain:
            return found[0]
        self.removed += 1
        return "[link removed]"


def _plain(found: str) -> str:
    number = _THOUSANDS.sub("", found)
    if "." in number and number.count(".") == 1:
        number = number.rstrip("0").rstrip(".")
    number = number.lstrip("0") or "0"
    whole = number.isdigit()
    return "" if whole and (float(number[:20]) <= _SMALL or number in _ALWAYS) else number
