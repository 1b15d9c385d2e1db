"""Shows what the 100,000th lead costs: the same measurements on a store that grows.

    python scripts/scale_proof.py --sizes 1000,10000,100000 --json > growth.json

Half of the leads of each size have been assessed, with evidence of real size, half wait. At each
size: what a lead costs through checks that do nothing and through all checks against the sandbox,
how long letting leads in takes, what people wait for, and how many bytes a lead takes.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any, Final

from fastapi import FastAPI
from fastapi.testclient import TestClient
from loadtest.growth import copy_finished
from loadtest.plots import growth_chart
from loadtest.show import console, show_growth
from loadtest.usage import Usage
from loadtest.world import ROOT, World, world

from lfassess import stack
from lfassess.api.web.routes import router
from lfassess.assessment.completion import retention
from lfassess.assessment.orchestrator import Orchestrator
from lfassess.assessment.recovery import operations
from lfassess.assessment.recovery.reconciler import reconcile
from lfassess.assessment.runtime import Runtime
from lfassess.db.database import Database

_SAMPLES: Final = 13  # each demo business once
_IDLE_LEADS: Final = 200
_EMULATED_LEADS: Final = 26
_WARM_UP: Final = 20
_RUNS: Final = 5
_PATIENCE_S: Final = 1200
_ADD: Final = ("--no-wait", "--keep-duplicates", "--json")
_PAGES: Final = ("/", "/batches/1", "/leads", "/errors", "/review", "/system")
_COMMANDS: Final = (("status", "--json"), ("leads", "rank", "--top", "20", "--json"))
_FINISHED: Final = "SELECT count(*) AS n FROM assessments WHERE finished_at IS NOT NULL"
_STATEMENTS: Final = """
SELECT left(regexp_replace(query, '\\s+', ' ', 'g'), 90) AS statement, calls,
       round(mean_exec_time::numeric, 2)::float AS mean_ms
  FROM pg_stat_statements
 WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
 ORDER BY total_exec_time DESC LIMIT 8
