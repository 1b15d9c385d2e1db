"""How far speed's score, and the overall one, may lie from what is printed, and in which grades."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lfassess.checks.shared.json_access import get_number, get_object, numbers_in
from lfassess.scoring.areas import Result
from lfassess.scoring.rules import ScoringRules, grade

OVERALL: Final = "overall"
_FULL: Final = 100


def speed_range(score: int | None, results: Mapping[str, Result]) -> tuple[int, int] | None:
    """Return the least and the most that speed's score may be; None where nothing says.

    PageSpeed's ``score_range`` is that of its own score; what dismissed findings gave back moves
    it along.
    """
    metrics = results["pagespeed"].metrics if "pagespeed" in results else {}
    found, median = (
        numbers_in(metrics, "score_range"),
        get_number(get_object(metrics, "runs"), "median"),
    )
    if score is None or median is None or len(found) != 2:  # noqa: PLR2004 - least and most
        return None
    low, high = (min(_FULL, max(0, round(score + bound - median))) for bound in found)
    return min(low, score), max(high, score)


def in_grades(low: int | None, high: int | None, rules: ScoringRules) -> dict[str, Any] | None:
    """Return {low, high, grades: [better, worse]} where the range crosses a grade's bound."""
    better, worse = grade(high, rules), grade(low, rules)
    if better is None or worse is None or better == worse:
        return None
    return {"low": low, "high": high, "grades": [better, worse]}


def grades_of(summary: object, name: str = OVERALL) -> str | None:
    """Return "C-D" (with an en dash) from an assessment's summary; None where the grade is sure.

    Args:
        summary: as stored with the assessment.
        name: an area's, or OVERALL.
    """
    stored = get_object(get_object(summary, "range"), name).get("grades")
    if not isinstance(stored, list) or len(stored) != 2:  # noqa: PLR2004 - better and worse
        return None
    return "\N{EN DASH}".join(str(letter)[:2] for letter in stored)
