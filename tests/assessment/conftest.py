"""One database for all tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lfassess import stack
from tests.databases import empty, shared_database


@pytest.fixture(scope="module")
def _shared_url(servers: stack.Endpoints) -> Iterator[str]:
    with shared_database(servers) as url:
        yield url


@pytest.fixture
def database_url(_shared_url: str) -> str:
    empty(_shared_url)
    return _shared_url
