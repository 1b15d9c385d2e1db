"""What the load test makes of rows and samples."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest
from loadtest.figures import growth, per_check, percentiles, throughput
from loadtest.plots import chart, write
from loadtest.show import ratios
from loadtest.usage import Usage


def test_percentiles_of_a_hundred_are_those_places():
    assert percentiles([float(n) for n in range(100, 0, -1)]) == {"p50": 51, "p95": 96, "p99": 100}
    assert percentiles([]) == {}


def test_throughput_leaves_start_and_end_out_of_what_is_steady():
    ended = [30.0, *[30.0 + n for n in range(1, 19)], 120.0]
    assert throughput(ended) == {"overall": 600, "steady": 3600}
    assert throughput([]) == {"overall": 0.0, "steady": 0.0}


def test_waiting_is_what_was_not_work():
    row = {"name": "gbp", "status": "completed", "worked": 2, "whole": 5, "attempts": 1}
    result = per_check([row, row | {"status": "failed", "attempts": 3}])["gbp"]
    assert result["work_s"]["p50"] == 2
    assert result["wait_s"]["p50"] == 3
    assert (result["attempts"], result["failed"]) == (2, 1)


def test_growth_is_of_workers_after_they_have_warmed_up():
    sizes = [50, 90, 100, 100, 100, 100, 130, 130, 130]
    samples = [{"parts": {"worker-io1": mb, "postgres": 9 * mb}} for mb in sizes]
    assert growth(samples) == {"worker-io1": 30}
    assert growth([]) == {}


def figures(rate, cpu, mb):
    return {
        "leads_per_hour": {"overall": rate},
        "cpu_s_per_lead": {"io worker": cpu, "chromium": cpu, "sandbox": 99},
        "peak_mb": {"worker-io1": mb, "sandbox": 999},
    }


def test_ratios_leave_out_what_serves_both_designs():
    assert ratios(figures(3000, 1, 250), figures(1000, 2, 1000)) == {
        "leads_per_hour": 3.0,
        "cpu_per_lead": 0.5,
        "memory": 0.25,
    }


def test_charts_are_pictures_with_words(tmp_path):
    root = ET.fromstring(chart("Leads <ended>", "an hour", [(0, 0), (10, 3000)]))
    assert "Leads <ended>: up to 3,000 an hour over 10 s" in "".join(root.itertext())
    files = write({"ended_at": [], "lead_seconds": [], "samples": []}, tmp_path / "plots")
    assert [file.name for file in files] == ["throughput.svg", "latency.svg", "memory.svg"]


def test_processor_time_and_memory_of_a_tree_are_seen():
    busy = "import sys; sum(range(10**7)); print('done', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", busy], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        with Usage(lambda: {"supervisor": process.pid}, dict) as early:
            pass
        with Usage(lambda: {"worker-io1": process.pid}, dict) as usage:
            assert process.stdout.readline()
        process.stdin.close()
    assert early.samples
    assert usage.peak_mb["worker-io1"] > 1
    assert set(usage.cpu_s()) == {"io worker"}


@pytest.mark.parametrize(
    "script", ["assessment_load_test.py", "spec_baseline.py", "bare_screenshots.py"]
)
def test_scripts_explain_themselves(script):
    done = subprocess.run(
        [sys.executable, f"scripts/{script}", "--help"], capture_output=True, text=True, check=True
    )
    assert "--leads" in done.stdout
