"""How many workers there should be: a table of situations, and what must hold over time."""

from __future__ import annotations

import itertools

import pytest

from lfassess.assessment.worker.autoscale import (
    GROW_AGAIN_S,
    SHRINK_AFTER_S,
    SHRINK_AGAIN_S,
    Policy,
    ScalingState,
    combine,
    decide,
    workers_needed,
)
from lfassess.db.queries.queue_load import QueueLoad

IO = Policy("io", slots=20, least=1, most=8, default_duration_s=4.0)
BROWSER = Policy("browser", slots=1, least=1, most=4, default_duration_s=4.0)
LONG_AGO = ScalingState()


@pytest.mark.parametrize(
    ("policy", "load", "workers", "expected", "why"),
    [
        (IO, QueueLoad(), 1, 1, "nothing to do: the least"),
        (IO, QueueLoad(waiting=300), 1, 1, "300 x 4 s over 20 slots end within the minute"),
        (IO, QueueLoad(waiting=301), 1, 2, "one more does not"),
        (IO, QueueLoad(waiting=100_000), 1, 8, "never more than the most"),
        (IO, QueueLoad(waiting=300, seconds=8.0), 1, 2, "checks seen to take twice as long"),
        (IO, QueueLoad(running=81), 5, 5, "what runs keeps its slots"),
        (IO, QueueLoad(waiting=1, oldest_s=61), 2, 3, "somebody waits too long although few do"),
        (IO, QueueLoad(running=1, oldest_s=61), 2, 1, "nobody waits: an old age says nothing"),
        (BROWSER, QueueLoad(waiting=60), 1, 4, "60 leads' pictures on one browser: four minutes"),
        (BROWSER, QueueLoad(waiting=15), 1, 1, "a minute's work for one"),
        (BROWSER, QueueLoad(waiting=10, running=6), 2, 4, "six run: no fewer than six, at most 4"),
    ],
)
def test_as_many_are_needed_as_end_the_work_within_a_minute(policy, load, workers, expected, why):
    assert workers_needed(load, policy, workers) == expected, why


def test_grows_at_once_to_what_is_needed():
    decision = decide(QueueLoad(waiting=1_500), 1, IO, LONG_AGO, now=1_000)
    assert decision.workers == 5
    assert decision.reason.startswith("grows: 1500 waiting, 0 running")


def test_waits_for_new_workers_to_show_before_it_grows_again():
    first = decide(QueueLoad(waiting=600), 1, IO, LONG_AGO, now=1_000)
    more = QueueLoad(waiting=2_000)
    too_soon = decide(more, first.workers, IO, first.memory, now=1_010)
    assert too_soon.workers == first.workers
    later = decide(more, first.workers, IO, too_soon.memory, now=1_000 + GROW_AGAIN_S)
    assert later.workers == 7


def test_shrinks_only_when_there_were_too_many_for_a_while():
    first = decide(QueueLoad(), 4, IO, LONG_AGO, now=1_000)
    assert first.workers == 4
    before = decide(QueueLoad(), 4, IO, first.memory, now=999 + SHRINK_AFTER_S)
    assert before.workers == 4
    then = decide(QueueLoad(), 4, IO, before.memory, now=1_000 + SHRINK_AFTER_S)
    assert then.workers == 3
    assert then.reason.startswith("shrinks")


def test_new_work_in_between_starts_the_while_anew():
    first = decide(QueueLoad(), 4, IO, LONG_AGO, now=1_000)
    busy = decide(QueueLoad(waiting=1_200), 4, IO, first.memory, now=1_030)
    idle = decide(QueueLoad(), 4, IO, busy.memory, now=1_000 + SHRINK_AFTER_S)
    assert idle.workers == 4


def test_shrinks_by_one_at_a_time_down_to_the_least():
    workers, memory, now, seen = 4, LONG_AGO, 1_000.0, []
    for _ in range(100):
        decision = decide(QueueLoad(), workers, IO, memory, now)
        if decision.workers != workers:
            seen.append((decision.workers, now))
        workers, memory, now = decision.workers, decision.memory, now + 5
    assert [n for n, _ in seen] == [3, 2, 1]
    times = [at for _, at in seen]
    assert all(b - a >= SHRINK_AGAIN_S for a, b in itertools.pairwise(times))


def test_does_not_flutter_when_the_load_sways_around_a_limit():
    workers, memory, changes = 1, LONG_AGO, 0
    for tick in range(120):
        load = QueueLoad(waiting=310 if tick % 4 < 2 else 290)
        decision = decide(load, workers, IO, memory, now=tick * 5.0)
        changes += decision.workers != workers
        workers, memory = decision.workers, decision.memory
    assert changes == 1


@pytest.mark.parametrize(("there", "expected"), [(0, 1), (12, 8)])
def test_limits_hold_at_once(there, expected):
    just_changed = ScalingState(changed_at=1_000)
    assert decide(QueueLoad(), there, IO, just_changed, now=1_001).workers == expected


def test_several_queues_are_one_load():
    queues = [QueueLoad(30, 10, 5.0, 2.0), QueueLoad(10, 0, 9.0, 6.0), QueueLoad(5, 5)]
    assert combine(queues) == QueueLoad(45, 15, 9.0, pytest.approx(2.8))
    assert combine([]) == QueueLoad()
