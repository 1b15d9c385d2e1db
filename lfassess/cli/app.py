"""The `lfassess` command: puts the command groups together."""

from __future__ import annotations

import gc
import os
import signal
from pathlib import Path
from typing import Annotated

import typer

from lfassess import __version__
from lfassess.cli import (
    api,
    backup,
    batch,
    check,
    compare,
    db,
    doctor,
    drain,
    errors,
    init,
    leads,
    operations,
    report,
    rescore,
    review,
    run,
    sandbox,
    scale,
    setup,
    share,
    storage,
)
from lfassess.cli import stack as stack_commands
from lfassess.cli import status as status_command
from lfassess.cli.common import run_with_error_handling, set_output
from lfassess.cli.help import Root, help_

app = typer.Typer(
    name="lfassess",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    cls=Root,
    help="Turns business leads into technical audits of their web presence.",
    epilog="Exit codes: 0 done · 1 done, but some leads have no audit, rows were refused, or a "
    "score is below --min-score · 2 usage · 3 configuration · 4 a service is out of reach · "
    "5 stopped by budget or quota · "
    "6 failure share above --max-failure-rate · 70 a fault in lfassess itself · "
    "75 the same command is under way · "
    "130 interrupted (the work goes on).",
)


def _print_version(value: bool) -> None:
    if value:
        typer.echo(f"lfassess {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", "-V", callback=_print_version, is_eager=True, help="Show the version."
        ),
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="Print no progress and no messages.")
    ] = False,
    verbose: Annotated[
        int,
        typer.Option(
            "--verbose", "-v", count=True, show_default=False, help="Show log lines; -vv for all."
        ),
    ] = 0,
    no_color: Annotated[
        bool, typer.Option("--no-color", help="Use no colors, as with NO_COLOR=1.")
    ] = False,
    config: Annotated[
        Path | None,
        typer.Option("--config", metavar="FILE", help="Settings, in place of ./lfassess.toml."),
    ] = None,
) -> None:
    """Turns business leads into technical audits of their web presence."""
    if config is not None:  # for this process, and for the workers that it starts
        os.environ["LFASSESS_CONFIG"] = str(config.absolute())
    set_output(quiet=quiet, verbose=verbose, colour=not no_color)


_ASSESS, _INSPECT, _OPERATE = "Assess", "Inspect", "Operate"
app.command("run", rich_help_panel=_ASSESS)(run.run)
app.command("batch", rich_help_panel=_ASSESS)(batch.batch)
app.command("check", rich_help_panel=_ASSESS)(check.check)
app.command("status", rich_help_panel=_INSPECT)(status_command.status)
app.command("report", rich_help_panel=_INSPECT)(report.report)
app.command("compare", rich_help_panel=_INSPECT)(compare.compare)
app.command("review", rich_help_panel=_INSPECT)(review.review)
app.command("share", rich_help_panel=_INSPECT)(share.share)
app.command("rescore", rich_help_panel=_INSPECT)(rescore.rescore)
app.add_typer(errors.app, name="errors", rich_help_panel=_INSPECT)
app.add_typer(leads.app, name="leads", rich_help_panel=_INSPECT)
app.command("setup", rich_help_panel=_OPERATE)(setup.setup)
app.command("init", rich_help_panel=_OPERATE)(init.init)
app.command("help", rich_help_panel=_INSPECT)(help_)
app.command("doctor", rich_help_panel=_OPERATE)(doctor.doctor)
for name, function in stack_commands.COMMANDS.items():
    app.command(name, rich_help_panel=_OPERATE)(function)
app.command("api", rich_help_panel=_OPERATE)(api.api)
app.command("scale", rich_help_panel=_OPERATE)(scale.scale)
app.command("pause", rich_help_panel=_OPERATE)(operations.pause)
app.command("resume", rich_help_panel=_OPERATE)(operations.resume)
app.command("cancel", rich_help_panel=_OPERATE)(operations.cancel)
app.command("drain", rich_help_panel=_OPERATE)(drain.drain)
app.command("backup", rich_help_panel=_OPERATE)(backup.backup)
app.command("restore", rich_help_panel=_OPERATE)(backup.restore)
app.add_typer(db.app, name="db", rich_help_panel=_OPERATE)
app.add_typer(storage.app, name="storage", rich_help_panel=_OPERATE)
app.add_typer(sandbox.app, name="sandbox", rich_help_panel=_OPERATE)


def main() -> None:
    """Run the command line; the process ends with the command's exit code."""
    gc.freeze()  # what follows loads many modules: much to look through, and nothing to collect
    gc.set_threshold(50_000)
    code = run_with_error_handling(app)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is done and said: the code stands
    raise SystemExit(code)
