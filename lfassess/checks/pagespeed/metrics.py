"""What the API and the report read of a judgement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lfassess.checks.base import Json
from lfassess.checks.pagespeed import evidence_runs, rules_field_data
from lfassess.checks.pagespeed.catalogue import REASONS
from lfassess.checks.pagespeed.evidence import Evidence
from lfassess.checks.pagespeed.evidence_result import Device
from lfassess.checks.reasons import as_json
from lfassess.checks.shared.json_access import get_text, get_texts
from lfassess.errors import DeadlineExceededError

_MAX_WARNINGS: Final = 5
_MAX_TEXT: Final = 200  # characters
_CATEGORIES: Final = {
    "performance": "loading speed",
    "accessibility": "accessibility",
    "best-practices": "good practice",
    "seo": "search engine basics",
}


@dataclass(frozen=True, slots=True)
class Metrics:
    """The figures of both devices, how sure they are, and what could not be measured."""

    evidence: Evidence
    mobile: Device
    desktop: Device | None
    visit: Json

    def to_json(self) -> Json:
        result = self.evidence.mobile
        warnings = [text[:_MAX_TEXT] for text in get_texts(result, "runWarnings")]
        return {
            "source": self.evidence.source,
            "lighthouse_version": get_text(result, "lighthouseVersion"),
            "fetched_at": get_text(result, "fetchTime"),
            "final_url": get_text(result, "finalDisplayedUrl") or get_text(result, "finalUrl"),
            "mobile": self.mobile.to_json(),
            **({"desktop": self.desktop.to_json()} if self.desktop else {}),
            **evidence_runs.summary(self.evidence, self.mobile.categories["performance"]),
            "warnings": warnings[:_MAX_WARNINGS],
            "not_assessed": [
                {"what": what, "why": REASONS[code].wording, **as_json(code, REASONS)}
                for what, code in self._not_assessed()
            ],
            "visit": self.visit,
        }

    def _not_assessed(self) -> Iterator[tuple[str, str]]:
        """Yield what could not be measured, in words for customers, and the reason's code."""
        evidence, mobile = self.evidence, self.mobile
        for name, score in mobile.categories.items():
            if score is None:
                yield f"{_CATEGORIES[name]} on a phone", "pagespeed.no_score"
        if not mobile.field:
            few = evidence.source == "psi"
            code = "pagespeed.few_visitors" if few else "pagespeed.not_asked"
            yield "what real visitors measured", code
        elif lacks := rules_field_data.missing(mobile.field):
            yield f"{lacks}, as real visitors measured it", "pagespeed.some_visitors"
        if self.desktop is None:
            late = evidence.desktop_error == DeadlineExceededError.code
            yield "the page on a computer", f"pagespeed.{'no_time' if late else 'audit_failed'}"
        elif evidence.desktop_scope == "performance":
            yield "all but loading speed on a computer", "pagespeed.short_time"
