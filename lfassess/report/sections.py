"""One check run as a section of the report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from lfassess import scoring
from lfassess.checks.advice import Advice
from lfassess.checks.base import Severity
from lfassess.checks.loose import text_in
from lfassess.models import CheckRun, Status
from lfassess.report import facts, wording
from lfassess.report.areas import area
from lfassess.report.findings import read
from lfassess.report.model import Screenshot, Section, State
from lfassess.report.text import clean_or_none

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
) -> Section:
    """Return the section of a check run."""
    state, metrics = _state(run), _metrics(run)
    score = _score(run, state)
    found = read(run.name, run.findings, advice)
    passed = Severity.PASSED.value
    return Section(
        name=run.name,
        title=area(run.name).title,
        about=area(run.name).about,
        status=run.status,
        state=state,
        score=score,
        grade=scoring.grade(score, scoring.load_rules()),
        weight=weight,
        reason=_reason(run, state),
        findings=tuple(f for f in found if f.severity != passed),
        strengths=tuple(f for f in found if f.severity == passed),
        tables=facts.tables(run.name, metrics),
        screenshots=screenshots,
        metrics=metrics,
        attribution=clean_or_none(text_in(metrics, "attribution"), 80),
        sandbox=bool(run.sandbox),
        measured_at=run.finished_at,
        error_code=run.error_code,
    )


def _state(run: CheckRun) -> State:
    state = _STATES.get(run.status, State.OPEN)
    return State.INCONCLUSIVE if state is State.ASSESSED and run.inconclusive else state


def _score(run: CheckRun, state: State) -> int | None:
    if run.score is None or state is not State.ASSESSED:
        return None
    return min(_FULL, max(0, run.score))


def _metrics(run: CheckRun) -> Mapping[str, Any]:
    if run.name in _NOT_FOR_CUSTOMERS or not isinstance(run.metrics, dict):
        return {}
    return run.metrics


def _reason(run: CheckRun, state: State) -> str | None:
    if state is State.INCONCLUSIVE:
        return wording.inconclusive(run.inconclusive or "")
    if state is State.FAILED:
        return wording.failed(run.name, run.error_code)
    if state is State.SKIPPED:
        return wording.skipped(run.name, run.reason)
    return "This check has not ended yet." if state is State.OPEN else None
