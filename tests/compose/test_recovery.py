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
    before = project.number("SELECT count(*) FROM assessments")
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

    new = "status = 'completed' AND completeness = '6/6'"
    assert project.number(f"SELECT count(*) FROM assessments WHERE {new}") == before + LEADS
    twice = "SELECT count(*) FROM (SELECT assessment_id, name FROM check_runs GROUP BY 1, 2 HAVING count(*) > 1) t"
    assert project.number(twice) == 0
    peak, kills = memory(browser)
    record_property("browser_peak_mib", round(peak))
    print(f"\nbrowser worker over {LEADS} leads: peak {peak:.0f} MiB of 512, OOM kills {kills}")  # noqa: T201 - what this is run for
    assert kills == 0
    assert peak < 512
