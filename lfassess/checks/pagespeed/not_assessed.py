"""Says what of a PageSpeed audit could not be measured, and why: no data is never a zero."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lfassess.checks.base import Json
from lfassess.checks.pagespeed import field_data
from lfassess.checks.pagespeed.reasons import REASONS
from lfassess.checks.reasons import as_json
from lfassess.checks.shared.json_access import get_text
from lfassess.errors import DeadlineExceededError

_CATEGORIES: Final = {
    "performance": "loading speed",
    "accessibility": "accessibility",
    "best-practices": "good practice",
    "seo": "search engine basics",
}


def not_assessed(evidence: Json, mobile: Json, desktop: Json | None) -> list[Json]:
    """Return [{what, why, code, permanent, actor}], what and why in words for customers.

    Args:
        evidence: as `lfassess.checks.pagespeed.fetch_audit` gives it.
        mobile: what measures.device made of the phone's result.
        desktop: the same of the desktop's, or None.
    """
    return [
        {"what": what, "why": REASONS[code].wording, **as_json(code, REASONS)}
        for what, code in _missing(evidence, mobile, desktop)
    ]


def _missing(evidence: Json, mobile: Json, desktop: Json | None) -> Iterator[tuple[str, str]]:
    for name, score in mobile["categories"].items():
        if score is None:
            yield f"{_CATEGORIES[name]} on a phone", "pagespeed.no_score"
    if not mobile["field"]:
        asked = get_text(evidence, "source") == "psi"
        code = "pagespeed.few_visitors" if asked else "pagespeed.not_asked"
        yield "what real visitors measured", code
    elif lacks := field_data.missing(mobile["field"]):
        yield f"{lacks}, as real visitors measured it", "pagespeed.some_visitors"
    if desktop is None:
        in_time = get_text(evidence, "desktop_error") != DeadlineExceededError.code
        code = "pagespeed.audit_failed" if in_time else "pagespeed.no_time"
        yield "the page on a computer", code
    elif get_text(evidence, "desktop_scope") == "performance":
        yield "all but loading speed on a computer", "pagespeed.short_time"
