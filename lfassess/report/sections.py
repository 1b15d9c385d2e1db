"""One area of the audit as a section of the report, from all the checks that feed it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from lfassess import scoring
from lfassess.checks.base import Area, Severity
from lfassess.checks.shared.json_access import get_number, get_object, get_objects, get_text
from lfassess.db.models import CheckRun, Status
from lfassess.language import Language
from lfassess.report import failure_texts, tables
from lfassess.report.areas import DECIDED_BY, area, home
from lfassess.report.findings import FROM_PROVIDER, weight
from lfassess.report.model import Moment, Part, ReportFinding, Screenshot, Section, State, Table
from lfassess.report.tables import web_vitals
from lfassess.report.tables.runs import spread as spread_of
from lfassess.report.text import clean, clean_or_none

_FULL: Final = 100
_STATES: Final = {
    Status.COMPLETED.value: State.ASSESSED,
    Status.FAILED.value: State.FAILED,
    Status.SKIPPED.value: State.SKIPPED,
}
# Of several checks that may decide an area, the one that can tell most about it does.
_TELLING: Final = (
    *(State.ASSESSED, State.EXPIRED, State.INCONCLUSIVE),
    *(State.OPEN, State.FAILED, State.SKIPPED),
)
# Checks that measure by themselves and ask a provider for the rest.
_PARTLY: Final = frozenset({"visual"})
# Findings that say no more than the score on a phone.
_ON_THE_SCORE: Final = frozenset({"slow-page", "sluggish-page", "fast-page"})
_PASSED: Final = Severity.PASSED.value
_NOTHING: Final[Mapping[str, Any]] = {}


@dataclass(frozen=True, slots=True)
class Sources:
    """What the sections are made of."""

    runs: Mapping[str, CheckRun]  # by check name
    found: Sequence[ReportFinding]  # of all checks, each fact once
    scores: Mapping[str, Any]  # the assessment's summary
    screenshots: tuple[Screenshot, ...]
    filmstrip: tuple[Moment, ...]
    dismissed: Mapping[tuple[str, str], str]  # notes by (check, code)
    unseen: frozenset[str] = frozenset()  # areas of a website that was not seen
    why_unseen: str | None = None


def areas_of(runs: Collection[str], found: Sequence[ReportFinding]) -> set[str]:
    """Return the areas there is something to say about, if only why they were not assessed."""
    decided = {name for name, checks in DECIDED_BY.items() if any(c in runs for c in checks)}
    return decided | {name for name in runs if home(name) == name} | {_area(f) for f in found}


def section(name: str, made: Sources, say: Language) -> Section:
    """Return the section of an area."""
    found = sorted((f for f in made.found if _area(f) == name), key=weight)
    checks = tuple(c for c in DECIDED_BY.get(name, (name,)) if c in made.runs)
    feeding = tuple(dict.fromkeys((*checks, *(f.check for f in found))))
    state, run = _decider(checks, made, found)
    own = made.runs.get(next((c for c in feeding if home(c) == name), ""))
    note_of_dismissal = made.dismissed.get((run.name, scoring.ALL))
    about, metrics = area(name, say), _metrics(own, say)
    scored = _Score.of(name, made, state)
    seen = {c for c in feeding if is_reportable(made.runs[c])}
    emulated = {c for c in seen if made.runs[c].sandbox and _lends(c, name, found)}
    first = made.runs[checks[0]] if checks else run
    missed = scored.score is None and not any(
        _is_judged(made.runs[c]) for c in checks or (run.name,)
    )
    if missed and state is State.ASSESSED:
        state = State.INCONCLUSIVE  # another check came upon something, and judged no area by it
    why, its_state = (first, state_of(first)) if missed else (run, state)
    told_apart = name == Area.SPEED and scored.score is not None
    spread = spread_of(metrics, say) if told_apart else None
    found = [_with_spread(f, spread) for f in found]
    return Section(
        name=name,
        checks=feeding,
        title=about.title,
        about=about.about,
        grading=about.grading,
        status=run.status,
        state=state,
        score=scored.score,
        grade=scoring.grade(scored.score, scoring.load_rules()),
        weight=scored.weight,
        reason=(made.why_unseen if name in made.unseen else None)
        or _reason(why, its_state, note_of_dismissal, say),
        parts=_parts(scored.parts, metrics, say),
        findings=tuple(f for f in found if f.severity != _PASSED),
        strengths=tuple(f for f in found if f.severity == _PASSED),
        tables=tuple(translated(t, say) for t in _tables(name, feeding, made, say)),
        gauges=web_vitals.gauges(metrics, say.figures) if name == home("pagespeed") else (),
        filmstrip=made.filmstrip if name == home("pagespeed") and scored.score is not None else (),
        screenshots=made.screenshots if name == home("visual") else (),
        metrics=metrics,
        attribution=clean_or_none(get_text(metrics, "attribution"), 80),
        sandbox=bool(emulated),
        partly_sandbox=bool(emulated) and (emulated != seen or bool(_PARTLY & emulated)),
        measured_at=run.finished_at,
        error_code=run.error_code,
        spread=spread,
    )


def _with_spread(finding: ReportFinding, spread: str | None) -> ReportFinding:
    """Return a finding on the score that was measured with how far its runs lie apart."""
    if spread is None or finding.code not in _ON_THE_SCORE or not finding.shown:
        return finding
    said = f"{finding.shown}; {spread}"
    return replace(finding, shown=said, evidence=said)


def _lends(check: str, name: str, found: Sequence[ReportFinding]) -> bool:
    """Whether what a check's provider said stands in an area, and not only our own measures."""
    if check not in _PARTLY or home(check) == name:
        return True
    return any(f.check == check and f.source == FROM_PROVIDER for f in found)


