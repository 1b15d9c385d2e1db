"""Runs the sandbox on loopback, over HTTP, HTTPS and DNS, in threads of this process."""

from __future__ import annotations

import asyncio
import contextlib
import shlex
import socket
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import uvicorn

from lfassess.errors import ServiceUnreachableError
from lfassess.sandbox.app import create_app
from lfassess.sandbox.dns_server import DnsServer, reached
from lfassess.sandbox.profiles import Profile, profile_named
from lfassess.sandbox.request_log import RequestLog
from lfassess.sandbox.sites import DOMAIN, all_sites
from lfassess.sandbox.tls import load_authority, server_context

_LOOPBACK: Final = "127.0.0.1"
_ANY: Final = frozenset({"0.0.0.0", ""})  # noqa: S104 - recognised, not bound to by default
_BACKLOG: Final = 2048
_LONGEST_KEEP_ALIVE_S: Final = 75
_START_S: Final = 20.0
_STOP_S: Final = 10.0


class _Server(uvicorn.Server):
    """Tells when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


class SandboxServer:
    """The sandbox as a context manager; it listens once entered (or after ``start()``).

    Ports of 0 take any free one. Without a directory, certificates live in a temporary one. It
    answers on loopback unless another host is named: nothing here is secret, or safe to publish.
    """

    def __init__(
        self,
        *,
        profile: str | Profile = "fast",
        seed: int = 1,
        directory: Path | None = None,
        host: str = _LOOPBACK,
        port: int = 0,
        tls_port: int = 0,
        dns_port: int = 0,
    ) -> None:
        if isinstance(profile, str):
            profile = profile_named(profile)
        self._app = create_app(profile, seed=seed, any_name=host != _LOOPBACK)
        self.host = host
        self.log: RequestLog = self._app.state.log
        self._requested_directory = directory
        self._requested_ports = (port, tls_port)
        self._requested_dns_port = dns_port
        self._cleanup = contextlib.ExitStack()
        self._servers: list[_Server] = []
        self.sites: list[dict[str, str]] = [s.describe() for s in all_sites().values()]

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"http://{self._reached}:{self.port}"

    @property
    def _reached(self) -> str:
        """The address callers use; that of every interface is none."""
        return _LOOPBACK if self.host in _ANY else self.host

    @property
    def env(self) -> dict[str, str]:
        """What lfassess must find in its environment to use this sandbox."""
        return {
            "LFASSESS_SANDBOX_URL": self.url,
            "LFASSESS_CONNECT_TO": f"*{DOMAIN}:80:{self._reached}:{self.port},"
            f"*{DOMAIN}:443:{self._reached}:{self.tls_port}",
            "LFASSESS_CA_BUNDLE": str(self.ca_bundle),
            "LFASSESS_DNS_SERVER": reached(self._reached, self.dns_port),
        }

    def describe(self) -> dict[str, Any]:
        return {
            "url": self.url,
            "ca_bundle": str(self.ca_bundle),
            "connect_to": self.env["LFASSESS_CONNECT_TO"],
            "sites": self.sites,
            "env": self.env,
        }

    def start(self) -> None:
        """Listen; returns when all ports answer.

        Raises:
            ServiceUnreachableError: a port is taken, or the server doesn't come up.
        """
        with contextlib.ExitStack() as undo:
            undo.callback(self.stop)
            sockets = [
                self._cleanup.enter_context(_listen(self.host, p)) for p in self._requested_ports
            ]
            self.port, self.tls_port = (s.getsockname()[1] for s in sockets)
            names = DnsServer(self.host, self._requested_dns_port)
            self._cleanup.callback(names.stop)
            self.dns_port = names.port
            self._prepare_directory()
            self._servers = [self._server(), self._server(tls=True)]
            self._run_in_thread(sockets)
            undo.pop_all()

    def stop(self) -> None:
        """Stop listening and tidy up; harmless when nothing runs."""
        for server in self._servers:
            server.should_exit = True
        if self._servers:
            self._thread.join(_STOP_S)
        self._servers = []
        self._cleanup.close()

    def _prepare_directory(self) -> None:
        if self._requested_directory is None:
            folder = tempfile.TemporaryDirectory(prefix="lfassess-sandbox-")
            self.directory = Path(self._cleanup.enter_context(folder))
        else:
            self.directory = self._requested_directory.absolute()
            self.directory.mkdir(parents=True, exist_ok=True)
        self.ca_bundle = self.directory / "ca.pem"
        self._context = server_context(load_authority(self.directory), all_sites(), self.directory)
        lines = [f"export {k}={shlex.quote(v)}\n" for k, v in self.env.items()]
        (self.directory / "sandbox.env").write_text("".join(lines))

    def _server(self, *, tls: bool = False) -> _Server:
        config = uvicorn.Config(
            self._app,
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="critical",
            access_log=False,
            server_header=False,  # each demo site names its own
            proxy_headers=False,
            backlog=_BACKLOG,
            timeout_keep_alive=_LONGEST_KEEP_ALIVE_S,
            timeout_graceful_shutdown=1,
            ssl_context_factory=(lambda *_: self._context) if tls else None,
        )
        return _Server(config)

    def _run_in_thread(self, sockets: list[socket.socket]) -> None:
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(sockets)), name="sandbox", daemon=True
        )
        self._thread.start()
        if not all(server.listening.wait(_START_S) for server in self._servers):
            raise ServiceUnreachableError("The sandbox did not start")

    async def _serve(self, sockets: list[socket.socket]) -> None:
        pairs = zip(self._servers, sockets, strict=True)
        await asyncio.gather(*(server.serve([sock]) for server, sock in pairs))


def _listen(host: str, port: int) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(_BACKLOG)
    except OSError as e:
        sock.close()
        raise ServiceUnreachableError(
            f"Port {port} on {host} can't be used: {e.strerror}",
            hint="Choose another with --port and --tls-port; 0 takes any free one.",
        ) from e
    return sock
