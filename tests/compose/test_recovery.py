"""Parts die and are started anew in the middle of a batch: nothing is lost, no memory runs out."""

from __future__ import annotations

import pytest

from tests.compose.project import Project, inspect, memory, wait_for

pytestmark = [pytest.mark.docker, pytest.mark.timeout(600)]

LEADS = 50
KILL = "import psutil; psutil.Process(1).children()[0].kill()"


def test_a_batch_survives_a_killed_worker_and_restarted_servers(
    project: Project, record_property: pytest.RecordProperty
):
    (worker,) = project.containers("worker")
    (browser,) = project.containers("browser")
    project.submit("recovered", LEADS)
    some_ended = LEADS // 8

    def ended() -> int:
        return LEADS - project.left()

    wait_for(lambda: ended() >= some_ended, 120, "the first leads")
    project.compose("exec", "-T", "worker", "python", "-c", KILL, check=False)
    wait_for(lambda: inspect(worker)["RestartCount"] == 1, 60, "the worker's restart")
    wait_for(lambda: ended() >= 2 * some_ended, 120, "more leads")
    project.compose("restart", "redis")
    wait_for(lambda: ended() >= 3 * some_ended, 120, "more leads after Redis")
    project.compose("restart", "postgres")
    wait_for(lambda: project.left() == 0, 300, "all leads")

    ours = "FROM assessments WHERE batch_id = (SELECT max(id) FROM batches)"
    assert project.number(f"SELECT count(*) {ours} AND completeness = '6/6'") == LEADS
    checks = f"SELECT count(*) FROM check_runs WHERE assessment_id IN (SELECT id {ours})"
    assert project.number(checks) == 6 * LEADS
    peak, kills = memory(browser)
    record_property("browser_peak_mib", round(peak))
    print(f"\nbrowser worker over {LEADS} leads: peak {peak:.0f} MiB of 512, OOM kills {kills}")  # noqa: T201 - what this is run for
    assert kills == 0
    assert peak < 512
