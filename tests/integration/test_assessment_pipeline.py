"""`lfassess run` as a fresh user has it: nothing configured, everything real and embedded."""

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


class FreshUser:
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

    def up(self):
        """Start what a command before may have started already."""
        done = self.lfassess("up")
        assert done.returncode == 0, done.stderr

    def rows(self, sql, *values):
        url = stack.endpoints(self.settings).database_url.replace("+psycopg", "")
        with psycopg.connect(url, row_factory=dict_row) as connection:
            return connection.execute(sql, values).fetchall()

    def parts(self):
        return {p.name: p.pid for p in stack.ps(self.settings) if p.state == "running"}


@pytest.fixture(scope="module")
def fresh_user(sandbox):
    with tempfile.TemporaryDirectory(prefix="lfassess-fresh_user-") as folder:
        user = FreshUser(Path(folder) / "data", sandbox)
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


def test_one_url_becomes_an_audit_in_one_command(fresh_user):
    done = fresh_user.lfassess("run", "http://dons-garage.demo.test/", "--json")
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


def test_a_second_command_starts_no_second_server_and_checks_run_side_by_side(fresh_user):
    fresh_user.up()
    before = fresh_user.parts()
    done = fresh_user.lfassess("run", "https://harbour-bakery.demo.test/", "--json")
    answer = json.loads(done.stdout)
    assert answer["grade"] == "A"
    assert fresh_user.parts() == before
    rows = fresh_user.rows(
        "SELECT name, started_at, finished_at FROM check_runs WHERE assessment_id = %s",
        answer["assessment_id"],
    )
    last = next(r for r in rows if r["name"] == "llm_analysis")
    others = [r for r in rows if r is not last]
    longest = max(others, key=lambda r: r["finished_at"] - r["started_at"])
    assert all(r["started_at"] < longest["finished_at"] for r in others)
    assert last["started_at"] >= max(r["finished_at"] for r in others)


def test_run_survives_the_death_of_its_worker(fresh_user):
    fresh_user.up()
    running = fresh_user.start(
        "run", "https://northside-vet.demo.test/", "--checks", "security,gbp", "--json"
    )
    sql = "SELECT 1 FROM check_runs WHERE name = 'security' AND status = 'in_progress'"
    wait_for(lambda: fresh_user.rows(sql))
    os.kill(fresh_user.parts()["worker-io1"], signal.SIGKILL)
    out, err = running.communicate(timeout=120)
    assert running.returncode == 0, err
    answer = json.loads(out)
    assert answer["status"] == "completed"
    assert answer["checks"]["security"]["attempts"] == 2
    outcomes = fresh_user.rows(
        "SELECT outcome FROM attempts t JOIN check_runs c ON c.id = t.check_run_id"
        " WHERE c.assessment_id = %s AND c.name = 'security' ORDER BY number",
        answer["assessment_id"],
    )
    assert [o["outcome"] for o in outcomes] == ["lost", "succeeded"]
    errors = json.loads(fresh_user.lfassess("errors", "report", "--json").stdout)
    assert "worker_lost" in {p["code"] for p in errors["patterns"]}


def test_interrupted_run_goes_on_and_says_how_to_look(fresh_user):
    fresh_user.up()
    newest = "SELECT coalesce(max(id), 0) AS id FROM assessments"
    before = fresh_user.rows(newest)[0]["id"]
    worker = fresh_user.parts()["worker-io1"]
    os.kill(worker, signal.SIGSTOP)  # so that it can't be done before the signal comes
    try:
        running = fresh_user.start(
            "run", "https://harbour-bakery.demo.test/", "--checks", "security,gbp"
        )
        new = wait_for(lambda: (i := fresh_user.rows(newest)[0]["id"]) > before and i)
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=60)
    finally:
        os.kill(worker, signal.SIGCONT)
    # A signal that comes while a module makes a dataclass lets Python end itself by SIGINT once the
    # command is done (CPython's exec of a string notes it): a shell says 130 for either.
    assert running.returncode in {130, -signal.SIGINT}, err
    assert "work goes on" in err
    assert "lfassess status --" in err
    sql = "SELECT 1 FROM assessments WHERE id = %s AND status = 'completed'"
    wait_for(lambda: fresh_user.rows(sql, new))


def test_status_and_report_speak_of_what_was_done(fresh_user, tmp_path):
    url = "https://tide-pool-yoga.demo.test/"
    junit, sarif = tmp_path / "junit.xml", tmp_path / "audit.sarif"
    ran = fresh_user.lfassess(
        "run", url, "--checks", "security,gbp", "--json",
        "--min-score", "100", "--junit", str(junit), "--sarif", str(sarif),
    )  # fmt: skip
    assert ran.returncode == 1
    assert "--min-score 100" in ran.stderr  # its site has no score
    assert b"score of at least 100" in junit.read_bytes()
    assert json.loads(sarif.read_text())["runs"][0]["results"]
    number = str(json.loads(ran.stdout)["assessment_id"])
    status = json.loads(fresh_user.lfassess("status", "--json").stdout)
    assert status["assessments"]["completed"] >= 1
    one = json.loads(fresh_user.lfassess("status", "--assessment", number, "--json").stdout)
    assert one["percentage"] == 100
    made = fresh_user.lfassess("report", number, "--format", "html,json,pdf", "-o", str(tmp_path))
    assert made.returncode == 0, made.stderr
    assert (tmp_path / f"audit-{number}.pdf").read_bytes().startswith(b"%PDF")
    doctor = fresh_user.lfassess("doctor", "--json")
    assert doctor.returncode == 0, doctor.stdout
    gone = fresh_user.lfassess("status", "--lead", "999")
    assert gone.returncode == 2
    assert "Traceback" not in gone.stderr


def test_down_ends_everything(fresh_user):
    fresh_user.up()
    pids = fresh_user.parts().values()
    assert pids
    fresh_user.lfassess("down")
    wait_for(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))
    assert fresh_user.parts() == {}
