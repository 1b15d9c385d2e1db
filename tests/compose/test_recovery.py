"""Parts die and are restarted in the middle of a batch: nothing is lost, no memory runs out."""

from __future__ import annotations

import pytest

from tests.compose.memory import ControlGroup
from tests.compose.project import Project, inspect, wait_for

pytestmark = [pytest.mark.docker, pytest.mark.timeout(1200)]

LEADS = 50
KILL = "import psutil; psutil.Process(1).children()[0].kill()"


class Progress:
    """How far the batch is; looks at the browser worker's memory on the way."""

    def __init__(self, project: Project) -> None:
        self._project = project
        (browser,) = project.containers("browser")
        self.group = ControlGroup.of(browser)
        self.held = 0.0

    def wait(self, leads: int) -> None:
        """Wait until so many leads have ended, however busy the machine is."""
        wait_for(lambda: self._ended() >= leads, 600, f"{leads} leads")

    def _ended(self) -> int:
        self.held = max(self.held, self.group.held())
        return LEADS - self._project.left()


def test_a_batch_survives_a_killed_worker_and_restarted_servers(
    project: Project, record_property: pytest.RecordProperty
):
    (worker,) = project.containers("worker")
    progress = Progress(project)
    project.submit("recovered", LEADS)
    progress.wait(LEADS // 8)
    restarts = inspect(worker)["RestartCount"]
    project.compose("exec", "-T", "worker", "python", "-c", KILL, check=False)
    wait_for(lambda: inspect(worker)["RestartCount"] > restarts, 60, "the worker's restart")
    progress.wait(2 * LEADS // 8)
    project.compose("restart", "redis")
    progress.wait(3 * LEADS // 8)
    project.compose("restart", "postgres")
    project.wait_healthy("postgres")
    progress.wait(LEADS)

    ours = "FROM assessments WHERE batch_id = (SELECT max(id) FROM batches)"
    failed = project.sql(
        "SELECT assessment_id, name, status, attempt_count, error_code, error_message FROM check_runs "
        f"WHERE status <> 'completed' AND assessment_id IN (SELECT id {ours})"
    )
    assert failed == []
    assert (
        project.number(f"SELECT count(*) {ours} AND checks_completed = 7 AND checks_total = 7")
        == LEADS
    )
    checks = f"SELECT count(*) FROM check_runs WHERE assessment_id IN (SELECT id {ours})"
    assert project.number(checks) == 7 * LEADS
    peak, kills = progress.group.peak(), progress.group.kills()
    record_property("browser_peak_mib", round(peak))
    print(  # noqa: T201 - what this is run for
        f"\nbrowser worker over {LEADS} leads: {progress.held:.0f} MiB held of 512, "
        f"{peak:.0f} with cached files; {kills} killed for memory"
    )
    assert kills == 0
