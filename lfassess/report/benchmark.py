"""An audit's score beside those of others, in words; as it was stored, never worked out again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lfassess.db.models import Assessment
from lfassess.language import Language
from lfassess.report.model import AreaStanding, Benchmark, BenchmarkGroup, Section
from lfassess.report.text import clean
from lfassess.scoring import benchmark
from lfassess.scoring.benchmark import Compared, Group, Standing

_ALL: Final = 100


def read(assessment: Assessment, areas: Sequence[Section], say: Language) -> Benchmark | None:
    """Return what the score was compared with; None where nothing is stored of this very score."""
    if not assessment.benchmark or assessment.score is None:
        return None
    stored = benchmark.Benchmark.from_json(assessment.benchmark)
    at = datetime.fromisoformat(stored.at)
    groups = tuple(
        _group(group, made, areas, _Words(say, at, stored.trade))
        for group in Group
        if (made := stored.groups.get(group)) and made.overall.score == assessment.score
    )
    if not groups or stored.version != assessment.scoring_version:
        return None
    return Benchmark(at, assessment.score, benchmark.band_of(assessment.score), groups)


@dataclass(frozen=True, slots=True)
class _Words:
    """How to say what a score was compared with."""

    say: Language
    at: datetime
    trade: str | None

    def peers(self, group: Group) -> str:
        if group is not Group.TRADE or self.trade is None:
            return self.say(f"benchmark.{group.value}")
        named = self.say.find(f"trades.{self.trade}")
        if named is None:
            return self.say("benchmark.listed", trade=clean(self.trade, 60))
        return self.say("benchmark.trade", trade=named)

    def sentence(self, overall: Standing, peers: str) -> str:
        of = overall.better_than
        key = {0: "benchmark.last", _ALL: "benchmark.best"}.get(of, "benchmark.better")
        figures = self.say.figures
        n, month = figures.number(overall.n), figures.month(self.at)
        return self.say(key, of=of, n=n, peers=peers, month=month)


def _group(group: Group, made: Compared, areas: Sequence[Section], words: _Words) -> BenchmarkGroup:
    peers = words.peers(group)
    return BenchmarkGroup(
        name=group.value,
        peers=peers,
        sentence=words.sentence(made.overall, peers),
        n=made.overall.n,
        better_than=made.overall.better_than,
        bands=made.bands,
        areas=tuple(
            AreaStanding(s.name, s.title, s.score, one.better_than, one.n)
            for s in areas
            if (one := made.areas.get(s.name)) and s.score is not None and one.score == s.score
        ),
    )
