"""`lfassess up, ps, down, logs, worker, scale, flower`: what runs on this machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Annotated

import typer

from lfassess.cli import completion
from lfassess.cli.common import (
    connect,
    err_console,
    open_runtime,
    out_console,
    print_json,
    print_json_lines,
    settings,
)
from lfassess.errors import ConfigurationError, UsageError
from lfassess.plain_text import did_you_mean, plain
from lfassess.runtime_hints import require_extra


def up(
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Start the servers and workers that are not configured elsewhere; they stay."""
    connect(workers=True)
    ps(json=json)


def ps(
    json: Annotated[bool, typer.Option("--json", help="JSON Lines on stdout.")] = False,
) -> None:
    """Show what runs on this machine."""
    from dataclasses import asdict

    from lfassess import stack

    parts = stack.ps(settings())
    if json:
        print_json_lines(asdict(p) for p in parts)
        return
    from rich.text import Text

    from lfassess.cli.columns import Column, Columns
    from lfassess.cli.theme import STATUS_STYLE

    table = Columns(
        [
            Column("Part"),
            Column("State"),
            Column("PID", right=True),
            Column("Memory", right=True),
            Column("Since", rank=1),
        ]
    )
    for p in parts:
        style = STATUS_STYLE["completed" if p.state == "running" else "pending"]
        table.add(
            p.name,
            Text(p.state, style=style),
            str(p.pid or ""),
            f"{p.rss_mb:.0f} MB" if p.rss_mb else "",
            f"{p.since:%Y-%m-%d %H:%M:%S}" if p.since else "",
            notes=(
                p.detail or "",
                *(["of other code: `lfassess up` replaces it"] if p.other_code else []),
            ),
        )
    out_console().print(table)


def down(
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Stop what was started here; what runs is finished or handed back, nothing is lost."""
    from lfassess import stack

    stopped = stack.down(settings())
    if json:
        print_json({"stopped": stopped})
    else:
        out_console().print(
            f"Stopped: {', '.join(stopped)}." if stopped else "Nothing was running."
        )


def logs(
    part: Annotated[
        str | None, typer.Argument(help="Only this part.", autocompletion=completion.part)
    ] = None,
    *,
    lines: Annotated[int, typer.Option("-n", help="The last so many lines of each.")] = 20,
) -> None:
    """Show the last lines of the logs, and where they are."""
    from collections import deque

    from lfassess import stack

    files = stack.log_files(settings())
    if part is not None and part not in files:
        raise UsageError(
            f"There is no log of {part}.{did_you_mean(part, files)}",
            hint=f"There are: {', '.join(files)}.",
        )
    for name, path in files.items():
        if (part is None or name == part) and path.exists():
            out_console().print(f"[bold]{name}[/bold] [dim]{path}[/dim]", soft_wrap=True)
            with path.open(errors="replace") as f:
                sys.stdout.writelines(map(plain, deque(f, maxlen=lines)))


def worker(
    queues: Annotated[
        str | None, typer.Option("-Q", "--queues", help="Only these queues, by commas.")
    ] = None,
    *,
    concurrency: Annotated[int | None, typer.Option("-c", help="Slots.", min=1)] = None,
) -> None:
    """Run a worker in the foreground; it serves all queues by default."""
    connect(workers=False)
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "assessment_orchestrator",
        "worker",
        f"--loglevel={settings().log_level.lower()}",
        "--without-gossip",
        "--without-mingle",
    ]
    if queues:
        command += ["-Q", queues]
    if concurrency:
        command += ["-c", str(concurrency)]
    os.execv(sys.executable, command)  # noqa: S606 - the worker takes this process's place


def flower(
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65_535)] = 5555,
    *,
    address: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
) -> None:
    """Run Flower in the foreground; without FLOWER_BASIC_AUTH on this machine only."""
    from lfassess.cli.api import is_loopback
    from lfassess.paths import Layout

    require_extra("flower", "flower", "`lfassess flower`")
    given = "FLOWER_BASIC_AUTH" in os.environ or "FLOWER_AUTH" in os.environ
    if not given and not is_loopback(address):
        raise ConfigurationError(
            f"Without a password Flower does not listen on {address}, which others can reach.",
            hint="Set FLOWER_BASIC_AUTH=user:password, or listen on 127.0.0.1.",
        )
    runtime = connect(workers=False) if settings().embedded_redis else open_runtime()
    from lfassess.stack.flower import own_credentials, serve

    if not given:
        netrc = Layout(settings().data_dir).flower_netrc
        os.environ["FLOWER_BASIC_AUTH"] = own_credentials(netrc)
        url = f"http://{address}:{port}"
        err_console().print(f"Flower: {url} (user and password are in {netrc})")
        err_console().print(f"  curl --netrc-file {netrc} {url}/api/workers")
    serve(runtime, address, port)


COMMANDS: dict[str, Callable[..., None]] = {
    "up": up,
    "ps": ps,
    "down": down,
    "logs": logs,
    "worker": worker,
    "flower": flower,
}
