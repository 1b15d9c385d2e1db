"""One check run as a section of the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from lfassess import scoring
from lfassess.checks.advice import Advice
from lfassess.checks.base import Severity
from lfassess.checks.loose import text_in
from lfassess.models import CheckRun, Status
from lfassess.report import facts, wording
from lfassess.report.areas import area
from lfassess.report.findings import kept, read
from lfassess.report.language import Language
from lfassess.report.model import Screenshot, Section, State, Table
from lfassess.report.text import clean, clean_or_none

_FULL: Final = 100
_STATES: Final = {
    Status.COMPLETED.value: State.ASSESSED,
    Status.FAILED.value: State.FAILED,
    Status.SKIPPED.value: State.SKIPPED,
}
# The language model's words reach the report as recommendations; the rest of what it wrote is for
# the salesperson, not for the customer.
_NOT_FOR_CUSTOMERS: Final = frozenset({"llm_analysis"})


def section(
    run: CheckRun,
    *,
    advice: Mapping[str, Advice],
    screenshots: tuple[Screenshot, ...],
    weight: float | None,
    say: Language,
    overruled: Mapping[tuple[str, str], str],
) -> Section:
    """Return the section of a check run, less its overruled findings."""
    state, metrics = _state(run), _metrics(run)
    score = _score(run, state)
    struck = overruled.get((run.name, scoring.ALL))
    if struck is not None and state in {State.ASSESSED, State.EXPIRED}:
        state, score = State.INCONCLUSIVE, None
    found = read(run.name, kept(run.name, run.findings, overruled), advice)
    about, passed = area(run.name, say), Severity.PASSED.value
    return Section(
        name=run.name,
        title=about.title,
        about=about.about,
        grading=about.grading,
        status=run.status,
        state=state,
        score=score,
        grade=scoring.grade(score, scoring.load_rules()),
        weight=weight,
        reason=_reason(run, state, struck, say),
        findings=tuple(f for f in found if f.severity != passed),
        strengths=tuple(f for f in found if f.severity == passed),
        tables=tuple(translated(t, say) for t in facts.tables(run.name, metrics)),
        screenshots=screenshots,
        metrics=metrics,
        attribution=clean_or_none(text_in(metrics, "attribution"), 80),
        sandbox=bool(run.sandbox),
        measured_at=run.finished_at,
        error_code=run.error_code,
    )


def _state(run: CheckRun) -> State:
    if run.expired_at is not None:
        return State.EXPIRED
    state = _STATES.get(run.status, State.OPEN)
    return State.INCONCLUSIVE if state is State.ASSESSED and run.inconclusive else state


def _score(run: CheckRun, state: State) -> int | None:
    if run.score is None or state not in {State.ASSESSED, State.EXPIRED}:
        return None
    return min(_FULL, max(0, run.score))


def _metrics(run: CheckRun) -> Mapping[str, Any]:
    if run.name in _NOT_FOR_CUSTOMERS or not isinstance(run.metrics, dict):
        return {}
    return run.metrics


def _reason(run: CheckRun, state: State, struck: str | None, say: Language) -> str | None:
    if struck is not None:
        return say("reasons.overruled", note=clean(struck, 300))
    if state is State.EXPIRED:
        return say("reasons.expired")
    if state is State.INCONCLUSIVE:
        return wording.inconclusive(run.inconclusive or "", say)
    if state is State.FAILED:
        return wording.failed(run.name, run.error_code, say)
    if state is State.SKIPPED:
        return wording.skipped(run.name, run.reason, say)
    return say("reasons.open") if state is State.OPEN else None


def translated(table: Table, say: Language) -> Table:
    """Return the table with its fixed words in the report's language."""
    return Table(
        say.text(table.caption),
        tuple(map(say.text, table.columns)),
        tuple(tuple(replace(c, text=say.text(c.text)) for c in row) for row in table.rows),
        table.note and say.text(table.note),
    )
