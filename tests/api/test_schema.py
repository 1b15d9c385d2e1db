"""What the API describes is what it does: generated requests, each answer held to its schema."""

from __future__ import annotations

from contextlib import suppress
from unittest import SkipTest

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.openapi import from_asgi
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from lfassess.api.app import create_app
from lfassess.api.rate_limit import Rate
from lfassess.assessment.runtime import Runtime
from tests.support import OrchestratorHarness

pytestmark = pytest.mark.integration

KEY = {"X-API-Key": "a key nobody guesses"}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EVENTS = "/api/v1/batches/{batch_id}/events"  # of an open batch they have no end
EXAMPLES = 6


@pytest.fixture
def described(settings, store, monkeypatch):
    monkeypatch.setattr("lfassess.assessment.execution.enqueue.broker_is_up", lambda _app: False)
    app = create_app(
        Runtime(
            settings.model_validate({**settings.model_dump(), "api_key": KEY["X-API-Key"]}), store
        ),
        rate=Rate(per_second=1e6, burst=10**6),
    )
    harness = OrchestratorHarness(settings, store)
    harness.orchestrator.coordinate(harness.add_lead())
    harness.drain()
    harness.execute("INSERT INTO batches (name) VALUES ('One')")
    return from_asgi("/openapi.json", app, headers=KEY)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_no_request_breaks_the_server_or_its_description(described, mode):
    tried = 0
    for found in described.get_all_operations():
        operation = found.ok()
        if operation.path == EVENTS:
            continue
        requests = operation.as_strategy(generation_mode=mode)

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=requests)
        def holds(case):
            if (case.query or {}).get("format") == "pdf":
                return  # needs a browser, and has a test of its own
            response = case.call(headers=KEY)
            case.validate_response(response, checks=CHECKS)

        with suppress(Unsatisfiable, SkipTest):  # nothing can be wrong with no parameters
            holds()
        tried += 1
    assert tried > 20
