"""`lfassess api`: the API and the pages, in the foreground."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lfassess.cli.common import connect, err_console, print_json, settings
from lfassess.errors import ConfigurationError, ServiceUnreachableError

if TYPE_CHECKING:
    import uvicorn

    from lfassess.assessment.runtime import Runtime
    from lfassess.settings import Settings


def api(
    *,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[
        int | None, typer.Option(help="0 takes any free one.", min=0, max=65_535)
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="One JSON object on stdout once it listens.")
    ] = False,
) -> None:
    """Serve the API and the pages; without LFASSESS_API_KEY on this machine only."""
    configured = settings()
    host = host or configured.api_host
    family = check_host(host, configured)
    sock = _listen(host, configured.api_port if port is None else port, family)
    with sock:
        runtime = connect(workers=True)
        url = _url_of(sock)
        server = _server(runtime)
        if json:
            print_json({"url": url, "docs": f"{url}/docs", "openapi": f"{url}/openapi.json"})
        else:
            err_console().print(f"Listening on [bold]{url}[/bold] (Ctrl-C ends it).")
        server.run(sockets=[sock])


def check_host(host: str, configured: Settings) -> socket.AddressFamily:
    """Return the host's address family.

    Raises:
        ConfigurationError: it can't be resolved, or others could reach it and there is no key or
            one that can be guessed.
    """
    found = _resolved(host)
    if not _is_loopback(found):
        _check_key(configured, f"listen on {host}, which others can reach", "listen on 127.0.0.1")
    elif configured.trusted_proxies:
        _check_key(
            configured,
            "listen behind a proxy, by which others reach it",
            "unset LFASSESS_TRUSTED_PROXIES",
        )
    family: socket.AddressFamily = found[0][0]
    return family


def is_loopback(host: str) -> bool:
    """Return whether this machine alone can reach the address; raises ConfigurationError."""
    return _is_loopback(_resolved(host))


_Resolved = list[tuple[Any, ...]]


def _resolved(host: str) -> _Resolved:
    try:
        return list(socket.getaddrinfo(host, None, type=socket.SOCK_STREAM))
    except OSError as e:
        raise ConfigurationError(f"{host!r} is not an address to listen on.") from e


def _is_loopback(found: _Resolved) -> bool:
    import ipaddress

    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    return all(address.is_loopback for address in addresses)


_SHORTEST_KEY = 20
_MAKE_A_KEY = "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"


def _check_key(configured: Settings, does: str, otherwise: str) -> None:
    if configured.api_key is None:
        raise ConfigurationError(
            f"Without an API key lfassess does not {does}.",
            hint=f"Set LFASSESS_API_KEY, or {otherwise}. A good key: {_MAKE_A_KEY}",
        )
    length = len(configured.api_key.get_secret_value())
    if length < _SHORTEST_KEY:
        raise ConfigurationError(
            f"LFASSESS_API_KEY has {length} characters and can be guessed: with fewer than "
            f"{_SHORTEST_KEY} lfassess does not {does}.",
            hint=f"A good key: {_MAKE_A_KEY}",
        )


def _listen(host: str, port: int, family: socket.AddressFamily) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(2048)
    except OSError as e:
        sock.close()
        raise ServiceUnreachableError(
            f"Port {port} on {host} can't be used: {e.strerror}.",
            hint="Choose another with --port; 0 takes any free one.",
        ) from e
    return sock


def _url_of(sock: socket.socket) -> str:
    host, port = sock.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _server(runtime: Runtime) -> uvicorn.Server:
    import logging

    import uvicorn

    from lfassess.api.app import create_app
    from lfassess.api.protocol import TimedProtocol
    from lfassess.log import configure_logging

    configure_logging(settings().log_level, settings().log_format)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # readiness asks it all the time
    config = uvicorn.Config(
        create_app(runtime),
        http=TimedProtocol,
        log_config=None,
        ws="none",
        server_header=False,
        proxy_headers=False,  # the application believes configured proxies, and no others
        timeout_keep_alive=15,
        timeout_graceful_shutdown=5,  # event streams would hold it for an hour
        h11_max_incomplete_event_size=64 * 1024,
    )
    return uvicorn.Server(config)
