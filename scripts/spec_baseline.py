"""Runs leads through the plain design, so that figures can be given as ratios on one machine.

python scripts/spec_baseline.py --leads=40 --workers=3 --profile=realistic

Its browser is the full Chromium that Selenium starts when nothing is said; with --headless-shell it
gets the smaller program that lfassess prefers.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import redis
from loadtest.figures import percentiles, throughput
from loadtest.show import console, show
from loadtest.usage import Usage
from loadtest.world import World, world

from lfassess.paths import Layout

CONCURRENCY: Final = 4
_DATABASE: Final = 3  # of Valkey; the installation itself uses the first
_READY_S: Final = 90
_FULL_BROWSERS: Final = ("/usr/lib/chromium/chromium", "google-chrome", "chromium")


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Run one load test of the plain design; returns its figures."""
    settings = {"LFASSESS_VISION": "0" if args.no_vision else "1"}
    if not args.headless_shell:
        # The bound on a page's memory is no part of the plain design, and would end its browser.
        settings |= {"LFASSESS_BROWSER": _full_browser(), "LFASSESS_BROWSER_MEMORY_MB": "4000"}
    with world(
        profile=args.profile, fault_rate=args.fault_rate, seed=args.seed, settings=settings
    ) as built:
        url = built.endpoints.broker_url.replace("virtual_host=0", f"virtual_host={_DATABASE}")
        own = Layout(built.settings.data_dir).redis_url.replace("db=0", f"db={_DATABASE}")
        client = redis.Redis.from_url(own)
        with _workers(args.workers, url) as pids:
            _wait_until_ready(url, args.workers)
            roots = {**pids, "sandbox": built.sandbox.pid}
            with Usage(lambda: roots, dict) as usage:
                began = time.time()
                _submit(built, args.leads, url)
                _wait(client, args.leads, args.duration)
        return _figures(client, usage, began, args)


def _full_browser() -> str:
    found = next(filter(None, map(shutil.which, _FULL_BROWSERS)), None)
    if found is None:
        raise SystemExit("There is no full Chromium here; try --headless-shell.")
    return found


@contextmanager
def _workers(count: int, url: str) -> Iterator[dict[str, int]]:
    """Start so many prefork workers; end them with all their children."""
    env = os.environ | {"PLAIN_REDIS": url, "PYTHONPATH": str(Path(__file__).parent)}
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "loadtest.plain", "worker", "-P", "prefork",
             "-c", str(CONCURRENCY), "-n", f"plain{n}@%h", "--without-gossip", "--without-mingle"],
            env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )
        for n in range(count)
    ]  # fmt: skip
    try:
        yield {f"worker-plain{n}": worker.pid for n, worker in enumerate(running, 1)}
    finally:
        for worker in running:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()


def _wait_until_ready(url: str, count: int) -> None:
    app = _app(url)
    end = time.monotonic() + _READY_S
    while len(app.control.ping(timeout=1)) < count:
        if time.monotonic() > end:
            raise SystemExit("The plain workers did not start.")


def _submit(built: World, leads: int, url: str) -> None:
    task = _app(url).tasks["loadtest.plain.assess"]
    with built.write_leads(leads).open() as f:
        for lead in csv.DictReader(f):
            task.delay(lead, time.time())


def _app(url: str) -> Any:
    os.environ["PLAIN_REDIS"] = url
    from loadtest.plain import app  # noqa: PLC0415 - it reads the address when it is loaded

    return app


def _wait(client: redis.Redis, leads: int, duration: float) -> None:
    end = time.monotonic() + duration
    while client.llen("plain-ended") < leads and time.monotonic() < end:
        time.sleep(1)


def _figures(
    client: redis.Redis, usage: Usage, began: float, args: argparse.Namespace
) -> dict[str, Any]:
    rows = [row.decode().split() for row in client.lrange("plain-ended", 0, -1)]
    ended = sorted(float(end) - began for _, end, _ in rows)
    count = max(1, len(rows))
    return {
        "settings": {"workers": args.workers, "concurrency": CONCURRENCY, "profile": args.profile},
        "leads": len(rows),
        "leads_per_hour": throughput(ended),
        "failed": round(sum(status != "completed" for *_, status in rows) / count, 4),
        "lead_s": percentiles([float(end) - float(start) for start, end, _ in rows]),
        "cpu_s_per_lead": {k: round(v / count, 3) for k, v in sorted(usage.cpu_s().items())},
        "peak_mb": {name: round(mb) for name, mb in sorted(usage.peak_mb.items())},
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--leads", type=int, default=40)
    add("--workers", type=int, default=3)
    add("--duration", type=float, default=300)
    add("--profile", default="fast", choices=("fast", "realistic", "chaos"))
    add("--fault-rate", type=float, default=0.0)
    add("--seed", type=int, default=1)
    add("--no-vision", action="store_true")
    add("--headless-shell", action="store_true", help="have it use the smaller browser program")
    args = parser.parse_args()
    show(run(args), f"plain design, {args.workers} workers of {CONCURRENCY} processes")
    console.print("The plain design keeps nothing in Postgres.")


if __name__ == "__main__":
    main()
