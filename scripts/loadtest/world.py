"""An installation of its own for a load test: sandbox, servers and workers on loopback."""

from __future__ import annotations

import contextlib
import csv
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
import redis
import requests
from psycopg.rows import dict_row

from lfassess import stack
from lfassess.paths import Layout
from lfassess.settings import Settings

ROOT = Path(__file__).parents[2]
LEADS = ROOT / "configs" / "demo_leads.csv"


class World:
    """Embedded servers in a temporary folder, the sandbox in a process beside them."""

    def __init__(self, folder: Path, sandbox: subprocess.Popen[str], url: str) -> None:
        self.folder, self.sandbox, self.url = folder, sandbox, url
        self.settings = Settings(data_dir=folder / "data")
        self.endpoints = stack.ensure_up(self.settings)

    def lfassess(self, *words: str) -> str:
        """Run the command as a user would; returns what it printed."""
        env = os.environ | {"LFASSESS_DATA_DIR": str(self.settings.data_dir)}
        command = [sys.executable, "-m", "lfassess", *words]
        done = subprocess.run(
            command, env=env, cwd=ROOT, check=False, capture_output=True, text=True
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(words)}: {done.stderr}")
        return done.stdout

    def write_leads(self, count: int, first: int = 0) -> Path:
        """Write so many leads: the demo businesses over and over, each at an address of its own."""
        file = self.folder / f"leads-{first}.csv"
        with LEADS.open() as source, file.open("w", newline="") as target:
            demo = list(csv.DictReader(source))
            writer = csv.DictWriter(target, demo[0])
            writer.writeheader()
            for n in range(first, first + count):
                lead = demo[n % len(demo)]
                writer.writerow(lead | {"website": f"{lead['website']}?lead={n}"})
        return file

    def connection(self) -> psycopg.Connection[dict[str, Any]]:
        """Connect to the store; each statement is its own transaction."""
        url = self.endpoints.database_url.replace("postgresql+psycopg://", "postgresql://")
        return psycopg.connect(url, row_factory=dict_row, autocommit=True)

    def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        with self.connection() as connection:
            return connection.execute(sql, values).fetchall()

    def commands(self) -> int:
        """Return how many commands Valkey has answered."""
        client = redis.Redis.from_url(Layout(self.settings.data_dir).redis_url)
        with contextlib.closing(client):
            return int(client.info("stats")["total_commands_processed"])

    def roots(self) -> dict[str, int]:
        """Return the process ids of all parts by name."""
        parts = {p.name: p.pid for p in stack.ps(self.settings) if p.pid}
        return parts | {"sandbox": self.sandbox.pid}

    def traffic(self) -> dict[str, Any]:
        """Return what the emulated providers were asked: {total, cost_usd, providers}."""
        found: dict[str, Any] = requests.get(f"{self.url}/_sandbox/summary", timeout=10).json()
        return found

    def wait_for_workers(self, count: int, timeout: float = 60) -> None:
        """Wait until so many worker processes take work."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            logs = stack.log_files(self.settings)
            ready = [n for n, f in logs.items() if n.startswith("worker-") and _is_ready(f)]
            if len(ready) >= count:
                return
            time.sleep(0.2)
        raise SystemExit("The workers did not start; look at their logs.")


def _is_ready(log: Path) -> bool:
    return log.exists() and " ready." in log.read_text(errors="replace")


@contextlib.contextmanager
def world(
    *,
    profile: str,
    fault_rate: float,
    seed: int,
    settings: Mapping[str, str],
    pagespeed: bool = True,
) -> Iterator[World]:
    """Start everything, and end it whatever happens; without PageSpeed pages are audited here."""
    before = dict(os.environ)
    for name in [n for n in os.environ if n.startswith(("LFASSESS_", "OPENAI_"))]:
        del os.environ[name]
    with tempfile.TemporaryDirectory(prefix="lfassess-load-", ignore_cleanup_errors=True) as name:
        sandbox = subprocess.Popen(
            [sys.executable, "-m", "lfassess", "sandbox", "serve", "--json", "--port", "0",
             "--dir", f"{name}/sandbox", "--profile", profile, "--seed", str(seed),
             "--fault-rate", str(fault_rate)],
            cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            start_new_session=True,
        )  # fmt: skip
        built = None
        try:
            assert sandbox.stdout is not None
            ready = json.loads(sandbox.stdout.readline())
            os.environ.update(ready["env"])
            if pagespeed:
                os.environ["LFASSESS_PAGESPEED_BASE_URL"] = f"{ready['url']}/psi"
            os.environ["LFASSESS_PAUSE_ABOVE"] = "1"  # faults are part of the test
            os.environ.update(settings)
            built = World(Path(name), sandbox, ready["url"])
            yield built
        finally:
            if built is not None:
                stack.erase(built.settings)
            sandbox.send_signal(signal.SIGTERM)
            sandbox.wait(20)
            os.environ.clear()
            os.environ.update(before)
