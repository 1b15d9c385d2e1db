"""`lfassess leads suppress`: who may not be called or written to."""

from __future__ import annotations

import csv
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lfassess.cli.common import (
    EXIT_SOME_FAILED,
    connect,
    err_console,
    out_console,
    print_json_lines,
    settings,
)
from lfassess.cli.csv_output import opened
from lfassess.errors import UsageError
from lfassess.quantities import plural

if TYPE_CHECKING:
    from lfassess.assessment.intake.suppression import BadEntry, Entry
    from lfassess.db.queries.suppressions import Suppressed


def suppress(
    values: Annotated[
        list[str] | None, typer.Argument(help="Domains, phone numbers, e-mail addresses.")
    ] = None,
    *,
    remove: Annotated[bool, typer.Option("--remove", help="Take them off the list.")] = False,
    note: Annotated[str | None, typer.Option("--note", help="Why, and since when.")] = None,
    source: Annotated[
        Path | None, typer.Option("--import", help="A CSV of them; - is stdin.")
    ] = None,
    target: Annotated[
        Path | None, typer.Option("--export", help="The list as CSV; - is stdout.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="The list as JSON Lines.")] = False,
) -> None:
    """Keep the do-not-contact list; without arguments, show it.

    Who is on it is refused by imports, and left out of rankings, exports and teasers. A domain
    counts for its subdomains.
    """
    given = list(values or [])
    if target is not None and (given or source is not None or remove):
        raise UsageError("--export stands alone.")
    entries, bad = _entries(given, source)
    if given or source is not None:
        _change(entries, bad, remove=remove, note=note)
        return
    found = _list()
    if target is not None:
        _export(target, found)
    elif json:
        from dataclasses import asdict

        print_json_lines(map(asdict, found))
    else:
        _show(found)


def _entries(given: list[str], source: Path | None) -> tuple[list[Entry], list[BadEntry]]:
    """Return the entries; raises UsageError for a wrong argument, not for a wrong row."""
    if not given and source is None:
        return [], []
    from lfassess.assessment.intake.normalise import InvalidValueError
    from lfassess.assessment.intake.suppression import entry_of, read_entries, sorted_out

    country = settings().default_country
    entries: list[Entry] = []
    for value in given:
        try:
            entries.append(entry_of(value, country=country))
        except InvalidValueError as e:
            raise UsageError(f"{value!r} can't be put on the list: {e}.") from e
    bad: list[BadEntry] = []
    if source is not None:
        try:
            given_list = (
                nullcontext(sys.stdin)
                if str(source) == "-"
                else source.open(newline="", encoding="utf-8-sig")
            )
            with given_list as file:
                listed, bad = sorted_out(read_entries(file, country=country))
                entries += listed
        except OSError as e:
            raise UsageError(f"Can't read {source}: {e.strerror}.") from e
        except (UnicodeDecodeError, csv.Error) as e:
            raise UsageError(
                f"{source} is not CSV in UTF-8 ({e}).", hint="Save it as CSV UTF-8 first."
            ) from e
    return entries, bad


def _change(entries: list[Entry], bad: list[BadEntry], *, remove: bool, note: str | None) -> None:
    database = connect().database
    from lfassess.db.commands import suppressions

    with database.session() as session:
        if remove:
            changed = suppressions.remove(session, entries)
        else:
            changed = suppressions.add(session, entries, note=note)
    console, others = out_console(), len(set(entries)) - changed
    if remove:
        rest = f", {others:,} not on it" if others else ""
        console.print(f"{plural(changed, 'entry', 'entries')} taken off the list{rest}.")
    else:
        rest = f", {others:,} on it already" if others else ""
        console.print(f"{plural(changed, 'entry', 'entries')} put on the list{rest}.")
    for row in bad[:50]:
        console.print(f"line {row.line}: {row.reason}", soft_wrap=True)
    if bad:
        raise typer.Exit(EXIT_SOME_FAILED)


def _list() -> list[Suppressed]:
    database = connect().database
    from lfassess.db.queries.suppressions import suppressions

    with database.session() as session:
        return suppressions(session)


def _export(target: Path, found: list[Suppressed]) -> None:
    from lfassess.assessment.intake.suppression import write_entries

    with opened(target) as file:
        write_entries(file, found)
    if str(target) != "-":
        err_console().print(f"{plural(len(found), 'entry', 'entries')} written to {target}.")


def _show(found: list[Suppressed]) -> None:
    from lfassess.cli.columns import Column, Columns

    if not found:
        out_console().print(
            "Nobody is on the do-not-contact list. Put a domain, phone or e-mail on it with:\n"
            "lfassess leads suppress shop.example"
        )
        return
    table = Columns([Column("Kind"), Column("Value", cut=True), Column("Since")])
    for one in found:
        table.add(one.kind, one.value, f"{one.created_at:%Y-%m-%d}", notes=[one.note or ""])
    out_console().print(table)
