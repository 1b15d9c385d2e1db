"""Which leads a command is about: what people type, and the address that shows the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from lfassess.cli import completion
from lfassess.cli.common import err_console, out_console, settings
from lfassess.quantities import plural

if TYPE_CHECKING:
    from lfassess.db.database import Database
    from lfassess.db.queries.lead_filter import LeadFilter

_SLOW_FROM = 500  # audits to rank that take a while

Where = Annotated[
    list[str] | None,
    typer.Option(
        "--where",
        help="Only these leads: grade=D,F, score<40, no-https; or the address of a page.",
        autocompletion=completion.conditions,
    ),
]
Fields = Annotated[
    list[str] | None,
    typer.Option("--field", help="Only those with this in a column of their list: NAME=VALUE."),
]


def chosen(
    where: Sequence[str] | None,
    *,
    fields: Sequence[str] | None = None,
    search: str | None = None,
    batch: int | None = None,
) -> LeadFilter:
    """Return what the options ask for; raises UsageError."""
    if not (where or fields or search or batch is not None):
        from lfassess.db.queries.lead_filter import LeadFilter

        return LeadFilter()  # what reads conditions takes half a second to import
    from lfassess.assessment.export import filters

    words = [*(where or ()), *map(filters.field_condition, fields or ())]
    made = filters.in_batch(filters.read(words), batch)
    return made if not search else filters.searched(made, search)


def prepare(database: Database, chosen: LeadFilter) -> None:
    """Rank what has no rank by today's rules, where a filter asks for what ranking stores.

    Raises:
        NotFoundError: there is no such batch.
    """
    if not chosen:
        return
    from lfassess.db.commands import batches

    with database.session() as session:
        for number in chosen.batches:
            batches.get(session, number)
    if any(
        condition.key not in {"q", "field", "batch", "status"} for condition in chosen.conditions
    ):
        refresh(database)


def refresh(database: Database) -> None:
    """Rank what has no rank by today's rules; says so where that takes a while."""
    from lfassess.assessment.completion.ranking import refresh as ranked

    console, said = err_console(), False
    for done, of in ranked(database):
        if not said and of > _SLOW_FROM:
            console.print(f"Ranking {plural(of, 'audit')} by today's rules ...")
            said = True
        if said and done % 1000 == 0:
            console.print(f"{done:,} of {of:,}")


def show_address(path: str, chosen: LeadFilter) -> None:
    """Say where the pages show the same, if others can reach them."""
    base = settings().public_url
    if base is None or not chosen:
        return
    from rich.text import Text

    from lfassess.assessment.export import filters

    link = f"{base.rstrip('/')}{path}?{filters.query_of(chosen)}"
    out_console().print(Text(f"The same as a page: {link}", style="dim"), soft_wrap=True)
