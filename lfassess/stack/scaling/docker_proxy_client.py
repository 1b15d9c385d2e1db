"""Asks the gate to Docker, over its unix socket, for the workers of a Compose project."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import httpx2

from lfassess.errors import ServiceUnreachableError

_WAIT_S: Final = 10.0


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


class DockerProxyClient:
    """The three requests that the gate takes.

    All raise ServiceUnreachableError: nobody listens at the socket, or the answer is a refusal.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def containers(self) -> list[Container]:
        return [Container(**c) for c in self._ask("GET", "/workers")]

    def start(self, container: Container) -> None:
        self._ask("POST", f"/workers/{container.id}/start")

    def end(self, container: Container) -> None:
        self._ask("POST", f"/workers/{container.id}/end")

    def _ask(self, method: str, target: str) -> Any:
        if not self._path.is_socket():
            raise unreachable(self._path, "there is no socket")
        transport = httpx2.HTTPTransport(uds=str(self._path))
        try:
            with httpx2.Client(
                transport=transport, base_url="http://gate", timeout=_WAIT_S
            ) as client:
                answer = client.request(method, target)
        except httpx2.TransportError as e:
            raise unreachable(self._path, e) from e
        if answer.is_error:
            said = answer.text.strip()[:200]
            raise ServiceUnreachableError(f"{self._path.name} answers {answer.status_code}: {said}")
        return answer.json()


def unreachable(socket: Path, reason: object) -> ServiceUnreachableError:
    """Return the error of a socket at which nobody answers."""
    return ServiceUnreachableError(
        f"Nobody answers at {socket}: {reason}",
        hint="Is the container that owns the socket up, and may this user open it?",
    )