"""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--sizes", default="1000,10000,100000", help="leads in the store, separated by commas"
    )
    parser.add_argument("--json", action="store_true", help="the figures as JSON on stdout")
    parser.add_argument("--plot", type=Path, help="write a chart of what grows into this file")
    return parser.parse_args()


def run(sizes: list[int]) -> list[dict[str, Any]]:
    """Measure at each size, smallest first; returns the figures of each."""
    with world(profile="fast", fault_rate=0, seed=1, settings={}) as built:
        _count_statements(built)
        built.lfassess("pause")
        built.lfassess("batch", str(built.write_leads(_SAMPLES)), *_ADD)
        with _workers(built):
            _wait_until_finished(built, _SAMPLES)
        samples = [row["id"] for row in built.rows("SELECT id FROM assessments")]
        file_bytes = round(_file_bytes(built) / len(samples))
        return [
            {**_measured(built, size, samples), "file_bytes_per_lead": file_bytes} for size in sizes
        ]


def _measured(built: World, size: int, samples: list[int]) -> dict[str, Any]:
    console.print(f"{size:,} leads: filling the store")
    found: dict[str, Any] = {"leads": size, **_grow(built, size, samples)}
    found["database_bytes_per_lead"] = round(_database_bytes(built) / size)
    console.print(f"{size:,} leads: reading")
    with Database(built.endpoints.database_url) as database:
        found["pages_ms"] = _pages_ms(built, database)
        found["commands_ms"] = {
            " ".join(words): _median_ms(partial(built.lfassess, *words)) for words in _COMMANDS
        }
        found["retention_ms"] = _median_ms(lambda: retention.expire(built.settings, database))
    with Runtime.of(built.settings) as runtime:
        orchestrator = Orchestrator.of(runtime)
        built.lfassess("resume")
        found["admit_s"] = _seconds(orchestrator.start_pending)
        found["admit_none_ms"] = _median_ms(orchestrator.start_pending)
        found["reconcile_ms"] = _median_ms(lambda: reconcile(orchestrator))
    console.print(f"{size:,} leads: checks that do nothing")
    found["idle"] = _cost(built, _idle_workers(built), _IDLE_LEADS)
    console.print(f"{size:,} leads: all checks")
    found["emulated"] = _cost(built, _workers(built), _EMULATED_LEADS)
    return found


def _grow(built: World, size: int, samples: list[int]) -> dict[str, float]:
    """Bring the store to its size; returns what letting leads in and tidying up took."""
    done = built.rows(_FINISHED)[0]["n"]
    with built.connection() as connection:
        copy_finished(connection, samples, size // 2 - done)
    leads = built.rows("SELECT count(*) AS n FROM assessments WHERE finished_at IS NULL")[0]["n"]
    missing = size - size // 2 - leads
    first = built.rows("SELECT max(id) AS id FROM leads")[0]["id"]
    file = built.write_leads(missing, first)
    built.lfassess("pause")
    took = _seconds(lambda: built.lfassess("batch", str(file), *_ADD))
    with built.connection() as connection:
        tidying = _seconds(lambda: connection.execute("VACUUM (ANALYZE)"))
    return {"let_in": missing, "let_in_s": took, "vacuum_s": tidying}


def _cost(
    built: World, workers: AbstractContextManager[Mapping[str, int]], leads: int
) -> dict[str, Any]:
    """Return what so many of the leads that wait cost, by kind of process, and the statements."""
    with workers as pids:
        _wait_until_finished(built, built.rows(_FINISHED)[0]["n"] + _WARM_UP)
        built.rows("SELECT pg_stat_statements_reset()")
        before, began = built.rows(_FINISHED)[0]["n"], time.perf_counter()
        with Usage(lambda: {**built.roots(), **pids}, dict) as usage:
            _wait_until_finished(built, before + leads)
        count = built.rows(_FINISHED)[0]["n"] - before
        took = time.perf_counter() - began
        with Database(built.endpoints.database_url) as database:
            operations.pause(database)  # at once: a command takes as long as many idle leads
        statements = built.rows(_STATEMENTS)
    built.lfassess("resume")
    cpu = usage.cpu_s()
    return {
        "leads": count,
        "leads_per_hour": round(3600 * count / took),
        "cpu_ms_per_lead": {k: round(1000 * v / count, 1) for k, v in sorted(cpu.items())},
        "cpu_ms_per_lead_in_all": round(1000 * sum(cpu.values()) / count, 1),
        "statements": statements,
    }


@contextlib.contextmanager
def _workers(built: World) -> Iterator[Mapping[str, int]]:
    """Run the workers of this installation: one waits for providers, one browses."""
    stack.scale(built.settings, {"io": 1, "browser": 1, "lighthouse": 0})
    stack.ensure_up(built.settings, workers=True)
    built.lfassess("resume")
    try:
        yield {}
    finally:
        stack.scale(built.settings, {"io": 0, "browser": 0, "lighthouse": 0})
        _wait_until(lambda: not any(name.startswith("worker-") for name in built.roots()))


@contextlib.contextmanager
def _idle_workers(built: World) -> Iterator[Mapping[str, int]]:
    """Run two workers whose checks do nothing."""
    own = {
        "DATABASE_URL": built.endpoints.database_url,
        "CELERY_BROKER_URL": built.endpoints.broker_url,
        "LFASSESS_DATA_DIR": str(built.settings.data_dir),
    }
    command = [
        sys.executable, "-m", "celery", "-A", "tests.bench.idle", "worker", "-c", "16",
        "--loglevel=warning", "--without-gossip", "--without-mingle",
        "-Q", "high_priority,assessment,browser,lighthouse,llm,default",
    ]  # fmt: skip
    logs = [(built.folder / f"idle{n}.log").open("ab") for n in range(2)]
    workers = [
        subprocess.Popen(
            [*command, "-n", f"idle{n}@%h"], cwd=ROOT, env=os.environ | own, stdout=log,
            stderr=subprocess.STDOUT,
        )
        for n, log in enumerate(logs)
    ]  # fmt: skip
    try:
        yield {f"worker-idle{n}": worker.pid for n, worker in enumerate(workers)}
    finally:
        for worker in workers:
            worker.terminate()
        for worker, log in zip(workers, logs, strict=True):
            worker.wait(60)
            log.close()


def _count_statements(built: World) -> None:
    """Have Postgres count its statements, which takes a restart."""
    with built.connection() as connection:
        connection.execute("ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'")
    stack.down(built.settings)
    built.endpoints = stack.ensure_up(built.settings)
    built.rows("SELECT 1 AS one")
    with built.connection() as connection:
        connection.execute("CREATE EXTENSION pg_stat_statements")


def _pages_ms(built: World, database: Database) -> dict[str, int]:
    app = FastAPI()
    app.state.runtime = Runtime(built.settings, database)
    app.include_router(router)
    client = TestClient(app, base_url="http://127.0.0.1")
    return {
        page: _median_ms(lambda page=page: client.get(page).raise_for_status()) for page in _PAGES
    }


def _database_bytes(built: World) -> int:
    return int(built.rows("SELECT pg_database_size(current_database()) AS n")[0]["n"])


def _file_bytes(built: World) -> int:
    files = (built.settings.data_dir / "artefacts").rglob("*")
    return sum(file.stat().st_size for file in files if file.is_file())


def _wait_until_finished(built: World, count: int) -> None:
    _wait_until(lambda: built.rows(_FINISHED)[0]["n"] >= count)


def _wait_until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + _PATIENCE_S
    while not true():
        if time.monotonic() > end:
            raise SystemExit("Nothing moves any more; look at the workers' logs.")
        time.sleep(0.2)


def _seconds(do: Callable[[], object]) -> float:
    began = time.perf_counter()
    do()
    return round(time.perf_counter() - began, 3)


def _median_ms(do: Callable[[], object]) -> int:
    return round(1000 * statistics.median(_seconds(do) for _ in range(_RUNS)))


def main() -> None:
    args = arguments()
    console.stderr = args.json  # then stdout is the JSON's alone
    found = run([int(size) for size in args.sizes.split(",")])
    show_growth(found)
    if args.json:
        print(json.dumps(found))
    if args.plot:
        args.plot.write_text(growth_chart(found))
        console.print(f"wrote {args.plot}")


if __name__ == "__main__":
    main()
