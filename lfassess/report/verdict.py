"""The verdict page: one sentence, wins, losses, and what it all rests on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lfassess.report.areas import area
from lfassess.report.findings import SEVERITIES, weight
from lfassess.report.language import Language
from lfassess.report.model import Answer, Headline, Point, ReportFinding, Section, State

_SHOWN: Final = 3
_GOOD, _WEAK = 75, 50  # grade B and above; below grade C
_LEAST: Final = 3  # scored areas, for a verdict on the whole


def sentence(name: str, grade: str | None, sections: Sequence[Section], say: Language) -> str:
    """Return the verdict, with the strongest and weakest areas where they stand out."""
    scored = sorted((s for s in sections if s.score is not None), key=lambda s: -(s.score or 0))
    letter = (grade or "")[:1]
    if scored and grade and len(scored) < _LEAST:
        key = "verdict.thin_an" if letter in "AF" else "verdict.thin_a"
        return say(key, name=name, grade=grade)
    opening = say(f"verdict.{letter if letter and letter in 'ABCDF' else 'none'}", name=name)
    good = [area(s.name, say).phrase for s in scored if (s.score or 0) >= _GOOD]
    weak = [area(s.name, say).phrase for s in reversed(scored) if (s.score or 0) < _WEAK]
    strongest = f" {say('verdict.strongest', areas=say.listed(good[:2]))}" if good else ""
    weakest = f" {say('verdict.weakest', areas=say.listed(weak[:2]))}" if weak else ""
    return f"{opening}{strongest}{weakest}"


def headlines(sections: Sequence[Section], say: Language) -> tuple[Headline, ...]:
    """Return an owner's questions and their answers; "no data" is never a "no"."""
    return tuple(
        _headline(section, question, say)
        for section in sections
        if (question := area(section.name, say).question)
    )


def _headline(section: Section, question: str, say: Language) -> Headline:
    score = section.score
    if score is None:
        return Headline(section.name, question, "unknown", section.reason or "")
    answer: Answer = "yes" if score >= _GOOD else "partly" if score >= _WEAK else "no"
    told = section.strengths if answer == "yes" else section.findings or section.strengths
    text = say("ui.of_100", score=score)
    return Headline(section.name, question, answer, f"{told[0].title} ({text})" if told else text)


def wins(sections: Sequence[Section], say: Language) -> tuple[Point, ...]:
    """Return up to three things done well, from different areas as far as there are."""
    passed = [(s, f) for s in sections for f in s.strengths]
    passed.sort(key=lambda pair: -(pair[0].score or 0))
    first = [pair for n, pair in enumerate(passed) if pair[0] not in [s for s, _ in passed[:n]]]
    chosen = [*first, *(pair for pair in passed if pair not in first)][:_SHOWN]
    return tuple(_point(s, f, f.what or area(s.name, say).worth) for s, f in chosen)


def losses(sections: Sequence[Section]) -> tuple[Point, ...]:
    """Return the three weightiest findings, with what they cost."""
    to_mend = SEVERITIES.index("info")
    found = [(s, f) for s in sections for f in s.findings if weight(f)[0] < to_mend]
    found.sort(key=lambda pair: weight(pair[1]))
    return tuple(_point(s, f, f.why or s.about) for s, f in found[:_SHOWN])


def coverage(sections: Sequence[Section], say: Language) -> str:
    """Return what the report rests on: "5 of 6 areas assessed; …"."""
    ended = sum(s.told for s in sections)
    unclear = sum(s.state is State.INCONCLUSIVE for s in sections)
    scored = sum(s.score is not None for s in sections)
    text = say("verdict.coverage", done=ended, all=len(sections))
    if unclear:
        text += say("verdict.unclear", n=unclear)
    return text + (say("verdict.scored", n=scored) if scored else say("verdict.none_scored"))


def _point(section: Section, finding: ReportFinding, text: str) -> Point:
    return Point(finding.code, section.title, finding.title, text, finding.evidence)
