"""Which leads: a filter as data, and as conditions of SQL."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from lfassess.db.fragments import like
from lfassess.db.models.assessment import AREAS

NONE: Final = "none"  # what a lead has no value of
WORSE: Final = 5  # points of a score that are no accident of the measurement


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that is asked of a lead."""

    key: str
    values: tuple[str, ...] = ()  # one of them is enough
    bounds: tuple[tuple[str, float], ...] = ()  # ("<", 40.0): all of them hold
    every: bool = False  # of values, each must be there
    negated: bool = False  # leads for which it is not true, or not known
    name: str = ""  # of a custom field


@dataclass(frozen=True, slots=True)
class LeadFilter:
    """All of the conditions hold; none of them: every lead."""

    conditions: tuple[Condition, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.conditions)

    def of_keys(self, *keys: str) -> LeadFilter:
        """Return the part of the filter that is about these."""
        return LeadFilter(tuple(c for c in self.conditions if c.key in keys))

    def without(self, *keys: str) -> LeadFilter:
        """Return the filter without what is about these."""
        return LeadFilter(tuple(c for c in self.conditions if c.key not in keys))

    def and_(self, *conditions: Condition) -> LeadFilter:
        return LeadFilter((*self.conditions, *conditions))

    @property
    def batches(self) -> tuple[int, ...]:
        """The batches that leads must be of."""
        return tuple(
            int(v) for c in self.conditions if c.key == "batch" and not c.negated for v in c.values
        )


EVERY: Final = LeadFilter()

# The newest assessment of each lead that has one of these statuses.
_NEWEST: Final = """l.id IN (
    SELECT x.lead_id FROM assessments x
     WHERE {is_so} AND NOT EXISTS (SELECT FROM assessments y
                                    WHERE y.lead_id = x.lead_id AND y.id > x.id))"""
_PARTIAL: Final = """({alias}.shown_status = 'completed' AND EXISTS (
    SELECT FROM check_runs c WHERE c.assessment_id = {alias}.id AND c.status = 'failed'))"""
# How much better the last completed audit is than the one before; NULL where the same rules did
# not make both scores, of the same areas.
CHANGE: Final = """(
    SELECT CASE WHEN p.scoring_version = a.scoring_version
                 AND array_positions(p.area_scores, NULL) = array_positions(a.area_scores, NULL)
                THEN a.score - p.score END
      FROM assessments p
     WHERE p.lead_id = a.lead_id AND p.status = 'completed' AND p.id < a.id
     ORDER BY p.id DESC LIMIT 1)"""
# The same for all audits at once: looked up one by one, it takes four times as long.
_CHANGED: Final = """a.id IN (
    SELECT each.id FROM (
        SELECT p.id, CASE WHEN p.scoring_version = lag(p.scoring_version) OVER audits
                           AND array_positions(p.area_scores, NULL)
                               = array_positions(lag(p.area_scores) OVER audits, NULL)
                          THEN p.score - lag(p.score) OVER audits END AS change
          FROM assessments p WHERE p.status = 'completed'
        WINDOW audits AS (PARTITION BY p.lead_id ORDER BY p.id)) each
     WHERE {is_so})"""
_CHANGES: Final = {
    "worse": _CHANGED.format(is_so=f"each.change <= -{WORSE}"),
    "better": _CHANGED.format(is_so=f"each.change >= {WORSE}"),
    "same": _CHANGED.format(is_so=f"abs(each.change) < {WORSE}"),
    NONE: f"({_CHANGED.format(is_so='each.change IS NOT NULL')}) IS NOT TRUE",
}
_KNOWN: Final = {
    "change": _CHANGES,
    "do_not_contact": {"yes": "l.do_not_contact", "no": "NOT l.do_not_contact"},
}
_IN_BATCHES: Final = """l.id IN (
    SELECT m.lead_id FROM batch_leads m WHERE m.batch_id = ANY(CAST({batches} AS bigint[])))"""
_REVIEWED: Final = """a.id IN (
    SELECT r.assessment_id FROM reviews r WHERE r.state = ANY(CAST({states} AS varchar[])))"""
_NOT_REVIEWED: Final = "NOT EXISTS (SELECT FROM reviews r WHERE r.assessment_id = a.id)"
_NUMBERS: Final = {
    "score": "a.score",
    "change": "each.change",
    **{name: f"a.area_scores[{place}]" for place, name in enumerate(AREAS, 1)},
    "opportunity": "o.score",
    **{name: f"o.{name}" for name in ("need", "worth", "reach")},
}
_WORDS: Final = {"grade": "a.grade", "country": "l.country", "industry": "l.industry"}
_SETS: Final = {"finding": "o.codes", "tech": "o.technologies"}
# Text that people write as a number; anything else in a custom field is none.
_FIELD_NUMBER: Final = r"""
    CASE WHEN l.extra ->> {name} ~ '^-?[0-9]{{1,12}}([.][0-9]{{1,6}})?$'
         THEN CAST(l.extra ->> {name} AS numeric) END"""


