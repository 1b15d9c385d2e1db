"""What real visitors measured, by Google's public record of visits (CrUX), whole or in part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lfassess.checks.base import Finding
from lfassess.checks.pagespeed.catalogue import finding
from lfassess.checks.pagespeed.evidence_result import (
    bounds_for,
    core_web_vitals,
    poor,
    shown,
    vital,
)

_LABELS: Final = {"lcp": "LCP", "inp": "INP", "cls": "CLS", "fcp": "FCP"}
_NAMES: Final = {
    "lcp": "the main content (LCP)",
    "inp": "the answer to a tap (INP)",
    "cls": "page jumping (CLS)",
}


def findings(field: Mapping[str, float], scope: str | None) -> Iterator[Finding]:
    """Yield the finding on real visitors, where Google's figures allow one.

    Args:
        field: figures at the 75th percentile by measure; any may be missing.
        scope: whether they are of the "page" or of the whole "site".
    """
    when = f"(visitors of this {scope}, last 28 days)"
    judged = vital(field)
    if bad := [name for name, value in judged.items() if value > bounds_for(name).poor]:
        why = "; ".join(
            f"{_LABELS[name]} {poor(name, judged[name], bounds_for(name).poor, ', ')}"
            for name in bad
        )
        yield finding("slow-for-visitors", f"{why} {when}")
        return
    figures = ", ".join(f"{_LABELS[name]} {shown(name, value)}" for name, value in judged.items())
    verdict = core_web_vitals(field)
    if verdict is not None:
        code = "fast-for-visitors" if verdict == "passed" else "fair-for-visitors"
        yield finding(code, f"{figures} {when}")


def missing(field: Mapping[str, float]) -> str | None:
    """Return which of the three vital measures Google lacks, in words."""
    names = [words for name, words in _NAMES.items() if name not in field]
    *first, last = names or [""]
    return (", ".join(first) + " and " + last if first else last) or None
