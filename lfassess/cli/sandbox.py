"""`lfassess sandbox`: the emulated providers and demo sites."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    import threading

    from lfassess.sandbox.server import SandboxServer

Profile = Literal["fast", "realistic", "chaos"]

_DEFAULT_PORT = 8470

app = typer.Typer(
    no_args_is_help=True, help="Emulated providers and demo sites, to try lfassess without keys."
)


@app.callback()
def _group() -> None:
    """Emulated providers and demo sites, to try lfassess without keys."""


@app.command("serve")
def serve(
    *,
    profile: Annotated[
        Profile,
        typer.Option(
            help="fast: answers at once; realistic: as slow as the real providers; "
            "chaos: refusals, outages and cut answers."
        ),
    ] = "fast",
    fault_rate: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=1,
            help="Share of calls to spoil, evenly by every kind of fault.",
            show_default="the profile's",
        ),
    ] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND=SHARE",
            help="Share of one kind: 429, 500, 503, cut, timeout, malformed, drip. Repeatable.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed gives the same data and faults.")] = 1,
    host: Annotated[
        str, typer.Option(help="Where to listen; it has no secrets and no defences.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="For HTTP; 0 = any free one.")] = _DEFAULT_PORT,
    tls_port: Annotated[
        int | None,
        typer.Option(help="For HTTPS; 0 = any free one.", show_default="the port after --port"),
    ] = None,
    dns_port: Annotated[
        int | None,
        typer.Option(help="For DNS (UDP); 0 = any free one.", show_default="two after --port"),
    ] = None,
    directory: Annotated[
        Path | None,
        typer.Option(
            "--dir", help="For ca.pem and sandbox.env.", show_default="below the data folder"
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Serve the emulated providers and the demo sites, until interrupted."""
    from lfassess.cli.common import settings
    from lfassess.sandbox.profiles import profile_named, with_faults
    from lfassess.sandbox.server import SandboxServer

    server = SandboxServer(
        profile=with_faults(profile_named(profile), fault_rate, fault or ()),
        seed=seed,
        directory=directory or settings().data_dir / "sandbox",
        host=host,
        port=port,
        tls_port=(port and port + 1) if tls_port is None else tls_port,
        dns_port=(port and port + 2) if dns_port is None else dns_port,
    )
    stopped = _stop_event()
    with server:
        _announce(server, as_json=json)
        stopped.wait()
    typer.echo("Sandbox stopped.", err=True)


def _stop_event() -> threading.Event:
    """Return an event that SIGINT and SIGTERM set."""
    import signal
    import threading

    event = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: event.set())
    return event


def _announce(server: SandboxServer, *, as_json: bool) -> None:
    from lfassess.cli.common import print_json

    if as_json:
        print_json(server.describe())
        typer.echo(nl=False)  # flushes: whoever started us waits for this line
    typer.echo(f"Sandbox ready at {server.url}; its paid-provider data is invented.", err=True)
    for site in server.sites:
        typer.echo(f"  {site['url']:<44} {site['quality']:<10} {site['title']}", err=True)
    typer.echo(f"To use it: . {server.directory / 'sandbox.env'}", err=True)
