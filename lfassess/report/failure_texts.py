"""Says to a customer why something could not be assessed; technical messages stay inside."""

from __future__ import annotations

import re
from typing import Final

from lfassess.language import Language
from lfassess.report.text import clean
from lfassess.statuses import SkipCode

_FAILED: Final = frozenset(
    {"provider_unavailable", "provider_timeout", "rate_limited", "bad_answer", "browser_crashed"}
    | {"provider_rejected", "quota_exhausted", "credential_rejected", "target_unreachable"}
    | {"target_blocked", "target_forbidden", "target_port", "target_too_large", "invalid_target"}
    | {"no_web_page"}
    | {"tool_missing", "deadline_exceeded"}
)
# Checks that ask the website itself, and what then fails on its side.
_VISITS: Final = frozenset({"security", "visual", "onpage"})
_SITE_FAILED: Final = frozenset({"provider_unavailable", "provider_timeout", "bad_answer"})
_SKIPPED: Final = {SkipCode.NO_WEBSITE: "no_website", SkipCode.NOT_SELECTED: "not_selected"}
_LEAD: Final = re.compile(r"\blead\b")


def failed(check: str, error_code: str | None, say: Language) -> str:
    """Return why a check failed, in a sentence for customers."""
    if check == "llm_analysis":
        return say("reasons.by_rule")
    if check in _VISITS and error_code in _SITE_FAILED:
        return say(f"reasons.site.{error_code}")
    return say(f"reasons.{error_code if error_code in _FAILED else 'other'}")


def skipped(check: str, code: SkipCode | None, say: Language) -> str:
    """Return why a check was left out; what is not configured stays inside."""
    if check == "llm_analysis" and code != SkipCode.NOT_SELECTED:
        return say("reasons.by_rule")
    return say(f"reasons.{'no_source' if code is None else _SKIPPED.get(code, 'no_source')}")


def inconclusive(reason: str, say: Language) -> str:
    """Return the check's own words as a sentence; a lead is a business to its owner."""
    text = say.text(_LEAD.sub("business", clean(reason, 300)).rstrip("."))
    return f"{text[:1].upper()}{text[1:]}."
