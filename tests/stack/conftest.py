"""A stack of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lfassess import stack
from lfassess.settings import Settings
from tests.stack.fake_docker import docker
from tests.stack.support import Stack

__all__ = ["docker"]


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    """A data folder that isn't there yet."""
    yield tmp_path / "data"
    stack.erase(Settings(data_dir=tmp_path / "data"))


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Stack]:
    """A stack that has never run."""
    it = Stack(tmp_path / "data")
    yield it
    it.remove()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack for tests that leave it able to run; each begins with `up`."""
    it = Stack(tmp_path_factory.mktemp("shared") / "data")
    yield it
    it.remove()
