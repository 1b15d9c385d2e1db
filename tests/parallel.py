"""How the tests are shared out among processes: whole files, the slow ones first."""

from __future__ import annotations

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

_SLOW = ("integration", "browser", "lighthouse", "docker")
_TOGETHER = ("tests/compose/",)  # its files share one project of containers


class ByFile(LoadFileScheduling):
    """Keeps a file's tests, and a few folders' files, in one process: they share servers."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return next((folder for folder in _TOGETHER if file.startswith(folder)), file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    return ByFile(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the slow files, so that no process is left alone with one in the end."""
    if hasattr(config, "workerinput"):
        slow = {item.path for item in items if any(map(item.get_closest_marker, _SLOW))}
        items.sort(key=lambda item: item.path not in slow)