class Conditions:
    """A filter as SQL, for statements that call leads l, their opportunity o, its assessment a.

    Args:
        chosen: the filter.
        of_batch: ``a`` is the assessment that serves the lead in a batch, instead of its last
            completed one; the status is that one's, too.
    """

    def __init__(self, chosen: LeadFilter, *, of_batch: bool = False) -> None:
        self.values: dict[str, Any] = {}
        self._of_batch = of_batch
        self._parts = [self._sql(condition) for condition in chosen.conditions]

    @property
    def sql(self) -> str:
        """Return the conditions, each after an AND; "" where there are none."""
        return "".join(f"\n   AND {part}" for part in self._parts)

    @property
    def materialized(self) -> str:
        """Return how a statement should choose leads that it then puts in order."""
        return "MATERIALIZED" if self._parts else "NOT MATERIALIZED"

    def _bind(self, value: object) -> str:
        name = f"filter_{len(self.values)}"
        self.values[name] = value
        return f":{name}"

    def _sql(self, condition: Condition) -> str:
        if condition.bounds:
            made = self._numbers(condition)
        elif condition.key in _SETS:
            made = self._set(condition)
        elif condition.key == "field":
            made = self._field(condition)
        else:
            made = self._words(condition)
        return f"({made}) IS NOT TRUE" if condition.negated else f"({made})"

    def _numbers(self, condition: Condition) -> str:
        measured = _NUMBERS.get(condition.key) or _FIELD_NUMBER.format(
            name=self._bind(condition.name)
        )
        parts = [
            f"{measured} {bound} CAST({self._bind(number)} AS double precision)"
            for bound, number in condition.bounds
        ]
        made = " AND ".join(parts)
        if condition.key == "change":
            return _CHANGED.format(is_so=made)
        # Postgres does not see that an area's score is none where there is no audit.
        return f"a.id IS NOT NULL AND {made}" if condition.key in AREAS else made

    def _set(self, condition: Condition) -> str:
        overlap = "@>" if condition.every else "&&"
        values = self._bind(list(condition.values))
        return f"{_SETS[condition.key]} {overlap} CAST({values} AS varchar[])"

    def _field(self, condition: Condition) -> str:
        if not condition.values:
            return f"coalesce(l.extra ->> {self._bind(condition.name)}, '') <> ''"
        parts = [
            f"l.extra @> CAST({self._bind(json.dumps({condition.name: value}))} AS jsonb)"
            for value in condition.values
        ]
        return " OR ".join(parts)

    def _words(self, condition: Condition) -> str:
        by_key = {"status": self._status, "q": self._text, "batch": self._batch,
                  "review": self._review}  # fmt: skip
        if (own := by_key.get(condition.key)) is not None:
            return own(condition.values)
        if (known := _KNOWN.get(condition.key)) is not None:
            return " OR ".join(known[value] for value in condition.values)
        column = _WORDS.get(condition.key) or _NUMBERS[condition.key]
        parts = []
        if given := [value for value in condition.values if value != NONE]:
            parts.append(f"{column} = ANY(CAST({self._bind(given)} AS varchar[]))")
        if NONE in condition.values:
            parts.append(f"{column} IS NULL")
        return " OR ".join(parts)

    def _text(self, values: tuple[str, ...]) -> str:
        pattern = self._bind(like(values[0]))
        return f"concat_ws(' ', l.name, l.website, l.phone, l.address) ILIKE {pattern}"

    def _batch(self, values: tuple[str, ...]) -> str:
        return _IN_BATCHES.format(batches=self._bind([int(value) for value in values]))

    def _review(self, values: tuple[str, ...]) -> str:
        parts = []
        if given := [value for value in values if value != NONE]:
            parts.append(_REVIEWED.format(states=self._bind(given)))
        if NONE in values:
            parts.append(_NOT_REVIEWED)
        return " OR ".join(parts)

    def _status(self, values: tuple[str, ...]) -> str:
        alias = "a" if self._of_batch else "x"
        shown = [value for value in values if value not in {NONE, "partial"}]
        parts = []
        if shown:
            parts.append(f"{alias}.shown_status = ANY(CAST({self._bind(shown)} AS varchar[]))")
        if "partial" in values:
            parts.append(_PARTIAL.format(alias=alias))
        if self._of_batch:
            return " OR ".join(parts + (["a.id IS NULL"] if NONE in values else []))
        made = [_NEWEST.format(is_so=f"({' OR '.join(parts)})")] if parts else []
        if NONE in values:
            made.append("NOT EXISTS (SELECT FROM assessments x WHERE x.lead_id = l.id)")
        return " OR ".join(made)
