"""What all tests share: a clean environment, and real servers where one asks for them."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from lfassess import config_files, stack
from lfassess.db.database import Database
from lfassess.settings import Settings, get_settings
from tests.databases import empty, make_template, shared_database
from tests.parallel import pytest_collection_modifyitems, pytest_xdist_make_scheduler

__all__ = ["pytest_collection_modifyitems", "pytest_xdist_make_scheduler"]

_OURS = ("LFASSESS_", "CELERY_", "OPENAI_", "AWS_")
_OURS_TOO = {"DATABASE_URL", "GOOGLE_API_KEY", "SEMRUSH_API_KEY", "S3_BUCKET"}


def pytest_configure() -> None:
    """Have commands obey Ctrl-C, which a background shell has ignored; fix made-up examples."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # The same examples in every run; to look for new ones: --hypothesis-profile=default.
    # How long making them takes says how busy the machine is.
    hypothesis.settings.register_profile(
        "steady",
        derandomize=True,
        deadline=None,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )
    hypothesis.settings.load_profile("steady")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in list(os.environ):
        if name.startswith(_OURS) or name in _OURS_TOO:
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", "/nowhere")  # not the developer's own lfassess.toml
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()
    config_files.use(None)


@pytest.fixture(scope="module", autouse=True)
def _measured(request: pytest.FixtureRequest) -> Iterator[None]:
    """Spare modules marked `unmeasured`, and what they start, coverage: it triples what they take."""
    control = getattr(request.config.pluginmanager.getplugin("_cov"), "cov_controller", None)
    if control is None or not request.node.get_closest_marker("unmeasured"):
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
        control.pause()
        yield
        control.resume()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings as a fresh user has them, with a data folder of the test's own."""
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture(scope="session")
def servers() -> Iterator[stack.Endpoints]:
    """A real Postgres and a real Valkey, started for this test run and ended with it."""
    with tempfile.TemporaryDirectory(prefix="lfassess-tests-") as folder:
        settings = Settings(data_dir=Path(folder) / "data")
        endpoints = stack.ensure_up(settings, workers=False)
        make_template(endpoints)
        try:
            yield endpoints
        finally:
            stack.erase(settings)


@pytest.fixture
def own_database(servers: stack.Endpoints) -> Iterator[Database]:
    """A database with today's schema that no other test sees, dropped afterwards."""
    with shared_database(servers) as database:
        yield database


@pytest.fixture(scope="module")
def _module_database(servers: stack.Endpoints) -> Iterator[Database]:
    with shared_database(servers) as database:
        yield database


@pytest.fixture
def database(_module_database: Database) -> Database:
    """An empty database with today's schema, for tests that leave the schema as it is."""
    empty(_module_database)
    return _module_database
