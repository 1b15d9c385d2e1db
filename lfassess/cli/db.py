"""`lfassess db`: the schema's version."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lfassess.cli.common import open_runtime, out_console, print_json, settings, tell_if_newer

if TYPE_CHECKING:
    from lfassess.db.database import Database

app = typer.Typer(no_args_is_help=True, help="The database's schema.")


def _database() -> Database:
    from lfassess import stack

    stack.ensure_up(settings(), workers=False)
    return open_runtime().database


@app.command("upgrade")
def upgrade(
    revision: Annotated[str, typer.Argument(help="The revision to go to.")] = "head",
    *,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Bring the schema up to date; one that a newer version made is left as it is."""
    from lfassess.db import migrate

    database = _database()
    tell_if_newer(migrate.upgrade(database, revision))
    _print_revision(database, as_json=json)


@app.command("current")
def current(
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Show the schema's revision, and the newest this version knows."""
    _print_revision(_database(), as_json=json)


def _print_revision(database: Database, *, as_json: bool) -> None:
    from lfassess.db import revision

    now = revision.current(database)
    if as_json:
        print_json({"current": now, "head": revision.HEAD})
    else:
        out_console().print(f"Schema at {now}; the newest this version knows is {revision.HEAD}.")