def _area(finding: ReportFinding) -> str:
    return finding.area or home(finding.check)


def state_of(run: CheckRun, *, note_of_dismissal: bool = False) -> State:
    """Return what came of a check, as far as its reader is concerned."""
    state = _STATES.get(run.status, State.OPEN) if run.content_expired_at is None else State.EXPIRED
    if state is State.ASSESSED and run.inconclusive_reason:
        return State.INCONCLUSIVE
    return (
        State.INCONCLUSIVE
        if note_of_dismissal and state in {State.ASSESSED, State.EXPIRED}
        else state
    )


def _decider(
    checks: Sequence[str], made: Sources, found: Sequence[ReportFinding]
) -> tuple[State, CheckRun]:
    """Return the area's state and the check run it comes from.

    What another check found in the area is listed, even where its own check ended without.
    """
    runs = [made.runs[c] for c in dict.fromkeys((*checks, *(f.check for f in found)))]
    states = [
        (state_of(r, note_of_dismissal=(r.name, scoring.ALL) in made.dismissed), r) for r in runs
    ]
    return min(states, key=lambda pair: _TELLING.index(pair[0]))


@dataclass(frozen=True, slots=True)
class _Score:
    score: int | None
    weight: float | None
    parts: Mapping[str, Any]

    @classmethod
    def of(cls, name: str, made: Sources, state: State) -> _Score:
        """Return the stored score of an area; until version 2 of the rules, its check's own."""
        stored = get_object(made.scores, "areas")
        if stored:
            stored_area = get_object(stored, name)
            score, share = get_number(stored_area, "score"), get_number(stored_area, "weight")
            parts = get_object(stored_area, "parts")
        else:
            run = next((r for r in made.runs.values() if home(r.name) == name), None)
            score = run.score if run else None
            share = get_number(get_object(made.scores, "weights"), run.name) if run else None
            parts = {}
        if name in made.unseen or score is None or state not in {State.ASSESSED, State.EXPIRED}:
            return cls(None, None, {})
        return cls(min(_FULL, max(0, round(score))), share, parts)


def _parts(
    stored: Mapping[str, Any], metrics: Mapping[str, Any], say: Language
) -> tuple[Part, ...]:
    """Return security's two lines, the Observatory's own score and grade beside the second."""
    return tuple(
        Part(name, say(f"parts.{name}"), round(score), _observatory(metrics, say, name))
        for name in scoring.PARTS
        if (score := get_number(stored, name)) is not None
    )


def _observatory(metrics: Mapping[str, Any], say: Language, part: str) -> str | None:
    seen = get_object(metrics, "observatory")
    score, grade = get_number(seen, "score"), clean(get_text(seen, "grade"), 3)
    version = get_number(seen, "algorithm") or get_number(seen, "algorithm_version")
    if part != "hardening" or score is None or not grade:
        return None
    text = say("parts.observatory", score=round(score), grade=grade)
    return text + (say("parts.version", version=round(version)) if version else "")


def _metrics(run: CheckRun | None, say: Language) -> Mapping[str, Any]:
    """Return a check's metrics; the language model's other words are for the salesperson.

    Of its ratings only what the report's readers can read stays: in another language the stars.
    """
    if run is None or run.name == "llm_analysis" or not isinstance(run.metrics, dict):
        return _NOTHING
    vision = get_object(run.metrics, "vision")
    if not vision or say.reads(get_text(vision, "language")):
        return run.metrics
    stars = [{**row, "because": None} for row in get_objects(vision, "ratings")]
    return {**run.metrics, "vision": {**vision, "ratings": stars}}


def _tables(name: str, checks: Sequence[str], made: Sources, say: Language) -> list[Table]:
    return [
        table
        for c in tables.telling(name, checks)
        for table in tables.tables(c, _metrics(made.runs.get(c), say), name, say.figures)
    ]


def _is_judged(run: CheckRun) -> bool:
    return state_of(run) in {State.ASSESSED, State.EXPIRED}


def is_reportable(run: CheckRun) -> bool:
    """Whether a check had something to tell, if only that it could not judge."""
    return state_of(run) in {State.ASSESSED, State.INCONCLUSIVE, State.EXPIRED}


def _reason(
    run: CheckRun, state: State, note_of_dismissal: str | None, say: Language
) -> str | None:
    if note_of_dismissal is not None:
        return say("reasons.dismissed", note=clean(note_of_dismissal, 300))
    if state is State.EXPIRED:
        return say("reasons.expired")
    if state is State.INCONCLUSIVE:
        return failure_texts.inconclusive(run.inconclusive_reason or "", say)
    if state is State.FAILED:
        return failure_texts.failed(run.name, run.error_code, say)
    if state is State.SKIPPED:
        return failure_texts.skipped(run.name, run.skip_code, say)
    return say("reasons.open") if state is State.OPEN else None


def translated(table: Table, say: Language) -> Table:
    """Return the table with its fixed words in the report's language."""
    return Table(
        say.text(table.caption),
        tuple(map(say.text, table.columns)),
        tuple(tuple(replace(c, text=say.text(c.text)) for c in row) for row in table.rows),
        table.note and say.text(table.note),
        table.technical,
    )
