"""More workers do more at a time; the autoscaler starts and ends them, and kills none."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.compose.project import Project, inspect, wait_for

pytestmark = [pytest.mark.docker, pytest.mark.timeout(1200)]

# Few and long: what messages and a busy machine cost stays small beside what is waited for.
TASKS, SECONDS = 400, 8
PYTHON = f"from waiting import submit; print(submit({TASKS}, {SECONDS}, '{{run}}'))"


def io_workers(project: Project) -> int:
    found = project.flower("/api/workers?status=true")
    return sum(up for name, up in found.items() if name.startswith("io@"))


def seconds_for(project: Project, run: str) -> float:
    """Return how long the tasks take; a worker has 50 slots."""
    script = PYTHON.format(run=run)
    return float(project.compose("exec", "-T", "api", "python", "-c", script))


@pytest.fixture
def four_after_one(project: Project) -> Iterator[Callable[[], None]]:
    """One worker, and what makes it four."""

    def workers(count: int) -> None:
        scale = ("--scale", f"worker={count}", "worker")
        project.compose("up", "-d", "--wait", "--no-build", "--no-deps", *scale)

    wait_for(lambda: io_workers(project) == 1, 120, "one worker in Flower")
    yield lambda: workers(4)
    workers(1)


def test_four_workers_do_almost_four_times_as_much_of_what_waits(
    project: Project,
    four_after_one: Callable[[], None],
    record_property: pytest.RecordProperty,
):
    one = seconds_for(project, "one")
    four_after_one()
    wait_for(lambda: io_workers(project) == 4, 120, "four workers in Flower")
    four = seconds_for(project, "four")
    record_property("ratio", round(one / four, 2))
    load = f"{TASKS} tasks of {SECONDS} s"
    print(f"\n{load}: one worker {one:.1f} s, four {four:.1f} s: {one / four:.2f} x")  # noqa: T201 - what this is run for
    assert one / four >= 3.6


@pytest.fixture
def scaled(project: Project) -> Iterator[Project]:
    """The stack, left with one browser and no autoscaler."""
    yield project
    project.compose("--profile", "autoscale", "rm", "-sf", "autoscaler", "docker-gate")
    project.compose("up", "-d", "--wait", "--no-build", "--scale", "browser=1", "browser")


def test_the_autoscaler_grows_with_the_work_and_shrinks_without_killing(scaled: Project):
    project = scaled
    scale = ("--scale", "browser=3", "browser")
    project.compose("up", "--no-start", "--no-recreate", "--no-build", *scale)
    project.submit("autoscaled", 60, "visual")
    project.compose("--profile", "autoscale", "up", "-d", "--wait", "--no-build", "autoscaler")
    browsers = project.containers("browser", stopped=True)
    assert len(browsers) == 3

    def running() -> int:
        return sum(inspect(c)["State"]["Running"] for c in browsers)

    wait_for(lambda: running() == 3, 120, "three browsers")
    wait_for(lambda: project.left() == 0, 600, "all leads ended")
    wait_for(lambda: running() < 3, 300, "fewer browsers")
    said = project.compose("logs", "--no-color", "autoscaler")
    assert "browser 1 -> 3, grows:" in said
    assert "browser 3 -> 2, shrinks:" in said
    ended = [s for c in browsers if not (s := inspect(c)["State"])["Running"]]
    assert [(s["ExitCode"], s["OOMKilled"]) for s in ended] == [(0, False)] * len(ended)
    bad = """
        SELECT count(*) FROM attempts t
          JOIN check_runs c ON c.id = t.check_run_id
          JOIN assessments a ON a.id = c.assessment_id
         WHERE t.outcome IN ('lost', 'failed') AND a.batch_id = (SELECT max(id) FROM batches)"""
    assert project.number(bad) == 0
