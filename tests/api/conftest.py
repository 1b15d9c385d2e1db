"""The application on a real database, asked over its ASGI interface."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient

from lfassess import stack
from lfassess.api.app import create_app
from lfassess.assessment.runtime import Runtime
from lfassess.db.database import Database
from lfassess.settings import Settings
from tests.databases import empty, shared_database
from tests.support import OrchestratorHarness

KEY = "a key nobody guesses"


@pytest.fixture(scope="session")
def _api_database(servers: stack.Endpoints) -> Iterator[Database]:
    with shared_database(servers) as database:
        yield database


@pytest.fixture
def store(_api_database: Database) -> Database:
    """A database without rows."""
    empty(_api_database)
    return _api_database


@pytest.fixture
def harness(settings: Settings, store: Database) -> OrchestratorHarness:
    """What does the work that the API asks for."""
    return OrchestratorHarness(settings, store)


@pytest.fixture
def serve(settings: Settings, store: Database) -> Iterator[Callable[..., TestClient]]:
    """Make a client of an application with these settings changed."""
    clients: list[TestClient] = []

    def start(*, key: str | None = None, rate=None, **changes) -> TestClient:
        given = settings.model_dump() | {"api_key": key} | changes
        options = {"rate": rate} if rate else {}
        app = create_app(Runtime(Settings(**given), store), **options)
        client = TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)
        clients.append(client.__enter__())
        return client

    yield start
    for client in clients:
        client.__exit__(None, None, None)


@pytest.fixture
def api(serve: Callable[..., TestClient]) -> TestClient:
    """The application as it is without a key."""
    return serve()
