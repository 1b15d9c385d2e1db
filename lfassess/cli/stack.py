"""`lfassess up, ps, down, logs, worker, scale, flower`: what runs on this machine."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Annotated

import typer

from lfassess.cli.common import connect, out_console, print_json, print_json_lines, settings
from lfassess.errors import UsageError
from lfassess.plain_text import plain


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
    part: Annotated[str | None, typer.Argument(help="Only this part.")] = None,
    *,
    lines: Annotated[int, typer.Option("-n", help="The last so many lines of each.")] = 20,
) -> None:
    """Show the last lines of the logs, and where they are."""
    from collections import deque

    from lfassess import stack

    files = stack.log_files(settings())
    if part is not None and part not in files:
        raise UsageError(f"There is no log of {part}.", hint=f"There are: {', '.join(files)}.")
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
    """Run a worker in the foreground; it serves all queues unless told otherwise."""
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
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 5555,
) -> None:
    """Run Flower in the foreground, on this machine only."""
    connect(workers=False)
    os.environ.setdefault("FLOWER_PURGE_OFFLINE_WORKERS", "60")  # seconds dead ones are shown
    os.execv(  # noqa: S606 - Flower takes this process's place
        sys.executable,
        [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "assessment_orchestrator",
            "flower",
            "--address=127.0.0.1",
            f"--port={port}",
        ],
    )


COMMANDS: dict[str, Callable[..., None]] = {
    "up": up,
    "ps": ps,
    "down": down,
    "logs": logs,
    "worker": worker,
    "flower": flower,
}
