"""JSON over HTTP over a unix socket: how Docker and our gate to it are spoken to."""

from __future__ import annotations

import http.client
import json
import socket
from pathlib import Path
from typing import Any, Final

from lfassess.errors import ServiceUnreachableError

_WAIT_S: Final = 10.0
_FAULTY: Final = 400


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=_WAIT_S)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))


def ask(path: Path, method: str, target: str) -> Any:
    """Send one request without a body and return the JSON answer, None for an empty one.

    Args:
        path: the socket.
        method: GET or POST.
        target: path and query.

    Raises:
        ServiceUnreachableError: nobody listens, or the answer is a refusal.
    """
    connection = _Connection(path)
    try:
        connection.request(method, target)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status >= _FAULTY:
            said = body.decode(errors="replace").strip()[:200]
            raise ServiceUnreachableError(f"{path.name} answers {answer.status}: {said}")
        return json.loads(body) if body else None
    except (OSError, http.client.HTTPException, ValueError) as e:
        raise ServiceUnreachableError(
            f"Nobody answers at {path}: {e}",
            hint="Is the container that owns the socket up, and may this user open it?",
        ) from e
    finally:
        connection.close()
