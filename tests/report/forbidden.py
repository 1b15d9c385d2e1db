"""What no text for an owner may say: claims that nothing measured, and words nobody uses."""

from __future__ import annotations

import re

FORBIDDEN = {
    "unmeasured loss": r"\blos(?:e|es|ing) (?:\w+ ){0,2}(?:customers?|calls?|sales|business|money|bookings)\b",
    "unmeasured cost": r"\bcost(?:s|ing)? (?:you|the business|all)\b(?! nothing)",
    "unmeasured rate": r"\b(?:customers?|calls?|visitors?|online|sales) (?:every|each) day\b|\bevery visitor leaves\b|\b(?:half|most) of (?:all|your) (?:visitors|customers)\b",
    "money": r"[$€£]\s?\d|\bturnover\b|\brevenue\b|\bprofits?\b",
    "theft": r"\bstolen\b|\bsteal(?:s|ing)?\b|\bhijack",
    "law": r"\blaws?\b|\blegal\b|\billegal\b|\blawsuits?\b|\bsued\b|\bfined\b",
    "drives away": r"\b(?:drives?|turns?|scares?|frightens?) (?:\w+ )?(?:customers|visitors) (?:away|off)\b",
    "old word": r"\bmend(?:s|ed|ing)?\b|\brings? (?:you|the|it)\b|\brung\b|\btelephones?\b|\badverts?\b"
    r"|\bwhom\b.{0,20}\bwhom\b|\bmisspelt\b|\bcolours?\b|\boptimisation\b|\benquir(?:y|ies)\b",
    "technical text": r"ERR_[A-Z]|unexpected eof|nth-child|: not sent\b",
    "number of nothing": r"\b0\.0 (?:MB|kB|s)\b",
}
GERMAN = {
    "unmeasured loss": r"verlier\w* (?:\w+ ){0,3}Kunden|täglich Kunden|kostet Sie|Kunden kostet",
    "money": r"\bUmsatz\b|\d\s?€",
    "theft": r"gestohlen|stehlen",
    "law": r"\bGesetz\w*|\brechtlich\w*|\bAbmahnung\w*",
}


def faults(text: str, rules: dict[str, str] = FORBIDDEN) -> list[str]:
    """Return what a text may not say, each with the words."""
    return [
        f"{name}: …{text[max(0, m.start() - 30) : m.end() + 30]}…"
        for name, pattern in rules.items()
        for m in re.finditer(pattern, text, re.IGNORECASE)
    ]
