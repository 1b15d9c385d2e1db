"""A whole installation on loopback, to be broken: sandbox, Postgres, Valkey, workers."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import psutil
import psycopg
import redis
from psycopg.rows import dict_row

from lfassess import stack
from lfassess.paths import Layout
from lfassess.sandbox.server import SandboxServer
from lfassess.settings import Settings
from tests.s3_server import BUCKET, CREDENTIALS, S3, s3_server

ROOT = Path(__file__).parents[2]
SITES = ("harbour-bakery", "brightwater-plumbing", "wildflower-studio", "cedar-grove-dental")
CHECKS = "security,gbp,semrush,visual,llm_analysis"


class Installation:
    """What faults act on, and what is asked afterwards."""

    def __init__(self, folder: Path, sandbox: SandboxServer, s3: S3 | None) -> None:
        self.sandbox = sandbox
        self.s3 = s3
        self.folder = folder
        self.settings = Settings(data_dir=folder / "data")
        self.artefacts = self.settings.data_dir / "artefacts"
        self.artefacts.mkdir(parents=True)
        self.has_own_disk = _mount_small_disk(self.artefacts)
        self.endpoints = stack.ensure_up(self.settings)

    def scale(self, **workers: int) -> None:
        stack.scale(self.settings, workers)

    def submit(self, leads: int, checks: str = CHECKS) -> None:
        """Submit a batch of so many leads, as an operator would."""
        file = self.folder / "leads.csv"
        with file.open("w", newline="") as f:
            writer = csv.writer(f)
            writer.writerow(["name", "website"])
            for n in range(leads):
                site = SITES[n % len(SITES)]
                writer.writerow([f"Lead {n}", f"https://{site}.demo.test/?lead={n}"])
        subprocess.run(
            [sys.executable, "-m", "lfassess", "batch", str(file), "--checks", checks,
             "--no-wait", "--keep-duplicates", "--json"],
            env=os.environ | {"LFASSESS_DATA_DIR": str(self.settings.data_dir)},
            cwd=ROOT, check=True, capture_output=True, timeout=180,
        )  # fmt: skip

    def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        url = self.endpoints.database_url.replace("postgresql+psycopg://", "postgresql://")
        with psycopg.connect(url, row_factory=dict_row, connect_timeout=5) as connection:
            cursor = connection.execute(sql, values)
            return cursor.fetchall() if cursor.description else []

    def rows_when_up(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """Ask Postgres, which may just be starting."""
        end = time.monotonic() + 60
        while True:
            try:
                return self.rows(sql, *values)
            except psycopg.OperationalError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.2)

    @property
    def redis(self) -> redis.Redis:
        return redis.Redis.from_url(Layout(self.settings.data_dir).redis_url, socket_timeout=5)

    def pid(self, part: str) -> int | None:
        """Return the part's process id, if it runs."""
        return next((p.pid for p in stack.ps(self.settings) if p.name == part and p.pid), None)

    def pids(self, prefix: str) -> list[int]:
        parts = stack.ps(self.settings)
        return [p.pid for p in parts if p.name.startswith(prefix) and p.pid]

    def memory_mb(self) -> dict[str, float]:
        return {p.name: p.rss_mb for p in stack.ps(self.settings) if p.rss_mb}

    @contextmanager
    def nobody_heals(self) -> Iterator[None]:
        """Keep the supervisor from restarting things for a while."""
        supervisor = self.pid("supervisor")
        if supervisor is None:
            yield
            return
        os.kill(supervisor, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(supervisor, signal.SIGCONT)

    def open_leads(self) -> int | None:
        """Return how many leads have not ended; None while Postgres is down."""
        try:
            (row,) = self.rows(
                "SELECT count(*) AS n FROM assessments WHERE status IN ('pending', 'in_progress')"
            )
        except psycopg.OperationalError:
            return None
        return int(row["n"])

    def wait_until_all_ended(self, timeout: float) -> bool:
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            if self.open_leads() == 0:
                return True
            time.sleep(0.5)
        return False

    def wait_until_all_reports_are_stored(self, timeout: float) -> bool:
        """Wait for reports that the storage could not take when their leads ended."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            (row,) = self.rows_when_up(
                "SELECT count(*) AS n FROM assessments WHERE report_due_at IS NOT NULL"
            )
            if row["n"] == 0:
                return True
            time.sleep(0.5)
        return False

    def provider_calls(self) -> list[dict[str, Any]]:
        """Return what the emulated providers were asked."""
        with urllib.request.urlopen(f"{self.sandbox.url}/_sandbox/requests") as answer:
            calls: list[dict[str, Any]] = json.load(answer)
        return calls

    def browsers(self) -> list[int]:
        """Return the Chromium processes of this installation's workers, dead workers' included."""
        mark = str(self.settings.data_dir)
        found = []
        for process in psutil.process_iter(["name", "pid"]):
            if "chrom" not in (process.info["name"] or ""):
                continue
            try:
                if any(mark in value for value in process.environ().values()):
                    found.append(process.info["pid"])
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return found

    def logs(self) -> dict[str, str]:
        files = stack.log_files(self.settings)
        return {n: p.read_text(errors="replace") for n, p in files.items() if p.exists()}

    def end(self) -> None:
        stack.erase(self.settings)
        if self.has_own_disk:
            subprocess.run(["umount", str(self.artefacts)], check=False)


def _mount_small_disk(folder: Path) -> bool:
    """Give the folder a disk of its own that can be filled; False where that isn't allowed."""
    if os.geteuid() != 0:
        return False
    command = ["mount", "-t", "tmpfs", "-o", "size=256m,mode=755", "tmpfs", str(folder)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


@contextmanager
def installation(
    *, profile: str = "fast", seed: int = 1, storage: str = "disk"
) -> Iterator[Installation]:
    """Start everything in a folder of its own; end it afterwards.

    Args:
        profile: how the emulated providers behave.
        seed: decides what they do.
        storage: where screenshots and reports are stored: disk or s3.
    """
    before = dict(os.environ)
    with (
        s3_server() if storage == "s3" else nullcontext() as s3,
        tempfile.TemporaryDirectory(prefix="lfassess-chaos-", ignore_cleanup_errors=True) as name,
        SandboxServer(profile=profile, seed=seed, directory=Path(name) / "sandbox") as sandbox,
    ):
        os.environ.update(sandbox.env)
        os.environ["LFASSESS_VISION"] = "0"
        os.environ["LFASSESS_STORE_REPORTS"] = "1"  # what else would tell that all have ended?
        os.environ["LFASSESS_PAUSE_ABOVE"] = "1"
        if s3 is not None:
            s3.create_bucket()
            os.environ.update(CREDENTIALS, S3_BUCKET=BUCKET, AWS_ENDPOINT_URL_S3=s3.url)
        built = Installation(Path(name), sandbox, s3)
        try:
            yield built
        finally:
            built.end()
            os.environ.clear()
            os.environ.update(before)
