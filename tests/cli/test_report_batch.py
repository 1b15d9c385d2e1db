"""`report --batch`: many reports at once, as often as it takes."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from lfassess.assessment.intake.submission import submit_lead

pytestmark = pytest.mark.integration


@pytest.fixture
def lfassess(database, servers, settings):
    # The program as it is installed: it starts others.
    env = os.environ | {
        "DATABASE_URL": database.url,
        "CELERY_BROKER_URL": servers.broker_url,
        "LFASSESS_DATA_DIR": str(settings.data_dir),
    }

    def run(*words):
        return subprocess.run(
            [Path(sys.executable).with_name("lfassess"), *map(str, words)],
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture
def batch(harness):
    """Return the id of a batch of two ended audits and one that waits."""
    harness.execute("INSERT INTO batches (name) VALUES ('May')")
    batch = harness.row("SELECT id FROM batches")["id"]
    for line, name in enumerate(("Harbour Bakery", "Müller & Söhne", "Later"), 2):
        lead = harness.add_lead(name, f"https://shop-{line}.test/")
        audit, _ = submit_lead(harness.orchestrator, lead)
        if name != "Later":
            harness.drain()
        harness.queue.clear()
        harness.execute(
            "INSERT INTO batch_leads VALUES (:batch, :lead, :line, :audit)",
            batch=batch, lead=lead, line=line, audit=audit,
        )  # fmt: skip
    return batch


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_each_completed_audit_gets_its_files_named_by_lead(lfassess, batch, out):
    done = lfassess("report", "--batch", batch, "--format", "html,json,teaser-html", "-o", out)
    assert (done.returncode, done.stderr) == (0, "")
    assert "6 files written to" in done.stdout
    assert len(names(out)) == 6
    assert "1-harbour-bakery-audit.html" in names(out)
    assert "1-harbour-bakery-teaser.html" in names(out)
    assert "2-muller-sohne-audit.json" in names(out)
    assert json.loads((out / "1-harbour-bakery-audit.json").read_text())["assessment_id"] == 1


def test_the_same_command_writes_what_is_missing_or_has_changed(lfassess, batch, out):
    words = ("report", "--batch", batch, "--format", "html", "-o", out)
    lfassess(*words)
    assert "0 files written" in lfassess(*words).stdout
    (out / "1-harbour-bakery-audit.html").unlink()
    assert "1 file written" in lfassess(*words).stdout
    for path in out.iterdir():
        os.utime(path, (1, 1))  # older than the audits' last change
    done = lfassess(*words, "--json")
    assert json.loads(done.stdout)["written"] == 2


def test_a_mail_merge_has_a_row_for_each_lead(lfassess, batch, out):
    file = out.parent / "merge.csv"
    lfassess("report", "--batch", batch, "--format", "teaser-html", "-o", out, "--mail-merge", file)
    first, second = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    assert (first["name"], second["name"]) == ("Harbour Bakery", "Müller & Söhne")
    assert first["email"]
    assert (out / Path(first["teaser_html"]).name).exists()


def test_what_can_not_be_written_is_said_with_its_lead(lfassess, batch, out):
    (out / "1-harbour-bakery-audit.html").mkdir(parents=True)
    os.utime(out / "1-harbour-bakery-audit.html", (1, 1))
    done = lfassess("report", "--batch", batch, "--format", "html", "-o", out)
    assert done.returncode == 1
    assert "Lead 1 (Harbour Bakery): Can't write" in done.stderr
    assert "1 file written" in done.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--batch", "1"), "needs a folder"),
        (("1", "--batch", "1"), "Give the assessment's id, or --batch"),
        ((), "Give the assessment's id, or --batch"),
        (("1", "--mail-merge", "x.csv"), "goes with --batch"),
    ],
)
def test_words_that_make_no_sense_together_are_refused(lfassess, words, says):
    done = lfassess("report", *words)
    assert done.returncode == 2
    assert says in done.stderr


def test_a_batch_there_is_not(lfassess, out):
    done = lfassess("report", "--batch", 99, "-o", out)
    assert (done.returncode, "There is no batch 99" in done.stderr) == (2, True)


def test_ctrl_c_leaves_whole_files_and_no_process(lfassess, batch, out, database, servers):
    env = os.environ | {"DATABASE_URL": database.url, "CELERY_BROKER_URL": servers.broker_url}
    program = Path(sys.executable).with_name("lfassess")
    words = [
        "report",
        "--batch",
        str(batch),
        "--format",
        "html,json",
        "-o",
        str(out),
        "--jobs",
        "1",
    ]
    with subprocess.Popen([program, *words], env=env, stderr=subprocess.PIPE, text=True) as running:
        while not (out.exists() and any(path.suffix for path in out.iterdir())):
            assert running.poll() is None or any(out.iterdir())
            time.sleep(0.02)
        writers = psutil.Process(running.pid).children(recursive=True)
        running.send_signal(signal.SIGINT)
        said = running.stderr.read()
    assert running.returncode in {0, 130}
    assert "Traceback" not in said
    assert [process for process in writers if process.is_running()] == []
    assert [path.name for path in out.iterdir() if path.name.startswith(".")] == []
    assert lfassess("report", "--batch", batch, "--format", "html,json", "-o", out).returncode == 0
    assert len(names(out)) == 4


def test_an_export_writes_the_reports_that_it_names(lfassess, batch, tmp_path):
    out = tmp_path / "reports"
    done = lfassess("leads", "export", "-", "--json", "--order", "list", "--reports", out)
    assert done.returncode == 0, done.stderr
    named = [json.loads(line)["report_file"] for line in done.stdout.splitlines()]
    assert named[2] is None
    assert sorted(named[:2]) == sorted(map(str, out.iterdir()))
    assert "Harbour Bakery" in Path(named[0]).read_text()
