from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from lfassess.errors import UsageError
from lfassess.paths import Layout
from lfassess.stack.workers import (
    KINDS,
    Plan,
    check_counts,
    command_line,
    default_counts,
    desired_workers,
    parse_name,
    worker_name,
)


def test_io_worker_has_many_threads_and_the_light_queues():
    line = command_line("io", 1)

    assert line == [
        sys.executable, "-m", "celery", "-A", "assessment_orchestrator", "worker",
        "--loglevel=info", "--without-gossip", "--without-mingle",
        "-n", "io1@%h", "-P", "threads", "-c", "50",
        "-Q", "high_priority,assessment,llm,default",
    ]  # fmt: skip


@pytest.mark.parametrize(("kind", "at_once"), [("browser", "4"), ("lighthouse", "1")])
def test_heavy_workers_have_a_queue_of_their_own_and_few_slots(kind: str, at_once: str):
    line = command_line(kind, 2)

    assert line[line.index("-n") + 1] == f"{kind}2@%h"
    assert line[line.index("-c") + 1] == at_once
    assert line[line.index("-Q") + 1] == kind


def test_every_queue_has_exactly_one_kind_of_worker():
    queues = [queue for kind in KINDS.values() for queue in kind.queues]

    assert sorted(queues) == [
        "assessment", "browser", "default", "high_priority", "lighthouse", "llm",
    ]  # fmt: skip


def test_lighthouse_runs_only_without_a_pagespeed_key():
    assert default_counts(lighthouse=True) == {"io": 1, "browser": 1, "lighthouse": 1}
    assert default_counts(lighthouse=False) == {"io": 1, "browser": 1, "lighthouse": 0}


def test_scale_wins_over_the_usual_counts(tmp_path: Path):
    layout = Layout(tmp_path)
    layout.scale.write_text(json.dumps({"io": 2, "lighthouse": 0}))

    assert desired_workers(layout, {"io": 1, "browser": 1, "lighthouse": 1}) == [
        ("io", 1),
        ("io", 2),
        ("browser", 1),
    ]


def test_a_damaged_scale_file_counts_as_none(tmp_path: Path):
    layout = Layout(tmp_path)
    layout.scale.write_text("{")

    assert desired_workers(layout, {"io": 1}) == [("io", 1)]


@pytest.mark.parametrize("counts", [{"gpu": 1}, {"io": -1}, {"io": 1000}])
def test_refuses_counts_that_make_no_sense(counts: dict[str, int]):
    with pytest.raises(UsageError):
        check_counts(counts)


def test_names_can_be_read_back():
    assert parse_name(worker_name("browser", 12)) == ("browser", 12)
    assert parse_name("postgres") is None
    assert parse_name("worker-gpu1") is None


def test_a_plan_survives_the_command_line():
    plan = Plan({"io": 2}, ("celery",))

    assert Plan.from_json(plan.to_json()).to_json() == plan.to_json()
