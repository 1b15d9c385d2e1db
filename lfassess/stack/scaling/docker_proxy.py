"""The only process that holds Docker's socket; whoever asks may list, start and end workers.

Docker's socket is as good as root on the machine. So the autoscaler, which knows the way to
Postgres, does not get it: this process does, has no network, and can do three things alone.

    GET  /workers            -> [{"id", "kind", "running", "ending"}]
    POST /workers/ID/start
    POST /workers/ID/end     SIGTERM, never anything harder
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import re
import signal
import socket
import socketserver
import threading
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any, Final

from lfassess.errors import LfassessError
from lfassess.log import configure_logging
from lfassess.stack.scaling.docker_engine import Engine

logger = logging.getLogger(__name__)

_ACTION: Final = re.compile(r"/workers/([0-9a-f]{12,64})/(start|end)")
_SILENCE_S: Final = 10


class DockerProxy(socketserver.ThreadingUnixStreamServer):
    """Serves one engine on a unix socket that only its own user can open."""

    daemon_threads = True

    def __init__(self, path: Path, engine: Engine) -> None:
        path.unlink(missing_ok=True)  # a predecessor's
        previous = os.umask(0o177)
        try:
            super().__init__(str(path), _Handler)
        finally:
            os.umask(previous)
        self.engine = engine


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _SILENCE_S

    def do_GET(self) -> None:
        if self.path != "/workers":
            self._answer(404, {"error": "only /workers is there"})
            return
        self._try(lambda engine: [c.as_dict() for c in engine.containers()])

    def do_POST(self) -> None:
        match = _ACTION.fullmatch(self.path)
        if match is None:
            self._answer(404, {"error": "only /workers/ID/start and /workers/ID/end are there"})
            return
        container_id, action = match.groups()
        logger.info("%s %s", action, container_id[:12])
        self._try(lambda engine: getattr(engine, action)(container_id))

    def _try(self, do: Any) -> None:
        assert isinstance(self.server, DockerProxy)
        try:
            result = do(self.server.engine)
        except LfassessError as e:
            logger.warning("refused or failed: %s", e.message)
            self._answer(409, {"error": e.message})
            return
        self._answer(200, result)

    def _answer(self, status: int, body: Any) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def address_string(self) -> str:
        return "autoscaler"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        logger.debug(format, *args)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--socket", type=Path, required=True, help="where to listen")
    parser.add_argument("--docker", type=Path, default=Path("/var/run/docker.sock"))
    given = parser.parse_args(arguments)
    configure_logging(os.environ.get("LFASSESS_LOG_LEVEL") or "INFO")
    try:
        engine = Engine(given.docker, socket.gethostname())  # Docker's short id
    except LfassessError as e:
        raise SystemExit(f"{e.message} {e.hint or ''}") from e
    with DockerProxy(given.socket, engine) as gate:
        stop = lambda *_: threading.Thread(target=gate.shutdown).start()  # noqa: E731 - one use
        signal.signal(signal.SIGTERM, stop)
        logger.info("listens at %s", given.socket)
        gate.serve_forever()


if __name__ == "__main__":
    main()
