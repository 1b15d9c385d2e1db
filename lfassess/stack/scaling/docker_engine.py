"""What is asked of Docker: the worker containers of one Compose project, started and ended warm."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode

from lfassess.errors import UsageError
from lfassess.stack import unix_http

# Compose's services by our kinds of workers; nothing else can be started or ended.
SERVICES: Final[Mapping[str, str]] = {"worker": "io", "browser": "browser"}

_PROJECT: Final = "com.docker.compose.project"
_SERVICE: Final = "com.docker.compose.service"


@dataclass(frozen=True, slots=True)
class Container:
    """One worker's container, whether it runs, and whether it was ordered to end."""

    id: str
    kind: str
    running: bool
    ending: bool = False

    @property
    def host(self) -> str:
        """Its host name, as its attempts name it: Docker's short id."""
        return self.id[:12]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class Engine:
    """Docker, seen from inside one container of the project."""

    def __init__(self, docker_socket: Path, own_id: str) -> None:
        """Look up which project the container ``own_id`` belongs to; raises UsageError."""
        self._socket = docker_socket
        self._terminated: set[tuple[str, str]] = set()  # id, and what it was started at
        self._lock = threading.Lock()
        labels = self._inspect(own_id)["Config"]["Labels"]
        if _PROJECT not in labels:
            raise UsageError(f"The container {own_id} belongs to no Compose project.")
        self._project = labels[_PROJECT]

    def containers(self) -> list[Container]:
        """Return the project's workers, those that run first, then by age."""
        filters = json.dumps({"label": [f"{_PROJECT}={self._project}"]})
        query = urlencode({"all": "true", "filters": filters})
        listed = self._ask("GET", f"/containers/json?{query}")
        ours = [c for c in listed if c["Labels"].get(_SERVICE) in SERVICES]
        ours.sort(key=lambda c: (c["State"] != "running", c["Created"]))
        return [self._container(c) for c in ours if not _is_one_off(c)]

    def start(self, container_id: str) -> None:
        self._known(container_id)
        self._ask("POST", f"/containers/{quote(container_id)}/start")

    def end(self, container_id: str) -> None:
        """Send SIGTERM, once: the worker finishes what it has begun. No other signal is ever sent.

        Docker's own stop would kill it after a while; and a second SIGTERM could cut it short.
        """
        self._known(container_id)
        key = (container_id, self._started(container_id))
        with self._lock:
            if key in self._terminated:
                return
            self._terminated.add(key)
        self._ask("POST", f"/containers/{quote(container_id)}/kill?signal=SIGTERM")

    def _container(self, listed: dict[str, Any]) -> Container:
        running = listed["State"] == "running"
        ending = running and (listed["Id"], self._started(listed["Id"])) in self._terminated
        return Container(listed["Id"], SERVICES[listed["Labels"][_SERVICE]], running, ending)

    def _known(self, container_id: str) -> None:
        if container_id not in {c.id for c in self.containers()}:
            raise UsageError(f"{container_id} is no worker of this project.")

    def _started(self, container_id: str) -> str:
        return str(self._inspect(container_id)["State"]["StartedAt"])

    def _inspect(self, container_id: str) -> dict[str, Any]:
        return dict(self._ask("GET", f"/containers/{quote(container_id)}/json"))

    def _ask(self, method: str, target: str) -> Any:
        return unix_http.ask(self._socket, method, target)


def _is_one_off(listed: dict[str, Any]) -> bool:
    """Return whether `docker compose run` made it: that is somebody's at a terminal."""
    return str(listed["Labels"].get("com.docker.compose.oneoff")) == "True"
