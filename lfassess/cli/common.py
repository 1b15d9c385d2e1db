"""What every command shares: streams, errors and the way to the database."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from lfassess.errors import LfassessError
from lfassess.plain_text import escaped

if TYPE_CHECKING:
    from rich.console import Console

    from lfassess.assessment.runtime import Runtime
    from lfassess.db.database import Database
    from lfassess.db.revision import Schema
    from lfassess.settings import Settings

EXIT_SOME_FAILED = 1
EXIT_TOO_MANY_FAILED = 6
EXIT_INTERRUPTED = 130


_asked: set[str] = set()  # of the options that every command has: "quiet"


def err_console(*, needed: bool = False) -> Console:
    """Return the console for progress and messages: stderr; no colour where it is no terminal.

    Args:
        needed: it is an error, a warning, or why the exit code is not 0; --quiet keeps these.
    """
    from lfassess.cli.terminal import PlainConsole

    return PlainConsole(
        stderr=True,
        highlight=False,
        soft_wrap=not sys.stderr.isatty(),
        quiet=not needed and "quiet" in _asked,
    )


def set_output(*, quiet: bool, verbose: int, colour: bool) -> None:
    """Follow the options that every command has.

    Args:
        quiet: print no progress and no messages; results, warnings and errors as ever.
        verbose: 1 writes log lines to stderr, 2 those for finding faults, too.
        colour: whether colours may be used; False is as NO_COLOR in the environment.
    """
    _asked.clear()
    if quiet:
        _asked.add("quiet")
    if not colour:
        os.environ["NO_COLOR"] = "1"
    if verbose:
        from lfassess.log import configure_logging

        configure_logging("INFO" if verbose == 1 else "DEBUG", settings().log_format)


def out_console() -> Console:
    """Return the console for what a command was called for: stdout, 80 columns wide in a pipe."""
    from lfassess.cli.terminal import PlainConsole

    return PlainConsole(highlight=False)


def print_json(obj: Any) -> None:
    """Write one JSON object and a newline to stdout."""
    sys.stdout.write(as_json(obj) + "\n")


def as_json(obj: Any) -> str:
    """Return the object as one line of JSON; times as RFC 3339 has them, in UTC."""
    return escaped(json.dumps(obj, default=_plain, ensure_ascii=False))


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value)


def print_json_lines(objects: Iterable[Any]) -> None:
    """Write JSON Lines to stdout."""
    for obj in objects:
        print_json(obj)


def settings() -> Settings:
    """Return the settings; the first time, say which names nothing reads.

    Raises:
        ConfigurationError: a value or file can't be used.
    """
    from lfassess.settings import get_settings

    found = get_settings()
    _warn_of_unknown()
    return found


@cache
def _warn_of_unknown() -> None:
    from rich.text import Text

    from lfassess import settings_sources

    said = settings_sources.unknown()
    if sys.stderr.isatty() and (dotenv := settings_sources.unread_dotenv()):
        said.append(dotenv)
    for sentence in said:
        err_console(needed=True).print(Text.assemble(("Note: ", "yellow"), sentence))


def say_beginning(what: str) -> None:
    """Say on a terminal what is begun, before anything that takes seconds is loaded or started."""
    if sys.stderr.isatty():
        from rich.text import Text

        err_console().print(Text(f"Assessing {what}", style="dim"))


_started: list[str] = []  # what this command has started of the embedded stack, in words


def say_what_stays() -> None:
    """Say that what this command started stays, and how it ends; nothing if it started nothing."""
    if _started:
        hours = settings().idle_stop_h
        until = f" for {hours:g} h without use" if hours else ""
        err_console().print(
            f"[dim]Servers and workers stay up{until}; `lfassess down` stops them.[/dim]"
        )


def connect(*, workers: bool = False) -> Runtime:
    """Make sure the services this command needs are up; returns what it works with.

    Starts the embedded servers if none are configured; with ``workers`` also local workers.

    Raises:
        ConfigurationError: a setting can't be used.
        ServiceUnreachableError: a service can't be started or reached.
    """
    from lfassess import stack
    from lfassess.db.schema import bring_up_to_date

    console = err_console()

    def tell(message: str) -> None:
        console.print(f"[dim]{message}[/dim]")
        if message.startswith("Starting "):
            _started.append(message)

    stack.ensure_up(settings(), workers=workers, on_progress=tell)
    runtime = open_runtime()
    tell_if_newer(bring_up_to_date(runtime.database))
    return runtime


_at_end = ExitStack()  # what is closed when the command ends


def open_runtime() -> Runtime:
    """Return what the settings name; its connections are closed when the command ends."""
    from lfassess.assessment.runtime import Runtime

    return _at_end.enter_context(Runtime.of(settings()))


def tell_if_newer(schema: Schema) -> None:
    """Say so when a newer version has changed the schema, and this one works on it."""
    from rich.text import Text

    from lfassess.db.revision import HEAD

    if schema.is_newer:
        err_console(needed=True).print(
            Text(
                f"A newer lfassess made this database (schema {schema.at}; this one knows {HEAD}). "
                "This one works, without what is new.",
                style="yellow",
            )
        )


def warn_without_broker(runtime: Runtime, look: str) -> None:
    """Say so when Redis takes no messages: what was submitted is stored, and who works on it.

    Args:
        runtime: where the work is stored and sent.
        look: the command that shows what was stored.

    Raises:
        ServiceUnreachableError: Redis is out of reach, and no worker takes work from Postgres.
    """
    from rich.text import Text

    from lfassess import reconnect
    from lfassess.assessment.execution.enqueue import trouble
    from lfassess.db.database import count_connected_workers
    from lfassess.errors import ServiceUnreachableError
    from lfassess.log import redact

    said = trouble(runtime.broker, within_s=reconnect.WITHIN_S)
    if said is None:
        return
    configured = settings().broker_url
    where = redact(configured) if configured else "embedded"
    with runtime.database.session() as session:
        workers = count_connected_workers(session)
    if workers or configured is None:  # the embedded stack has workers; they may be starting
        err_console(needed=True).print(
            Text.assemble(
                (f"Redis {said} ({where}): ", "yellow"),
                "the workers take the work straight from Postgres.",
            )
        )
        return
    raise ServiceUnreachableError(
        f"Redis {said} ({where}), and no worker is connected to Postgres.",
        hint=f"What you submitted is stored and starts when Redis or a worker is back; "
        f"`lfassess drain` does it here and now. Follow it with: {look}",
    )


def warn_if_paused(database: Database) -> None:
    """Say so when no leads of batches are being started."""
    from rich.text import Text

    from lfassess.assessment.recovery import operations

    switch = operations.switch(database)
    if switch.paused:
        err_console(needed=True).print(
            Text.assemble(
                ("Paused: ", "bold yellow"),
                f"{switch.reason}. No leads are started until `lfassess resume`.",
            )
        )


@contextmanager
def detach_on_interrupt(look: str) -> Iterator[None]:
    """Turn Ctrl-C into a word on where the work goes on, and exit code 130.

    Args:
        look: the command that shows it.
    """
    import typer
    from rich.text import Text

    try:
        yield
    except KeyboardInterrupt:
        text = Text.assemble("\nThe work goes on in the workers. Follow it with: ", (look, "bold"))
        err_console(needed=True).print(text)
        raise typer.Exit(EXIT_INTERRUPTED) from None


def report_error(error: LfassessError, *, as_json: bool = False) -> None:
    """Say what went wrong and what to do about it."""
    if as_json:
        print_json({"error": {"code": error.code, "message": error.message, "hint": error.hint}})
    from rich.text import Text

    console = err_console(needed=True)
    console.print(Text.assemble(("Error: ", "bold red"), error.message))
    if error.hint:
        console.print(Text.assemble(("  → ", "dim"), error.hint))


def run_with_error_handling(command: Callable[[], Any]) -> int:
    """Run the app; turn expected errors into a message and their exit code."""
    try:
        command()
    except LfassessError as e:
        report_error(e, as_json="--json" in sys.argv)
        return e.exit_code
    except KeyboardInterrupt:
        err_console(needed=True).print("Interrupted.")
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left to flush
        return 0
    except Exception as e:  # noqa: BLE001 - a fault's exit code must not mean something else
        error = _disk_full(e) or _fault(e)
        report_error(error, as_json="--json" in sys.argv)
        return error.exit_code
    finally:
        _at_end.close()
    return 0


def _disk_full(error: Exception) -> LfassessError | None:
    if not isinstance(error, OSError) or error.errno not in {errno.ENOSPC, errno.EDQUOT}:
        return None
    from lfassess.errors import ServiceUnreachableError

    where = f": {os.fsdecode(error.filename)} can't be written" if error.filename else ""
    return ServiceUnreachableError(f"The disk is full{where}.", hint="Make room, try again.")


def _fault(error: Exception) -> LfassessError:
    from lfassess.cli.crash import internal_fault

    return internal_fault(error)
