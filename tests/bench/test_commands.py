"""What people wait for in a terminal and on a page, over a million check runs."""

from __future__ import annotations

import csv

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from lfassess.api.web.routes import router
from lfassess.assessment.runtime import Runtime
from lfassess.cli.batch_screen import BatchScreen
from lfassess.cli.throughput import Rate
from lfassess.db.queries import batch_view, progress
from lfassess.settings import Settings
from tests.databases import shared_database

pytestmark = pytest.mark.bench


def test_help(benchmark, command):
    benchmark.extra_info["goal_s"] = 0.4
    benchmark.pedantic(lambda: command("--help"), rounds=7, warmup_rounds=1)


def test_status_of_a_million_check_runs(benchmark, command, million):
    benchmark.extra_info["goal_s"] = 0.8
    benchmark.pedantic(
        lambda: command("status", "--json", DATABASE_URL=million.url), rounds=5, warmup_rounds=1
    )


def test_totals_of_a_million_check_runs(benchmark, million):
    def totals():
        with million.session() as session:
            return progress.totals(session)

    assert benchmark(totals).leads == 170_000


def test_overview_page(benchmark, million, tmp_path):
    benchmark.extra_info["goal_s"] = 0.2
    app = FastAPI()
    app.state.runtime = Runtime(Settings(data_dir=tmp_path), million)
    app.include_router(router)
    client = TestClient(app, base_url="http://127.0.0.1")
    assert benchmark(lambda: client.get("/")).status_code == 200


def test_live_table_of_a_large_batch(benchmark, million):
    def refresh():
        with million.session() as session:
            totals = progress.totals(session, 2)
            states = progress.active_states(session, 2)
            return BatchScreen(2, totals, states, batch_view.situation(session, 2), Rate())

    benchmark(refresh)


def test_import_of_100000_rows(benchmark, command, servers, tmp_path):
    benchmark.extra_info["goal_s"] = 30.0
    # Under .example, addresses pass for placeholders and are read slowly; import visits none.
    file = tmp_path / "leads.csv"
    with file.open("w", newline="") as f:
        writer = csv.writer(f)
        writer.writerow(["name", "website", "phone", "address"])
        for n in range(100_000):
            phone = f"+1503555{n % 10000:04}"
            writer.writerow([f"Lead {n}", f"https://lead-{n}.com/", phone, f"{n} Main Street"])
    with shared_database(servers) as database:
        benchmark.pedantic(
            lambda: command("leads", "import", str(file), DATABASE_URL=database.url), rounds=1
        )
