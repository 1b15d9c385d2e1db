"""`lfassess backup` and `lfassess restore`: a store in one file, and back."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from lfassess.cli.common import err_console, open_runtime, print_json, settings
from lfassess.errors import ConfigurationError, UsageError
from lfassess.quantities import data_size, plural

_STREAM = "-"


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; - is stdout.")],
    *,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Write the store to one file: leads, results, screenshots and reports, settings without keys.

    Work may go on meanwhile.
    """
    _check_target(file, force=force, as_json=json)
    from lfassess import stack
    from lfassess.backup import archive
    from lfassess.backup.make import make

    stack.ensure_up(settings(), workers=False, schema=False, on_progress=_print_progress)
    database = open_runtime().database
    with _file_errors(file):
        if str(file) == _STREAM:
            made = make(settings(), database, sys.stdout.buffer, _print_progress)
            sys.stdout.buffer.flush()
        else:
            with archive.written_whole(file) as out:
                made = make(settings(), database, out, _print_progress)
    if json:
        print_json({"file": str(file.absolute()), **asdict(made)})
        return
    console = err_console()
    console.print(
        f"{plural(made.leads, 'lead')}, {plural(made.assessments, 'assessment')} and "
        f"{plural(made.files, 'file')} ({data_size(made.bytes)}) are in "
        f"{'stdout' if str(file) == _STREAM else file}."
    )
    if made.in_s3:
        console.print(f"{plural(made.in_s3, 'file')} in S3 stay there: back up the bucket, too.")
    if made.missing:
        console.print(f"[yellow]Not there any more: {plural(made.missing, 'file')}.[/yellow]")


def restore(
    file: Annotated[Path, typer.Argument(help="A backup; - is stdin.")],
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Replace a store that holds something, unasked.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Put a backup in the place of the store, whole or not at all."""
    if str(file) != _STREAM and not file.is_file():
        raise UsageError(f"There is no backup {file}.")
    from lfassess import stack
    from lfassess.backup import restore as restoring

    with _file_errors(file), _opened(file) as source:
        _print_progress("Reading the backup")
        with restoring.unpacked(settings(), source, _name(file)) as (folder, manifest):
            stack.ensure_up(settings(), workers=False, schema=False, on_progress=_print_progress)
            runtime = open_runtime()
            _confirm(restoring.look(runtime.database), file, force=force)
            done = restoring.restore(runtime, folder, manifest, _print_progress)
    if json:
        print_json({"schema": done.schema.at, "files": done.files, "backup": manifest})
        return
    _say_restored(file, manifest, done)


def _say_restored(file: Path, manifest: dict[str, Any], done: Any) -> None:
    console = err_console()
    console.print(
        f"Restored {_name(file)} of {manifest['created_at']}: {plural(manifest['leads'], 'lead')}, "
        f"{plural(manifest['assessments'], 'assessment')}, {plural(done.files, 'file')}."
    )
    if done.settings_file is not None:
        console.print(f"Its settings, without keys, are in {done.settings_file}; none was changed.")


def _check_target(file: Path, *, force: bool, as_json: bool) -> None:
    if str(file) == _STREAM:
        if as_json:
            raise UsageError("stdout can't be both backup and JSON: name a file, or omit --json.")
        if sys.stdout.isatty():
            raise UsageError("A backup can't be shown on a terminal: name a file, or pipe it on.")
    elif file.is_dir():
        raise UsageError(f"{file} is a folder; name a file.")
    elif not file.absolute().parent.is_dir():
        raise UsageError(f"There is no folder {file.absolute().parent}.")
    elif file.exists() and not force:
        raise UsageError(f"{file} exists.", hint="--force replaces it once the new one is whole.")


def _confirm(held: Any, file: Path, *, force: bool) -> None:
    if force or not (held.leads or held.assessments):
        return
    what = f"{plural(held.leads, 'lead')} and {plural(held.assessments, 'assessment')}"
    if str(file) == _STREAM or not sys.stdin.isatty():
        raise UsageError(
            f"The store holds {what}; a restore replaces them. Nothing was changed.",
            hint="Make a backup of it, then add --force.",
        )
    if not typer.confirm(f"Replace {what} by {file}?", err=True):
        raise UsageError("Nothing was changed.")


@contextmanager
def _opened(file: Path) -> Iterator[IO[bytes]]:
    if str(file) == _STREAM:
        yield sys.stdin.buffer
    else:
        with file.open("rb") as source:
            yield source


@contextmanager
def _file_errors(file: Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as e:
        where = e.filename or _name(file)
        raise ConfigurationError(
            f"{os.fsdecode(where)} can't be read or written: {e.strerror or e}.",
            hint="Nothing was changed. Is there room, and may you write there?",
        ) from e


def _name(file: Path) -> str:
    return "stdin" if str(file) == _STREAM else str(file)


def _print_progress(message: str) -> None:
    err_console().print(f"[dim]{message}[/dim]")
