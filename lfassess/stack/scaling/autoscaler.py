"""Looks at the work every few seconds and has workers started and ended."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from typing import Final

from lfassess.assessment.worker.autoscale import Decision, Policy, ScalingState, combine, decide
from lfassess.db.database import Database
from lfassess.db.queries.queue_load import busy_hosts, load_by_queue
from lfassess.errors import ServiceUnreachableError
from lfassess.stack.scaling.targets import Pool
from lfassess.stack.workers import KINDS

logger = logging.getLogger(__name__)

EVERY_S: Final = 5.0
_SAY_AGAIN_S: Final = 300.0  # that nothing changes
_USUAL_S: Final = {"io": 4.0, "browser": 4.0}
_IN_TURN: Final = tuple(q for k in KINDS.values() if k.at_once < k.slots for q in k.queues)


def policies(io: tuple[int, int], browser: tuple[int, int]) -> tuple[Policy, ...]:
    """Return the policies for io and browser workers from their (least, most)."""
    return tuple(
        Policy(kind, KINDS[kind].at_once, least, most, _USUAL_S[kind])
        for kind, (least, most) in (("io", io), ("browser", browser))
    )


class Autoscaler:
    """Keeps each kind of worker at what its queues ask for, and says why in its log."""

    def __init__(
        self,
        database: Database,
        pool: Pool,
        rules: Sequence[Policy],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._pool = pool
        self._rules = rules
        self._clock = clock
        self._memories = {rule.kind: ScalingState() for rule in rules}
        self._said: dict[str, tuple[str, float]] = {}

    def run(self, wait: Callable[[float], bool]) -> None:
        """Look and act until ``wait(seconds)`` returns True; faults of others are waited out."""
        while True:
            try:
                self.step()
            except ServiceUnreachableError as e:
                logger.warning("nothing is changed: %s", e.message)
            if wait(EVERY_S):
                return

    def step(self) -> dict[str, Decision]:
        """Look once and act; returns what was decided for each kind.

        Raises:
            ServiceUnreachableError: Postgres or the pool can't be reached.
        """
        with self._database.session() as session:
            loads, busy = load_by_queue(session, _IN_TURN), busy_hosts(session)
        there = self._pool.workers()
        decided = {}
        for rule in self._rules:
            queues = [loads[q] for q in KINDS[rule.kind].queues if q in loads]
            now, memory = self._clock(), self._memories[rule.kind]
            decision = decide(combine(queues), there[rule.kind], self._capped(rule), memory, now)
            self._say(rule.kind, there[rule.kind], decision, now)
            if decision.workers != there[rule.kind]:
                self._pool.resize(rule.kind, decision.workers, busy)
            self._memories[rule.kind] = decision.memory
            decided[rule.kind] = decision
        return decided

    def _capped(self, rule: Policy) -> Policy:
        """Return the rule with no more workers than the pool can have."""
        possible = self._pool.most(rule.kind)
        if possible is None:
            return rule
        most = min(rule.most, possible)
        return Policy(
            rule.kind,
            rule.slots,
            min(rule.least, most),
            most,
            rule.default_duration_s,
            rule.target_s,
        )

    def _say(self, kind: str, workers: int, decision: Decision, now: float) -> None:
        """Log every change, and that nothing changes now and then."""
        what = decision.reason.partition(":")[0]
        said, at = self._said.get(kind, ("", 0.0))
        if decision.workers == workers and what == said and now - at < _SAY_AGAIN_S:
            return
        self._said[kind] = (what, now)
        logger.info("%s %d -> %d, %s", kind, workers, decision.workers, decision.reason)
