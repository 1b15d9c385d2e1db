"""Where workers can be added and taken away: the embedded stack, or a Compose project."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from lfassess.paths import Layout
from lfassess.settings import Settings
from lfassess.stack.lifecycle import scale
from lfassess.stack.scaling.docker_proxy_client import DockerProxyClient
from lfassess.stack.workers import default_counts, read_scale


class Pool(Protocol):
    """A set of workers by kind."""

    def workers(self) -> dict[str, int]:
        """Return how many work or start, by kind; those ordered to end don't count."""

    def most(self, kind: str) -> int | None:
        """Return how many there can be; None: as many as one likes."""

    def resize(self, kind: str, count: int, busy: Mapping[str, int]) -> None:
        """Start or end workers, warm.

        Args:
            kind: io or browser.
            count: how many there should be.
            busy: how many checks run on each host, to end idle ones first.
        """


class EmbeddedPool:
    """The workers of the embedded stack; its supervisor follows."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def workers(self) -> dict[str, int]:
        defaults = default_counts(lighthouse=self._settings.local_lighthouse)
        return {**defaults, **read_scale(Layout(self._settings.data_dir))}

    def most(self, kind: str) -> int | None:  # noqa: ARG002 - the protocol's signature
        return None

    def resize(self, kind: str, count: int, busy: Mapping[str, int]) -> None:  # noqa: ARG002 - warm
        scale(self._settings, {kind: count})


class ComposePool:
    """The worker containers that `docker compose up --scale` has made, by way of the gate.

    None is made or removed: those that are too many are ended, and started when needed.
    """

    def __init__(self, gate: Path) -> None:
        self._gate = DockerProxyClient(gate)

    def workers(self) -> dict[str, int]:
        counts = {"io": 0, "browser": 0}
        for container in self._gate.containers():
            counts[container.kind] += container.running and not container.ending
        return counts

    def most(self, kind: str) -> int | None:
        return sum(container.kind == kind for container in self._gate.containers())

    def resize(self, kind: str, count: int, busy: Mapping[str, int]) -> None:
        ours = [c for c in self._gate.containers() if c.kind == kind]
        working = [c for c in ours if c.running and not c.ending]
        idle_first = sorted(working, key=lambda c: busy.get(c.host, 0))
        for container in idle_first[: max(0, len(working) - count)]:
            self._gate.end(container)
        stopped = [c for c in ours if not c.running]
        for container in stopped[: max(0, count - len(working))]:
            self._gate.start(container)
