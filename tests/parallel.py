"""How the tests are shared out among processes: whole files, from both ends of one queue."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

_BROWSERS = ("browser", "lighthouse")
_SERVERS = ("integration", "docker")
_TOGETHER = ("tests/compose/",)  # its files share one project of containers


class ByFile(LoadFileScheduling):
    """Keeps a file's tests, and a few folders' files, in one process: they share servers.

    Every other process begins with the last file. Browsers keep a processor busy and dislike
    company; tests of servers mostly wait. So each has the other beside it, and in the end all
    processes meet at the small files in the middle.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return next((folder for folder in _TOGETHER if file.startswith(folder)), file)

    def _assign_work_unit(self, node: WorkerController) -> None:
        if int(node.gateway.id.removeprefix("gw")) % 2:
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    return ByFile(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put files with browsers first and those with servers last."""
    if hasattr(config, "workerinput"):
        browsers, servers = _files(items, _BROWSERS), _files(items, _SERVERS)
        items.sort(
            key=lambda item: -1 if item.path in browsers else 1 if item.path in servers else 0
        )


def _files(items: Iterable[pytest.Item], marks: tuple[str, ...]) -> set[object]:
    return {item.path for item in items if any(map(item.get_closest_marker, marks))}
