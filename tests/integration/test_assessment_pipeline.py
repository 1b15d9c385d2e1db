"""`lfassess run` as a newcomer has it: nothing configured, everything real and embedded."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
from psycopg.rows import dict_row

from lfassess import stack
from lfassess.settings import Settings

pytestmark = [pytest.mark.integration, pytest.mark.browser, pytest.mark.lighthouse]

ROOT = Path(__file__).parents[2]


class Newcomer:
    """A user with a data folder and the demo sites."""

    def __init__(self, data_dir, sandbox):
        self.settings = Settings(data_dir=data_dir)
        self.env = {
            **os.environ,
            **sandbox.env,
            "LFASSESS_DATA_DIR": str(data_dir),
            "LFASSESS_LIGHTHOUSE_DIR": str(ROOT / ".venv" / "lighthouse"),
            "PYTHONPATH": str(ROOT),
        }

    def start(self, *words):
        return subprocess.Popen(
            [sys.executable, "-m", "lfassess", *words],
            env=self.env,
            cwd=ROOT,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def lfassess(self, *words):
        process = self.start(*words)
        out, err = process.communicate(timeout=250)
        return subprocess.CompletedProcess(words, process.returncode, out, err)

    def rows(self, sql, *values):
        url = stack.endpoints(self.settings).database_url.replace("+psycopg", "")
        with psycopg.connect(url, row_factory=dict_row) as connection:
            return connection.execute(sql, values).fetchall()

    def parts(self):
        return {p.name: p.pid for p in stack.ps(self.settings) if p.state == "running"}


@pytest.fixture(scope="module")
def newcomer(sandbox):
    with tempfile.TemporaryDirectory(prefix="lfassess-newcomer-") as folder:
        user = Newcomer(Path(folder) / "data", sandbox)
        try:
            yield user
        finally:
            stack.erase(user.settings)


def wait_for(condition, seconds=120):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.05)
    pytest.fail(f"not within {seconds} s")


def test_one_url_becomes_an_audit_in_one_command(newcomer):
    done = newcomer.lfassess("run", "http://dons-garage.demo.test/", "--json")
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert (answer["status"], answer["completeness"], answer["sandbox"]) == (
        "completed",
        "7/7",
        True,
    )
    assert {c["status"] for c in answer["checks"].values()} == {"completed"}
    for name in ("pagespeed", "security", "visual"):
        assert answer["checks"][name]["score"] < 90
    emulated = {name for name, check in answer["checks"].items() if check["sandbox"]}
    assert emulated == {"gbp", "semrush", "visual", "llm_analysis"}  # visual: a model rates it
    assert "Don" in Path(answer["report"]).read_text()


def test_warm_run_takes_its_critical_path_and_three_seconds_at_most(newcomer):
    before = newcomer.parts()
    done = newcomer.lfassess("run", "https://harbour-bakery.demo.test/", "--json")
    answer = json.loads(done.stdout)
    checks = answer["checks"]
    longest = max(c["duration_s"] for n, c in checks.items() if n != "llm_analysis")
    whole = newcomer.rows(
        "SELECT extract(epoch FROM finished_at - created_at) AS s FROM assessments WHERE id = %s",
        answer["assessment_id"],
    )[0]["s"]
    assert float(whole) <= longest + checks["llm_analysis"]["duration_s"] + 3
    assert answer["grade"] == "A"
    assert newcomer.parts() == before  # a second command starts no second server


def test_run_survives_the_death_of_its_worker(newcomer):
    running = newcomer.start(
        "run", "https://northside-vet.demo.test/", "--checks", "security,gbp", "--json"
    )
    sql = "SELECT 1 FROM check_runs WHERE name = 'security' AND status = 'in_progress'"
    wait_for(lambda: newcomer.rows(sql))
    os.kill(newcomer.parts()["worker-io1"], signal.SIGKILL)
    out, err = running.communicate(timeout=120)
    assert running.returncode == 0, err
    answer = json.loads(out)
    assert answer["status"] == "completed"
    assert answer["checks"]["security"]["attempts"] == 2
    outcomes = newcomer.rows(
        "SELECT outcome FROM attempts t JOIN check_runs c ON c.id = t.check_run_id"
        " WHERE c.assessment_id = %s AND c.name = 'security' ORDER BY number",
        answer["assessment_id"],
    )
    assert [o["outcome"] for o in outcomes] == ["lost", "succeeded"]


def test_interrupted_run_goes_on_and_says_how_to_look(newcomer):
    running = newcomer.start("run", "https://harbour-bakery.demo.test/", "--checks", "security,gbp")
    sql = "SELECT max(id) AS id FROM assessments"
    before = newcomer.rows(sql)[0]["id"]
    new = wait_for(lambda: (i := newcomer.rows(sql)[0]["id"]) != before and i)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=60)
    if running.returncode != 0:  # it may have been done before the signal came
        assert running.returncode == 130
        assert "work goes on" in err
        assert "lfassess status --" in err
    sql = "SELECT 1 FROM assessments WHERE id = %s AND status = 'completed'"
    wait_for(lambda: newcomer.rows(sql, new))


def test_status_errors_and_report_speak_of_what_was_done(newcomer, tmp_path):
    status = json.loads(newcomer.lfassess("status", "--json").stdout)
    assert status["assessments"]["completed"] >= 1
    one = json.loads(newcomer.lfassess("status", "--assessment", "1", "--json").stdout)
    assert one["percentage"] == 100
    errors = json.loads(newcomer.lfassess("errors", "report", "--json").stdout)
    assert {p["code"] for p in errors["patterns"]} == {"worker_lost"}
    made = newcomer.lfassess("report", "1", "--format", "html,json,pdf", "-o", str(tmp_path))
    assert made.returncode == 0, made.stderr
    assert (tmp_path / "audit-1.pdf").read_bytes().startswith(b"%PDF")
    doctor = newcomer.lfassess("doctor", "--json")
    assert doctor.returncode == 0, doctor.stdout
    gone = newcomer.lfassess("status", "--lead", "999")
    assert gone.returncode == 2
    assert "Traceback" not in gone.stderr


def test_down_ends_everything(newcomer):
    pids = newcomer.parts().values()
    newcomer.lfassess("down")
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids), seconds=20)
    assert newcomer.parts() == {}
