"""What the parts wait for each other fits together."""

from __future__ import annotations

import dataclasses

import pytest

from lfassess.assessment.worker import celery_config
from lfassess.checks import all_checks
from lfassess.settings import Settings
from lfassess.timings import TIMINGS, Timings


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"lease": 4.5}, "two heartbeats that are missed"),
        ({"heartbeat": 2.0}, "two heartbeats that are missed"),
        ({"restart_grace": 7.5}, "before any is called lost"),
        ({"repair_pause": 2.0}, "one worker alone"),
        ({"message_grace": 3.5}, "within the turn that sent it"),
        ({"retry_grace": 4.0}, "has time to arrive"),
        ({"resend": 4.0}, "its loss would have been seen"),
        ({"close_grace": 2.0}, "closes the lead"),
        ({"visibility": 235.0}, "being worked on"),
    ],
)
def test_a_set_that_does_not_fit_is_refused(changes, rule):
    with pytest.raises(ValueError, match=rule):
        dataclasses.replace(TIMINGS, **changes)


def test_those_at_the_bounds_fit():
    assert Timings(lease=4.6, restart_grace=6.2, message_grace=3.6, visibility=235.1).lease == 4.6


def test_no_check_of_ours_takes_longer_than_the_longest_attempt():
    most = Settings(lighthouse_runs=9)
    longest = max(c.time_limit_s + c.more_time_s(most) for c in all_checks().values())
    assert longest == TIMINGS.longest_attempt


def test_redis_is_told_of_it():
    built = celery_config.build(Settings(), "redis://127.0.0.1:1/0")
    assert built["broker_transport_options"]["visibility_timeout"] == TIMINGS.visibility
