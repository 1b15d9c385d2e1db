"""How sure the speed score is: how often it was measured, and how far the runs lie apart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lfassess.checks.shared.json_access import get_number, get_object, get_text, numbers_in
from lfassess.language import Language
from lfassess.quantities import US, Quantities
from lfassess.report.model import Cell, Table
from lfassess.report.tables.common import NONE, rated_score, table

Json = Mapping[str, Any]

_NOTES: Final = {
    "slow_machine": "Other work slowed the measuring computer down, which costs a page points. "
    "The last line says what it may reach without that.",
    "near_bound": "The score is close to the next grade, and was measured once: a second "
    "measurement may be a few points off.",
}
_USUAL: Final = "A score changes by a few points from run to run; the one in the middle counts."


def tables(metrics: Json, figures: Quantities = US) -> list[Table]:
    """Return the runs on a phone; [] where the score rests on one run that leaves no doubt."""
    made = get_object(metrics, "runs")
    found, unsure = numbers_in(made, "scores"), get_text(made, "unsure")
    if len(found) < 2 and unsure is None:  # noqa: PLR2004 - a single one
        return []
    median = get_number(made, "median")
    rows = (
        (Cell("Runs on a phone"), Cell(figures.number(len(found)))),
        (
            Cell("Score that counts"),
            NONE if median is None else Cell(str(round(median)), rated_score(median)),
        ),
        (Cell("Lowest to highest score"), Cell(_span(min(found), max(found)) if found else "")),
        (Cell("What another run may find"), Cell(_range(metrics) or NONE.text)),
    )
    note = _NOTES.get(unsure or "", _USUAL)
    return table("How sure the score is", ("Measure", "Value"), rows, note, technical=True)


def in_words(metrics: Json) -> str | None:
    """Return how sure the score is, for the command line; None where there is nothing to say.

    "score in 3 runs: median 62 (58-66)", with an en dash, and why it is unsure if it is;
    "score in 2 runs: 62 each time".
    """
    made = get_object(metrics, "runs")
    found, median = numbers_in(made, "scores"), get_number(made, "median")
    if not found or median is None:
        return None
    unsure = {"slow_machine": "busy machine", "near_bound": "near a grade's bound"}.get(
        get_text(made, "unsure") or ""
    )
    if unsure and len(set(numbers_in(metrics, "score_range"))) > 1:
        unsure += f": may be {_range(metrics)}"
    if len(found) > 1:
        span = _span(min(found), max(found))
        same = span == str(round(median))
        words = f"{round(median)} each time" if same else f"median {round(median)} ({span})"
        return f"score in {len(found)} runs: {words}" + (f"; {unsure}" if unsure else "")
    return f"score in one run: {round(median)}; {unsure}" if unsure else None


def spread(metrics: Json, say: Language) -> str | None:
    """Return how far the score's runs lie apart, or another may; None where that is no point.

    It stands beside what a report claims of the score: "58-66 in 3 test visits", with an en dash.
    """
    found = numbers_in(get_object(metrics, "runs"), "scores")
    several = len(set(found)) > 1
    bounds = found if several else [] if len(found) > 1 else numbers_in(metrics, "score_range")
    if not bounds or min(bounds) == max(bounds):
        return None
    shown = _span(min(bounds), max(bounds))
    if several:
        return say("area.runs", range=shown, n=say.figures.number(len(found)))
    return say("area.another_run", range=shown)


def _range(metrics: Json) -> str:
    found = numbers_in(metrics, "score_range")
    return _span(found[0], found[-1]) if found else ""


def _span(low: float, high: float) -> str:
    return f"{low:.0f}" if low == high else f"{low:.0f}\N{EN DASH}{high:.0f}"
