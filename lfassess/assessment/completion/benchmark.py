"""Compares audits with the store's others, once: when they end, or when their batch does."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy.orm import Session

from lfassess.checks.shared.json_access import get_number, get_object, get_text
from lfassess.db.commands import benchmarks
from lfassess.db.commands.assessments import AssessmentRecord, Verdict
from lfassess.db.commands.benchmarks import Audit, Population, Scored
from lfassess.db.models import CheckRun, Status
from lfassess.db.models.assessment import AREAS
from lfassess.scoring.benchmark import MIN_AREAS, OVERALL, Benchmark, Group, Spread, compared
from lfassess.trades import trade_called

_Where = tuple[Group, str | None]  # the trade, where that is the group
_Read = tuple[list[Scored], datetime | None]

# To read the scores of 100,000 leads takes half a second of the database's processor: too much for
# each single audit, and nothing that ten minutes would change.
_LARGE: Final = 5_000  # audits
_FRESH_S: Final = 600.0
_recent: dict[tuple[str, Population, str | None], tuple[float, _Read]] = {}


def category_of(runs: Sequence[CheckRun]) -> str | None:
    """Return the trade that Google's profile names, where the profile is surely the lead's."""
    found = next((run for run in runs if run.name == "gbp"), None)
    if found is None or found.status != Status.COMPLETED or found.inconclusive_reason:
        return None
    return trade_called(get_text(found.metrics or {}, "category"))


def of_ending(session: Session, stored: AssessmentRecord, verdict: Verdict) -> Benchmark | None:
    """Return how an audit stands that is about to be closed; None where there is nothing to say.

    A batch's audits are compared when the batch ends, all with the same scores.
    """
    areas = [_score_of(verdict.scoring_details, name) for name in AREAS]
    if stored.assessment.batch_id is not None or verdict.score is None:
        return None
    if sum(score is not None for score in areas) < MIN_AREAS:
        return None
    lead = stored.lead
    trade = verdict.category or lead.industry
    audit = Audit(stored.assessment.id, lead.id, verdict.score, areas, trade)
    population = Population(
        version=verdict.scoring_version, sandbox=verdict.sandbox, least=MIN_AREAS
    )
    rows, read_at = _lately(session, population, trade)
    if read_at is None:
        return None
    own = benchmarks.counted_of(session, population, lead.id, read_at)
    without_own = [*rows, *(_taken_out(own, trade) if own else ())]
    return _Others(population, without_own, read_at).compare(audit, counted=False)


def _lately(session: Session, population: Population, trade: str | None) -> _Read:
    """Return the scores of a population; of a large one those read in the last ten minutes."""
    key = (str(session.get_bind().engine.url), population, trade)
    until, read = _recent.get(key, (0.0, None))
    if read is not None and time.monotonic() < until:
        return read
    read = benchmarks.scores(session, population, trades=[trade] if trade else [], batch_id=None)
    if sum(row.audits for row in read[0] if row.area == OVERALL) >= _LARGE:
        _recent[key] = (time.monotonic() + _FRESH_S, read)
    return read


def _taken_out(own: Audit, trade: str | None) -> Iterator[Scored]:
    """Yield rows that take an audit's scores out of others."""
    known = own.trade if own.trade == trade else None
    for area, score in zip((OVERALL, *AREAS), (own.score, *own.area_scores), strict=True):
        if score is not None:
            yield Scored(area, score, known, in_batch=False, audits=-1)


def freeze(
    session: Session,
    ids: Sequence[int] = (),
    *,
    batch_id: int | None = None,
) -> int:
    """Store the benchmarks of ended audits that have none yet; returns of how many.

    Audits of a batch are compared with each other as well. Stored reports are written again.

    Args:
        session: the open transaction.
        ids: which audits.
        batch_id: a batch that ends; its audits as well.
    """
    stored = 0
    for population in benchmarks.populations(session, ids, batch_id=batch_id, least=MIN_AREAS):
        audits = benchmarks.audits_without(session, population, ids, batch_id=batch_id)
        for batch, members in groupby(audits, lambda audit: audit.batch_id):
            together = list(members)
            trades = sorted({audit.trade for audit in together if audit.trade})
            read = benchmarks.scores(session, population, trades=trades, batch_id=batch)
            others = _Others(population, *read)
            stored += benchmarks.keep(session, others.made(together))
    return stored


class _Others:
    """The scores of a population, by the group they belong to."""

    def __init__(
        self, population: Population, rows: Iterable[Scored], read_at: datetime | None
    ) -> None:
        self._version, self._read_at = population.version, read_at
        counts: dict[_Where, dict[str, Counter[int]]] = {}
        for row in rows:
            for where in self._places(row):
                counts.setdefault(where, {}).setdefault(row.area, Counter())[row.score] += (
                    row.audits
                )
        self._spreads = {
            where: {area: Spread(+scores) for area, scores in by_area.items()}
            for where, by_area in counts.items()
        }

    @staticmethod
    def _places(row: Scored) -> Iterator[_Where]:
        yield Group.ALL, None
        if row.in_batch:
            yield Group.BATCH, None
        if row.trade is not None:
            yield Group.TRADE, row.trade

    def made(self, audits: Sequence[Audit]) -> Iterator[tuple[int, Mapping[str, Any]]]:
        for audit in audits:
            if (benchmark := self.compare(audit, counted=True)) is not None:
                yield audit.id, benchmark.as_json()

    def compare(self, audit: Audit, *, counted: bool) -> Benchmark | None:
        """Return the audit's benchmark; ``counted``: it is itself among the scores."""
        areas = {
            name: score
            for name, score in zip(AREAS, audit.area_scores, strict=True)
            if score is not None
        }
        groups = {
            group: made
            for group in Group
            if (found := self._spreads.get((group, audit.trade if group is Group.TRADE else None)))
            if (made := compared(audit.score, areas, found, counted=counted))
        }
        if not groups or self._read_at is None:
            return None
        return Benchmark(self._read_at.isoformat(), self._version, audit.trade, groups)


def _score_of(summary: Mapping[str, Any], area: str) -> int | None:
    score = get_number(get_object(get_object(summary, "areas"), area), "score")
    return None if score is None else int(score)
