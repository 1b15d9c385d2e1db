"""What tests of single commands share."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from lfassess.cli.leads import app
from tests.stack.fake_docker import docker
from tests.support import OrchestratorHarness

__all__ = ["docker"]


@pytest.fixture
def harness(settings, database):
    """An orchestrator on the store that the commands see."""
    return OrchestratorHarness(settings, database)


@pytest.fixture
def lfassess_leads(database, servers, monkeypatch):
    """Run `lfassess leads WORDS...` on a real store; expected errors are raised."""
    monkeypatch.setenv("DATABASE_URL", database.url)
    monkeypatch.setenv("CELERY_BROKER_URL", servers.broker_url)
    monkeypatch.setenv("COLUMNS", "80")

    def run(*words, stdin=None):
        result = CliRunner().invoke(app, [str(word) for word in words], input=stdin)
        if isinstance(result.exception, Exception):
            raise result.exception
        return result

    return run
