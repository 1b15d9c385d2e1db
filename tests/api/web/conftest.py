"""The pages over a real Postgres, asked by a test client or served to a real browser."""

from __future__ import annotations

import json
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
import uvicorn
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import SecretStr
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from lfassess import stack
from lfassess.api import dependencies
from lfassess.api.rate_limit import WrongKeys
from lfassess.api.web.routes import router
from lfassess.assessment.intake.submission import submit_lead
from lfassess.assessment.runtime import Runtime
from lfassess.clients.chromium.binaries import find_browser, find_driver
from lfassess.db.database import Database
from lfassess.errors import TargetUnreachableError
from lfassess.settings import Settings
from tests.databases import empty, shared_database
from tests.support import OrchestratorHarness

CSV = (
    b"name,website,phone\nHarbour Bakery,https://bakery.test,\nDon's Garage,garage.test,\n,,,oops\n"
)
_TOKEN = re.compile(r'name="token" value="([0-9a-f]+)"')


def failing(message="garage.test does not answer"):
    def fetch(_target, _ctx):
        raise TargetUnreachableError(message, provider="website")

    return fetch


def assessed(harness, name="Harbour Bakery", website="https://bakery.test/"):
    assessment_id, _ = submit_lead(harness.orchestrator, harness.add_lead(name, website))
    harness.drain()
    return assessment_id


FINDING = {
    "code": "no-https",
    "severity": "critical",
    "title": "The site has no encryption",
    "evidence": "port 443 is closed",
    "source": "raw",
    "advice_id": "no-https",
}


def doubtful(harness):
    """Return an audit that waits for a person, with one finding."""
    assessment_id = assessed(harness)
    harness.execute(
        "UPDATE check_runs SET findings = CAST(:findings AS jsonb) WHERE name = 'security'",
        findings=json.dumps([FINDING]),
    )
    harness.execute("DELETE FROM reviews")
    harness.execute(
        "INSERT INTO reviews (assessment_id, state, reasons)"
        " VALUES (:id, 'needs_review', '[\"weak-match\"]')",
        id=assessment_id,
    )
    return assessment_id


@dataclass
class Site:
    """The pages as one visitor has them."""

    client: TestClient

    def get(self, path: str, **options):
        return self.client.get(path, follow_redirects=False, **options)

    def page(self, path: str) -> str:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text.replace("<wbr>", "")  # which nobody reads

    def post(self, path: str, data=None, *, form_on: str = "/submit", **options):
        """Send a form as the page it is on has it, token and all."""
        found = _TOKEN.search(self.client.get(form_on).text)
        token = found[1] if found else "none"
        return self.client.post(
            path, data={**(data or {}), "token": token}, follow_redirects=False, **options
        )


@pytest.fixture(scope="session")
def pages_database(servers: stack.Endpoints) -> Iterator[Database]:
    """One database for all tests of the pages: a new one for each would take most of the time."""
    with shared_database(servers) as database:
        yield database


@pytest.fixture
def database(pages_database: Database) -> Database:
    """The database, empty."""
    empty(pages_database)
    return pages_database


@pytest.fixture
def harness(settings: Settings, database: Database) -> OrchestratorHarness:
    return OrchestratorHarness(settings, database)


@pytest.fixture
def make_app(harness: OrchestratorHarness) -> Callable[..., FastAPI]:
    def make(*, key: str | None = None) -> FastAPI:
        app = FastAPI()
        own = harness.settings.model_copy(update={"api_key": SecretStr(key) if key else None})
        app.state.runtime = Runtime(own, harness.database)
        app.state.wrong_keys = WrongKeys()
        app.dependency_overrides[dependencies.orchestrator_of] = lambda: harness.orchestrator
        app.include_router(router)
        return app

    return make


@pytest.fixture
def site(make_app) -> Site:
    return Site(TestClient(make_app(), base_url="http://127.0.0.1"))


@pytest.fixture
def guarded(make_app) -> Site:
    """The pages of an installation that has an API key."""
    return Site(TestClient(make_app(key="a-good-key"), base_url="https://audits.test"))


@contextmanager
def serve(app: FastAPI, tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Serve the application on a port of its own; yields its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="warning", lifespan="off")
    config.load()
    config.ssl = tls
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join(timeout=60)
        listening.close()


@pytest.fixture(scope="module")
def driver(tmp_path_factory) -> Iterator[webdriver.Chrome]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("driver"))
    options = webdriver.ChromeOptions()
    options.binary_location = str(find_browser(settings))
    for argument in ("--headless", "--no-sandbox", "--disable-gpu", "--window-size=1280,900"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options=options, service=Service(str(find_driver(settings))))
    try:
        yield browser
    finally:
        browser.quit()
