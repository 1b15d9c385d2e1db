"""What is asked of Docker: the worker containers of one Compose project, started and ended warm."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import docker
import requests

from lfassess.errors import ServiceUnreachableError, UsageError
from lfassess.stack.scaling.docker_proxy_client import Container, unreachable

# Compose's services by our kinds of workers; nothing else can be started or ended.
SERVICES: Final[Mapping[str, str]] = {"worker": "io", "browser": "browser"}

_WAIT_S: Final = 10
_PROJECT: Final = "com.docker.compose.project"
_SERVICE: Final = "com.docker.compose.service"


class Engine:
    """Docker, seen from inside one container of the project."""

    def __init__(self, docker_socket: Path, own_id: str) -> None:
        """Look up which project the container ``own_id`` belongs to.

        Raises:
            UsageError: it belongs to none.
            ServiceUnreachableError: as all methods: Docker does not answer, or refuses.
        """
        self._socket = docker_socket
        if not docker_socket.is_socket():
            raise unreachable(docker_socket, "there is no socket")
        with self._asked():
            self._docker = docker.APIClient(f"unix://{docker_socket}", timeout=_WAIT_S)
        self._terminated: set[tuple[str, str]] = set()  # id, and what it was started at
        self._lock = threading.Lock()
        labels = self._inspect(own_id)["Config"]["Labels"]
        if _PROJECT not in labels:
            raise UsageError(f"The container {own_id} belongs to no Compose project.")
        self._project = labels[_PROJECT]

    def containers(self) -> list[Container]:
        """Return the project's workers, those that run first, then by age."""
        with self._asked():
            listed = self._docker.containers(
                all=True, filters={"label": f"{_PROJECT}={self._project}"}
            )
        ours = [c for c in listed if c["Labels"].get(_SERVICE) in SERVICES]
        ours.sort(key=lambda c: (c["State"] != "running", c["Created"]))
        return [self._container(c) for c in ours if not _is_one_off(c)]

    def start(self, container_id: str) -> None:
        self._known(container_id)
        with self._asked():
            self._docker.start(container_id)

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
        with self._asked():
            self._docker.kill(container_id, signal="SIGTERM")

    def _container(self, listed: dict[str, Any]) -> Container:
        running = listed["State"] == "running"
        ending = running and (listed["Id"], self._started(listed["Id"])) in self._terminated
        return Container(listed["Id"], SERVICES[listed["Labels"][_SERVICE]], running, ending)

    def _known(self, container_id: str) -> None:
        if container_id not in {c.id for c in self.containers()}:
            raise UsageError(f"{container_id} is not a worker of this project.")

    def _started(self, container_id: str) -> str:
        return str(self._inspect(container_id)["State"]["StartedAt"])

    def _inspect(self, container_id: str) -> dict[str, Any]:
        with self._asked():
            return dict(self._docker.inspect_container(container_id))

    @contextmanager
    def _asked(self) -> Iterator[None]:
        try:
            yield
        except docker.errors.APIError as e:
            said = e.explanation or e.response.reason
            raise ServiceUnreachableError(f"Docker answers {e.status_code}: {said}") from e
        except (docker.errors.DockerException, requests.RequestException) as e:
            raise unreachable(self._socket, e) from e


def _is_one_off(listed: dict[str, Any]) -> bool:
    """Return whether `docker compose run` made it: that is somebody's at a terminal."""
    return str(listed["Labels"].get("com.docker.compose.oneoff")) == "True"
