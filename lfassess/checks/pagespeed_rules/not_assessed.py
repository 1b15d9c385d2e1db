"""Says what of a PageSpeed audit could not be measured, and why: no data is never a zero."""

from __future__ import annotations

from typing import Final

from lfassess.checks.base import Json
from lfassess.checks.loose import text_in

_CATEGORIES: Final = {
    "performance": "loading speed",
    "accessibility": "accessibility",
    "best-practices": "good practice",
    "seo": "search engine basics",
}
_NO_FIELD: Final = {
    "psi": "Google publishes no figures for pages and sites with few visitors",
    "lighthouse": "only Google's PageSpeed Insights has them, and it was not asked",
}
_NO_DESKTOP: Final = {
    "deadline_exceeded": "no time was left after the audit of the phone",
    "provider_timeout": "the audit did not end in time",
}


def not_assessed(evidence: Json, mobile: Json, desktop: Json | None) -> list[Json]:
    """Return [{what, why}], in words for the report.

    Args:
        evidence: as `lfassess.checks.pagespeed.fetch_audit` gives it.
        mobile: what measures.device made of the phone's result.
        desktop: the same of the desktop's, or None.
    """
    entries = [
        (f"{_CATEGORIES[name]} on a phone", "Lighthouse gave no score")
        for name, score in mobile["categories"].items()
        if score is None
    ]
    if not mobile["field"]:
        why = _NO_FIELD.get(text_in(evidence, "source") or "", "there are no figures")
        entries.append(("what real visitors measured", why))
    if desktop is None:
        code = text_in(evidence, "desktop_error") or ""
        entries.append(("the page on a computer", _NO_DESKTOP.get(code, "the audit failed")))
    elif text_in(evidence, "desktop_scope") == "performance":
        entries.append(("all but loading speed on a computer", "time was short"))
    return [{"what": what, "why": why} for what, why in entries]
