"""The teaser: one page that shows what the audit found, and what the whole report holds."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Final

from lfassess.language import Language
from lfassess.report import visits
from lfassess.report.findings import SEVERITIES, weight
from lfassess.report.model import AuditReport, Point, Screenshot

SHOWN: Final = 3  # findings
_TO_FIX: Final = SEVERITIES.index("info")  # what is weightier


@dataclass(frozen=True, slots=True)
class Teaser:
    """What one page shows of an audit."""

    losses: tuple[Point, ...]
    wins: tuple[Point, ...]  # where fewer than three findings need a fix
    steps: tuple[str, ...]  # where no website of the business was seen
    pictures: tuple[Screenshot, ...]  # marked with the numbers of the losses
    more: int  # findings that need a fix, in the whole report alone


def teaser(report: AuditReport, say: Language) -> Teaser:
    """Return what the teaser of an audit shows; nothing that the report doesn't say too."""
    losses = report.losses[:SHOWN]
    numbers = {point.code: number for number, point in enumerate(losses, 1)}
    to_fix = {f.code for s in report.chapters for f in s.findings if weight(f)[0] < _TO_FIX}
    shots = [shot for section in report.sections for shot in section.screenshots]
    shots.sort(key=lambda shot: not shot.wide)
    met = report.visit if report.no_website else None
    return Teaser(
        losses=losses,
        wins=report.wins[: SHOWN - len(losses)],
        steps=visits.steps(met, say, linked=False) if met else (),
        pictures=tuple(_marked(shot, numbers) for shot in shots[:2]),
        more=len(to_fix - set(numbers)),
    )


def _marked(shot: Screenshot, numbers: dict[str, int]) -> Screenshot:
    marks = [
        dataclasses.replace(region, number=numbers[region.code])
        for region in shot.regions
        if region.code in numbers
    ]
    return dataclasses.replace(shot, regions=tuple(marks))
