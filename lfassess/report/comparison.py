"""What has changed from one audit to the next, as data."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from lfassess.findings.changes import same_areas
from lfassess.report.site_changes import SiteChanges

SCHEMA: Final = "lfassess.comparison/1"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two audits."""

    assessment_id: int
    date: datetime
    score: int | None
    grade: str | None
    scoring_version: str | None
    completeness: str


@dataclass(frozen=True, slots=True)
class AreaChange:
    """An area's scores; None where it had none, which is never the same as 0."""

    name: str
    title: str
    before: int | None
    after: int | None

    @property
    def change(self) -> int | None:
        """After less before, where both are known."""
        return _difference(self.before, self.after)


@dataclass(frozen=True, slots=True)
class Change:
    """A finding that is in one audit and not in the other, or in both."""

    area: str
    code: str
    severity: str
    title: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What has changed from one audit to the next."""

    business: str
    before: Side
    after: Side
    areas: tuple[AreaChange, ...]
    fixed: tuple[Change, ...]
    new: tuple[Change, ...]
    still: tuple[Change, ...]
    sandbox: bool
    language: str
    site: SiteChanges | None = None  # None: it was not crawled both times

    @property
    def change(self) -> int | None:
        """Of the overall score; None where other areas make it up, which is no change."""
        return _difference(self.before.score, self.after.score) if self.same_areas else None

    @property
    def tells(self) -> bool:
        """Whether there is anything to tell: a finding that went or came, or another grade."""
        other_grade = self.same_areas and self.before.grade != self.after.grade
        return bool(self.fixed or self.new) or other_grade

    @property
    def same_areas(self) -> bool:
        """Whether the same areas have a score in both."""
        return same_areas([a.before for a in self.areas], [a.after for a in self.areas])

    @property
    def same_rules(self) -> bool:
        """Whether both were scored by the same version of the rules."""
        return self.before.scoring_version == self.after.scoring_version

    def as_json(self) -> dict[str, Any]:
        """Return the comparison in JSON's own types."""
        data: dict[str, Any] = json.loads(json.dumps(dataclasses.asdict(self), default=str))
        for row, area in zip(data["areas"], self.areas, strict=True):
            row["change"] = area.change
        return {
            "schema": SCHEMA,
            **data,
            "change": self.change,
            "same_rules": self.same_rules,
            "same_areas": self.same_areas,
        }


def _difference(before: int | None, after: int | None) -> int | None:
    return None if before is None or after is None else after - before
