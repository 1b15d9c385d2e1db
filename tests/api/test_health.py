"""Health, readiness, metrics and the description of the API."""

from __future__ import annotations

import re

import pytest
from prometheus_client.parser import text_string_to_metric_families

from lfassess.assessment.runtime import Runtime
from lfassess.cli import overview
from lfassess.db.database import Database
from lfassess.db.queries import system
from lfassess.errors import ProviderRejectedError
from tests.support import OrchestratorHarness, six_checks

pytestmark = pytest.mark.integration

NOWHERE = "postgresql://nobody@127.0.0.1:1/none"


@pytest.fixture
def redis_url(servers):
    return servers.broker_url


def scraped(client):
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (s.name, *sorted(s.labels.values())): s.value
        for family in text_string_to_metric_families(answer.text)
        for s in family.samples
    }


def test_readiness_tells_what_is_there(serve, redis_url):
    ready = serve(broker_url=redis_url).get("/readyz")
    assert ready.status_code == 200
    parts = ready.json()["parts"]
    assert (parts["postgres"]["ok"], parts["redis"]["ok"]) == (True, True)
    assert not parts["workers"]["ok"]
    assert ready.json()["status"] == "degraded"


def test_readiness_tells_when_redis_is_gone(serve):
    ready = serve(broker_url="redis://127.0.0.1:1/0").get("/readyz").json()
    assert (ready["status"], ready["parts"]["redis"]["ok"]) == ("degraded", False)


def test_not_ready_without_postgres(settings):
    from fastapi.testclient import TestClient

    from lfassess.api.app import create_app

    app = create_app(Runtime(settings, Database(NOWHERE)))
    client = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "unavailable")
    assert "nobody" not in answer.text
    answer = client.get("/api/v1/leads")
    assert (answer.status_code, answer.json()["code"]) == (503, "service_unreachable")
    assert "nobody" not in answer.text
    assert scraped(client)["lfassess_postgres_up",] == 0


def test_not_ready_with_another_schema(serve, harness):
    harness.execute("UPDATE alembic_version SET version_num = '0001'")
    try:
        assert serve().get("/readyz").status_code == 503
    finally:
        from lfassess.db import revision

        harness.execute("UPDATE alembic_version SET version_num = :head", head=revision.HEAD)


def test_metrics_tell_depth_outcomes_latencies_and_quota(serve, settings, store, redis_url):
    def reject(_target, _ctx):
        raise ProviderRejectedError("No.", provider="semrush")

    harness = OrchestratorHarness(settings, store, six_checks(semrush=reject))
    harness.orchestrator.coordinate(harness.add_lead())
    harness.drain()
    harness.orchestrator.coordinate(harness.add_lead("Waiting", "https://waiting.test/"))
    harness.execute(
        "INSERT INTO provider_calls (provider, request, request_key, state, expires_at, calls,"
        " units, cost_usd) VALUES ('semrush', 'r', 'k', 'answered', now(), 2, 40, 0.25)"
    )
    harness.execute(
        "INSERT INTO provider_states (provider, day, day_calls) VALUES"
        " ('psi', (now() AT TIME ZONE 'America/Los_Angeles')::date, 1000)"
    )
    result = scraped(serve(broker_url=redis_url))
    assert result["lfassess_postgres_up",] == result["lfassess_redis_up",] == 1
    assert result["lfassess_queue_depth", "assessment"] == 5
    assert result["lfassess_oldest_wait_seconds", "assessment"] > 0
    assert result["lfassess_assessments", "completed"] == 1
    assert result["lfassess_check_attempts_total", "failed", "provider_rejected", "semrush"] == 1
    assert result["lfassess_check_attempts_total", "", "gbp", "succeeded"] == 1
    assert result["lfassess_check_duration_seconds_count", "gbp"] == 1
    assert result["lfassess_check_duration_seconds_bucket", "+Inf", "gbp"] == 1
    assert result["lfassess_assessment_duration_seconds_count",] == 1
    assert result["lfassess_provider_cost_usd_total", "answered", "semrush"] == 0.25
    assert result["lfassess_provider_units_total", "answered", "semrush"] == 40
    assert result["lfassess_provider_quota_left", "psi"] == 24_000


def test_calls_are_counted_alike_wherever_they_are_shown(serve, harness, redis_url):
    harness.execute(
        "INSERT INTO provider_calls (provider, request, request_key, state, expires_at, calls,"
        " finished_at, error_code, cost_usd) VALUES"
        " ('semrush', 'r', 'k', 'answered', now(), 5, now(), NULL, 0.25),"
        " ('semrush', 'r', 'l', 'failed', now(), 1, now(), 'provider_rejected', 0),"
        " ('semrush', 'r', 'm', 'lost', now(), 0, now(), NULL, 0.1),"
        " ('semrush', 'r', 'n', 'in_flight', now(), 0, NULL, NULL, 0),"
        " ('semrush', 'r', 'o', 'answered', now(), 7, now() - interval '25 hours', NULL, 1.5)"
    )
    client = serve(broker_url=redis_url)
    metrics = scraped(client)
    assert metrics["lfassess_provider_calls_total", "answered", "semrush"] == 5 + 7
    assert metrics["lfassess_provider_calls_total", "failed", "semrush"] == 1
    with harness.database.session() as session:
        (shown,) = overview.providers(system.providers(session))
    assert (shown["calls_24h"], shown["failed_24h"], shown["cost_24h_usd"]) == (6, 1, 0.35)
    row = next(r for r in client.get("/system").text.split("<tr>") if ">semrush<" in r)
    assert [n for n in re.findall(r">([^<>]+)<", row) if n in {"6", "1", "$0.35"}] == [
        "6", "1", "$0.35",
    ]  # fmt: skip
    assert "$0.35" in client.get("/").text


def test_every_operation_is_described_with_its_problems(api):
    described = api.get("/openapi.json").json()
    operations = [(path, each) for path, of in described["paths"].items() for each in of.values()]
    ids = [operation["operationId"] for _, operation in operations]
    assert all(operation["summary"] and operation["tags"] for _, operation in operations)
    of_api = [operation["responses"].keys() for path, operation in operations if "/api/" in path]
    assert of_api
    assert all({"401", "422", "429"} <= answers for answers in of_api)
    assert len(ids) == len(set(ids))
    assert "HTTPValidationError" not in described["components"]["schemas"]
    assert described["security"] == [{"key": []}, {"bearer": []}]


def test_docs_page_lists_every_operation_and_loads_nothing(api):
    page = api.get("/docs")
    for path in api.get("/openapi.json").json()["paths"]:
        assert path in page.text
    assert not re.search(r"<script|<link|src=|https?://", page.text)
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_fault_tells_nothing_of_its_inside(serve):
    client = serve()

    @client.app.get("/api/v1/fault")
    def fault():
        raise RuntimeError("a secret inside")

    answer = client.get("/api/v1/fault")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert "secret" not in answer.text
