"""A backup is made and put back by the `cli` service alone, as docs/how-to/operations.md has it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.compose.project import ROOT, Project, wait_for

pytestmark = [pytest.mark.docker, pytest.mark.timeout(1200)]

WORKERS = ("worker", "browser")


def cli(project: Project, *words: str, stdin=None, stdout=subprocess.PIPE) -> str:
    files = [w for f in ("docker-compose.yml", *map(str, project.overrides)) for w in ("-f", f)]
    done = subprocess.run(
        ["docker", "compose", "-p", project.name, *files, "run", "--rm", "-T", "cli", *words],
        env=project.env, cwd=ROOT, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE,
        timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    return (done.stdout or b"").decode()


def test_store_comes_back_from_one_file(project: Project, tmp_path: Path):
    project.submit("before", 2, "visual")  # whose pictures are files
    wait_for(lambda: project.left() == 0, 300, "both leads")
    leads = project.sql("SELECT id, name FROM leads ORDER BY id")
    files = project.sql("SELECT assessment_id, name, uri FROM artefacts ORDER BY id")
    assert files
    store = tmp_path / "store.tar"
    with store.open("wb") as out:
        cli(project, "backup", "-", stdout=out)

    project.sql("TRUNCATE leads CASCADE")
    project.compose("exec", "-T", "worker", "sh", "-c", "rm -r /data/artefacts")
    project.compose("stop", *WORKERS)
    with store.open("rb") as source:
        said = json.loads(cli(project, "restore", "-", "--force", "--json", stdin=source))
    project.compose("up", "-d", "--wait", "--no-build")

    assert said["files"] == len(files)
    assert project.sql("SELECT id, name FROM leads ORDER BY id") == leads
    assert project.sql("SELECT assessment_id, name, uri FROM artefacts ORDER BY id") == files
    last = files[-1][0]
    assert "<html" in project.lfassess("report", last, "-o", "-").lower()
    project.submit("afterwards", 1, "security")
    wait_for(lambda: project.left() == 0, 300, "a lead after the restore")
    ended = "SELECT count(*) FROM assessments JOIN leads ON leads.id = lead_id"
    assert (
        project.number(f"{ended} WHERE name = 'afterwards 0' AND assessments.status = 'completed'")
        == 1
    )
