"""`lfassess share`: links to a report or a teaser."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from lfassess.cli.common import (
    connect,
    err_console,
    out_console,
    print_json,
    print_json_lines,
    settings,
)
from lfassess.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from lfassess.db.queries.shares import SharedLink


def share(
    assessment: Annotated[
        int | None, typer.Argument(help="The audit, by its assessment's id; without: all links.")
    ] = None,
    *,
    teaser: Annotated[
        bool, typer.Option("--teaser", help="The one-page teaser instead of the report.")
    ] = False,
    days: Annotated[int, typer.Option("--days", min=1, max=365, help="How long it works.")] = 30,
    listed: Annotated[bool, typer.Option("--list", help="The audit's links, or all.")] = False,
    revoke: Annotated[
        int | None, typer.Option("--revoke", help="End the link with this id.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON on stdout; Lines for lists.")] = False,
) -> None:
    """Make a link that shows one approved report to whoever has it, list links, or end one.

    `lfassess api` serves it; LFASSESS_PUBLIC_URL is the address it has for others. The link is
    shown once: only a hash of it is stored.
    """
    database = connect().database
    if revoke is not None:
        from lfassess.db.commands import shares

        with database.session() as session:
            if not shares.revoke(session, revoke):
                raise NotFoundError(f"There is no link {revoke} that still works.")
        out_console().print(f"Link {revoke} is revoked: it shows nothing any more.")
        return
    if listed or assessment is None:
        if teaser:
            raise UsageError("Which audit? Give its assessment's id.")
        from lfassess.db.queries.shares import shares as links_of

        with database.session() as session:
            found = links_of(session, assessment)
        if json:
            print_json_lines(map(asdict, found))
        else:
            _show(found)
        return
    from lfassess.assessment.completion import sharing

    made = sharing.share(database, assessment, "teaser" if teaser else "report", days=days)
    link = made.url(settings(), f"http://127.0.0.1:{settings().api_port}")
    if json:
        print_json({"id": made.id, "assessment_id": assessment, "url": link, "days": days})
        return
    out_console().print(link, soft_wrap=True)
    if settings().public_url is None:
        err_console().print(
            "[yellow]It works on this machine only:[/yellow] set LFASSESS_PUBLIC_URL to the "
            "address that others reach `lfassess api` by."
        )


def _show(found: list[SharedLink]) -> None:
    from lfassess.cli.columns import Column, Columns

    if not found:
        out_console().print("There are no links. Make one with: lfassess share ID")
        return
    table = Columns(
        [
            Column("Link", right=True),
            Column("Audit", right=True),
            Column("Lead", cut=True),
            Column("Shows"),
            Column("Works until"),
            Column("Opened", right=True),
        ]
    )
    for link in found:
        until = "revoked" if link.revoked_at else f"{link.expires_at:%Y-%m-%d}"
        ended = " (over)" if not link.valid and not link.revoked_at else ""
        table.add(
            str(link.id), str(link.assessment_id), link.lead, link.kind, until + ended,
            str(link.opened),
        )  # fmt: skip
    out_console().print(table)
