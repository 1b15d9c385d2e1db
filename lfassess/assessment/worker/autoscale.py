"""Decides how many workers of a kind there should be: pure, from the work that Postgres shows."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from lfassess.db.queries.queue_load import QueueLoad

# A worker takes about five seconds to start and to show in the figures.
GROW_AGAIN_S: Final = 20.0
SHRINK_AFTER_S: Final = 60.0
SHRINK_AGAIN_S: Final = 20.0


@dataclass(frozen=True, slots=True)
class Policy:
    """The limits for one kind of worker.

    ``target_s`` is how long the work there is may take; ``default_duration_s`` is a check's length
    as long as none has been seen.
    """

    kind: str
    slots: int
    least: int
    most: int
    default_duration_s: float
    target_s: float = 60.0


@dataclass(frozen=True, slots=True)
class ScalingState:
    """What the next decision must know of the earlier ones; times are seconds of one clock."""

    changed_at: float = -math.inf
    surplus_since: float | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """How many workers there should be now, why, and what to remember."""

    workers: int
    reason: str
    memory: ScalingState


def combine(loads: Iterable[QueueLoad]) -> QueueLoad:
    """Return the load of several queues that the same workers serve."""
    listed = list(loads)
    total = sum(q.waiting + q.running for q in listed)
    known = [(q.seconds, max(q.waiting + q.running, 1)) for q in listed if q.seconds is not None]
    weight = sum(n for _, n in known)
    return QueueLoad(
        waiting=sum(q.waiting for q in listed),
        running=sum(q.running for q in listed),
        oldest_s=max((q.oldest_s for q in listed), default=0.0),
        seconds=sum(s * n for s, n in known) / weight if weight and total else None,
    )


def workers_needed(load: QueueLoad, policy: Policy, workers: int) -> int:
    """Return how many workers the load asks for.

    Work there is = checks waiting and running x a check's seconds. Workers that end it within
    ``target_s`` = work / (slots x target_s), rounded up; never fewer than what runs occupies, and
    one more than there are when somebody has waited for longer than that although work waits.
    """
    seconds = policy.default_duration_s if load.seconds is None else load.seconds
    work = (load.waiting + load.running) * seconds
    need = math.ceil(work / (policy.slots * policy.target_s))
    need = max(need, math.ceil(load.running / policy.slots))
    if load.waiting and load.oldest_s > policy.target_s:
        need = max(need, workers + 1)
    return min(max(need, policy.least), policy.most)


def decide(
    load: QueueLoad, workers: int, policy: Policy, memory: ScalingState, now: float
) -> Decision:
    """Return how many workers there should be.

    Growing is quick: at once to what is needed, then not again for ``GROW_AGAIN_S``, which new
    workers need to show. Shrinking is slow: by one, when too many were there for
    ``SHRINK_AFTER_S`` without a break. Limits that somebody moved hold at once.

    Args:
        load: of all queues that this kind serves, see ``combine``.
        workers: how many there are now.
        policy: the limits.
        memory: what the last decision said to remember; ``ScalingState()`` at first.
        now: seconds of a clock that only moves forward.
    """
    need = workers_needed(load, policy, workers)
    figures = (
        f"{load.waiting} waiting, {load.running} running, oldest {load.oldest_s:.0f} s, "
        f"{workers} there, {need} needed"
    )
    if workers < policy.least or workers > policy.most:
        target = min(max(workers, policy.least), policy.most)
        return Decision(target, f"outside its limits: {figures}", ScalingState(now))
    if need > workers:
        return _grow(need, workers, figures, memory, now)
    if need < workers:
        return _shrink(workers, figures, memory, now)
    return Decision(workers, f"enough: {figures}", ScalingState(memory.changed_at))


def _grow(need: int, workers: int, figures: str, memory: ScalingState, now: float) -> Decision:
    if now - memory.changed_at < GROW_AGAIN_S:
        return Decision(workers, f"just changed: {figures}", ScalingState(memory.changed_at))
    return Decision(need, f"grows: {figures}", ScalingState(now))


def _shrink(workers: int, figures: str, memory: ScalingState, now: float) -> Decision:
    since = now if memory.surplus_since is None else memory.surplus_since
    unchanged = ScalingState(memory.changed_at, since)
    if now - since < SHRINK_AFTER_S or now - memory.changed_at < SHRINK_AGAIN_S:
        return Decision(workers, f"too many, but not for long: {figures}", unchanged)
    return Decision(workers - 1, f"shrinks: {figures}", ScalingState(now, since))
