"""What the supervisor does when its data folder goes while it looks."""

from __future__ import annotations

from contextlib import closing

import pytest

from lfassess.paths import Layout
from lfassess.stack.postgres import Postgres
from lfassess.stack.process_monitor import ProcessMonitor, ProcessState
from lfassess.stack.supervisor import Supervisor


@pytest.fixture
def supervised(tmp_path):
    layout = Layout(tmp_path / "data")
    supervisor = Supervisor(layout, None, "")
    supervisor.monitors["postgres"] = ProcessMonitor(Postgres(layout), layout)
    with closing(supervisor):
        yield layout, supervisor


def test_a_part_stays_known_when_the_folder_goes_meanwhile(supervised):
    _, supervisor = supervised
    supervisor.tick(0.0)
    assert "postgres" in supervisor.monitors


def test_a_part_that_is_not_desired_and_has_ended_is_forgotten(supervised):
    layout, supervisor = supervised
    layout.locks.mkdir(parents=True)
    supervisor.tick(0.0)
    assert supervisor.monitors == {}


def test_a_part_that_lives_is_not_restarted_when_the_folder_goes_meanwhile(supervised):
    _, supervisor = supervised
    monitor = supervisor.monitors["postgres"]
    monitor.life = ProcessState(0.0, pid=4711)
    monitor.tick(1.0, may_start=True)
    assert monitor.life == ProcessState(0.0, pid=4711)  # the one that the supervisor is to end
