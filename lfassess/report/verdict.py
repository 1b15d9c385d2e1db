"""The verdict page: one sentence, wins, losses, and what it all rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lfassess import scoring
from lfassess.checks.base import Area, Severity
from lfassess.language import Language
from lfassess.report.answers import GOOD, WEAK, worst
from lfassess.report.areas import area
from lfassess.report.findings import SEVERITIES, weight
from lfassess.report.model import Point, ReportFinding, Section, State, Visit

_MAX_NAMED: Final = 3
_LEAST: Final = 3  # scored areas, for a verdict on the whole
_LETTERS: Final = "ABCDF"
_CRITICAL = SEVERITIES.index(Severity.CRITICAL.value)
_HIGH = SEVERITIES.index(Severity.HIGH.value)
_MEDIUM = SEVERITIES.index(Severity.MEDIUM.value)
_TO_FIX = SEVERITIES.index(Severity.INFO.value)  # what is weightier
# The best opening over a finding of this severity, whatever the grade.
_BEST_OVER: Final = {_CRITICAL: "C", _HIGH: "B"}


def sentence(
    name: str,
    grade: str | None,
    sections: Sequence[Section],
    say: Language,
    visit: Visit | None = None,
) -> str:
    """Return the verdict: how it stands, what to fix first, strongest and weakest areas.

    To call an area strong is praise: none with a finding of medium or above is, nor one that is
    weak in a part, as security without its headers.
    Where no website was seen, ``visit`` says why, and that is the verdict.
    """
    if visit is not None:
        return visit.sentence
    scored = sorted((s for s in sections if s.score is not None), key=lambda s: -(s.score or 0))
    letter = (grade or "")[:1]
    if scored and grade and len(scored) < _LEAST:
        key = "verdict.thin_an" if letter in "AF" else "verdict.thin_a"
        return say(key, name=name, grade=grade)
    parts = [say(f"verdict.{_opening(letter, sections)}", name=name)]
    if (point := fix_first(sections)) is not None:
        parts.append(say("verdict.fix_first", title=point.title))
    strong = [s for s in scored if _is_strong(s)]
    good = [area(s.name, say).phrase for s in strong]
    weak = [area(s.name, say).phrase for s in reversed(scored) if (s.score or 0) < WEAK]
    parts += [say("verdict.strongest", areas=say.listed(good[:2]))] if good else []
    parts += [say("verdict.weakest", areas=say.listed(weak[:2]))] if weak else []
    return " ".join(parts)


def _is_strong(section: Section) -> bool:
    even = all(part.score is None or part.score >= WEAK for part in section.parts)
    return (section.score or 0) >= GOOD and worst(section) > _MEDIUM and even


def fix_first(sections: Sequence[Section]) -> Point | None:
    """Return what to fix before all else; None where nothing is of high severity or above."""
    serious = min(map(worst, sections), default=len(SEVERITIES)) <= _HIGH
    return next(iter(losses(sections)), None) if serious else None


def _opening(letter: str, sections: Sequence[Section]) -> str:
    """Return the grade's letter, or a lower one that the weightiest finding leaves room for."""
    if not letter or letter not in _LETTERS:
        return "none"
    most = min(map(worst, sections), default=len(SEVERITIES))
    return max(letter, _BEST_OVER.get(most, letter), key=_LETTERS.index)


def wins(sections: Sequence[Section], say: Language) -> tuple[Point, ...]:
    """Return up to three things done well, from different areas as far as there are.

    An area with a critical finding has none: whatever else it does well would read as mockery.
    """
    passed = [(s, f) for s in sections if worst(s) > _CRITICAL for f in s.strengths]
    passed.sort(key=lambda pair: -(pair[0].score or 0))
    first = [pair for n, pair in enumerate(passed) if pair[0] not in [s for s, _ in passed[:n]]]
    chosen = [*first, *(pair for pair in passed if pair not in first)][:_MAX_NAMED]
    return tuple(_point(s, f, f.worth or say("verdict.well")) for s, f in chosen)


def losses(sections: Sequence[Section]) -> tuple[Point, ...]:
    """Return the three weightiest findings, with what they likely mean.

    Hardening is none of them as long as there is anything else: no customer sees a header.
    """
    found = [(s, f) for s in sections for f in s.findings if weight(f)[0] < _TO_FIX]
    found.sort(key=lambda pair: weight(pair[1]))
    once = {f.code: (s, f) for s, f in reversed(found)}
    chosen = [pair for pair in found if once.get(pair[1].code) == pair]
    seen = [pair for pair in chosen if not pair[1].hardening] or chosen
    return tuple(_point(s, f, f.why or s.about) for s, f in seen[:_MAX_NAMED])


def coverage(
    sections: Sequence[Section],
    say: Language,
    summary: object = None,
    *,
    graded: bool = True,
) -> str:
    """Return what the report rests on: "5 of 7 areas assessed; …", and which grades are unsure.

    Args:
        sections: of the areas.
        say: the report's language.
        summary: of the assessment, as scoring stores it.
        graded: whether there is an overall grade; without one nothing is said to rest on areas.
    """
    done = sum(s.assessed for s in sections)
    unclear = sum(s.state is State.INCONCLUSIVE for s in sections)
    scored = sum(s.score is not None for s in sections)
    text = say("verdict.coverage", done=done, all=len(sections))
    if unclear:
        text += say("verdict.unclear", n=unclear)
    all_counted = scored == done > 1 and not unclear  # "all" would include the unclear ones
    counted = "none_scored" if not scored else "all_scored" if all_counted else "scored"
    text += say(f"verdict.{counted}" if graded or not scored else "verdict.ungraded", n=scored)
    for name, key in (
        (scoring.OVERALL, "verdict.grade_range"),
        (Area.SPEED.value, "verdict.speed_range"),
    ):
        if grades := scoring.grades_of(summary, name):
            text += say(key, grades=grades)
    return text


def _point(section: Section, finding: ReportFinding, text: str) -> Point:
    return Point(finding.code, section.title, finding.title, text, finding.shown)
