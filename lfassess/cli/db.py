"""`lfassess db`: the schema's version."""

from __future__ import annotations

from typing import Annotated

import typer

from lfassess.cli.common import out_console, print_json, settings, tell_if_newer

app = typer.Typer(no_args_is_help=True, help="The database's schema.")


def _url() -> str:
    from lfassess import stack

    return stack.ensure_up(settings(), workers=False).database_url


@app.command("upgrade")
def upgrade(
    revision: Annotated[str, typer.Argument(help="The revision to go to.")] = "head",
    *,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Bring the schema up to date; one that a newer version made is left as it is."""
    from lfassess.db import migrate

    url = _url()
    tell_if_newer(migrate.upgrade(url, revision))
    _tell(url, as_json=json)


@app.command("current")
def current(
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Show the schema's revision, and the newest this version knows."""
    _tell(_url(), as_json=json)


def _tell(url: str, *, as_json: bool) -> None:
    from lfassess.db import revision

    now = revision.current(url)
    if as_json:
        print_json({"current": now, "head": revision.HEAD})
    else:
        out_console().print(f"Schema at {now}; the newest this version knows is {revision.HEAD}.")
