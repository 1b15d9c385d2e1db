"""The verdict page: one sentence, wins, losses, and what it all rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lfassess.report.areas import area
from lfassess.report.findings import SEVERITIES, weight
from lfassess.report.model import Point, ReportFinding, Section, State
from lfassess.report.text import listed

_SHOWN: Final = 3
_GOOD, _WEAK = 75, 50  # grade B and above; below grade C
_OPENING: Final = {
    "A": "{name} makes a strong impression online; what is left to do is polish.",
    "B": "{name} is in good shape online, with a few gaps that are worth closing.",
    "C": "{name} can be found and used online, but loses customers on the way.",
    "D": "{name} loses customers online every day, for reasons that can be mended.",
    "F": "{name}'s web presence turns customers away; it needs work at once.",
}
_THIN: Final = (
    "On what could be measured, {name} gets {article} {grade}; most areas could not be judged."
)
_LEAST: Final = 3  # scored areas, for a verdict on the whole
_NO_GRADE: Final = "There was too little to measure to give {name} a grade."


def sentence(name: str, grade: str | None, sections: Sequence[Section]) -> str:
    """Return the verdict, with the strongest and weakest areas where they stand out."""
    scored = sorted((s for s in sections if s.score is not None), key=lambda s: -(s.score or 0))
    if scored and grade and len(scored) < _LEAST:
        return _THIN.format(name=name, grade=grade, article="an" if grade[0] in "AF" else "a")
    opening = _OPENING.get((grade or "")[:1], _NO_GRADE).format(name=name)
    good = [area(s.name).phrase for s in scored if (s.score or 0) >= _GOOD]
    weak = [area(s.name).phrase for s in reversed(scored) if (s.score or 0) < _WEAK]
    strongest = f" Strongest: {listed(good[:2])}." if good else ""
    weakest = f" Weakest: {listed(weak[:2])}." if weak else ""
    return f"{opening}{strongest}{weakest}"


def wins(sections: Sequence[Section]) -> tuple[Point, ...]:
    """Return up to three things done well, from different areas as far as there are."""
    passed = [(s, f) for s in sections for f in s.strengths]
    passed.sort(key=lambda pair: -(pair[0].score or 0))
    first = [pair for n, pair in enumerate(passed) if pair[0] not in [s for s, _ in passed[:n]]]
    chosen = [*first, *(pair for pair in passed if pair not in first)][:_SHOWN]
    return tuple(_point(s, f, f.what or area(s.name).worth) for s, f in chosen)


def losses(sections: Sequence[Section]) -> tuple[Point, ...]:
    """Return the three weightiest findings, with what they cost."""
    to_mend = SEVERITIES.index("info")
    found = [(s, f) for s in sections for f in s.findings if weight(f)[0] < to_mend]
    found.sort(key=lambda pair: weight(pair[1]))
    return tuple(_point(s, f, f.why or s.about) for s, f in found[:_SHOWN])


def coverage(sections: Sequence[Section]) -> str:
    """Return what the report rests on: "5 of 6 areas assessed; …"."""
    ended = sum(s.told for s in sections)
    unclear = sum(s.state is State.INCONCLUSIVE for s in sections)
    scored = sum(s.score is not None for s in sections)
    text = f"{ended} of {len(sections)} areas assessed"
    if unclear:
        text += f", {unclear} of them without a clear result"
    if not scored:
        return f"{text}; none could be scored."
    return f"{text}; the grade rests on {scored} with a score."


def _point(section: Section, finding: ReportFinding, text: str) -> Point:
    return Point(finding.code, section.title, finding.title, text, finding.evidence)
