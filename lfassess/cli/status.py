"""`lfassess status`: what waits, runs, is done and has failed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from lfassess.cli import completion, leads_filter
from lfassess.cli.common import connect, detach_on_interrupt, out_console, print_json
from lfassess.cli.leads_filter import Where
from lfassess.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from lfassess.db.database import Database
    from lfassess.db.queries.lead_filter import LeadFilter


def status(
    batch: Annotated[
        int | None,
        typer.Argument(help="A batch, by its id.", autocompletion=completion.batches),
    ] = None,
    *,
    lead: Annotated[int | None, typer.Option(help="A lead's latest assessment.")] = None,
    assessment: Annotated[int | None, typer.Option(help="An assessment, by its id.")] = None,
    where: Where = None,
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Watch until it is done.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Show what is pending, in progress, done and failed.

    With a batch and --where: those of its leads, by the audits that the batch asked for.
    """
    chosen = leads_filter.chosen(where)
    if where and (batch is None or watch):
        raise UsageError("--where is about a batch: `lfassess status BATCH --where status=failed`.")
    database = connect(workers=False).database
    with detach_on_interrupt("lfassess status"):
        if lead is not None or assessment is not None:
            _one(database, lead, assessment, watch=watch, as_json=json)
        elif batch is not None and where:
            _leads(database, batch, chosen, as_json=json)
        elif batch is not None:
            _batch(database, batch, watch=watch, as_json=json)
        else:
            _everything(database, as_json=json)


def _one(
    database: Database, lead: int | None, assessment: int | None, *, watch: bool, as_json: bool
) -> None:
    from lfassess.cli import live, summary
    from lfassess.cli.check_table import assessment_table
    from lfassess.cli.leads_output import timeline_table
    from lfassess.db.queries import progress

    with database.session() as session:
        found = assessment or progress.latest_assessment(session, lead or 0)
        state = progress.assessment_state(session, found) if found else None
    if state is None:
        raise NotFoundError(
            f"Lead {lead} has not been assessed." if lead else f"There is no assessment {found}.",
            hint="`lfassess leads list` shows the leads there are.",
        )
    if watch:
        state = live.watch_assessment(database, state.id, quiet=as_json)
    if as_json:
        stored = summary.load(database, state.id)
        print_json(
            {
                **summary.as_json(stored, summary.report_file(database, stored)),
                "percentage": state.percentage,
                "timeline": _timeline(database, state.id),
            }
        )
    elif not watch:
        console = out_console()
        console.print(assessment_table(state))
        console.print()
        console.print(timeline_table(_timeline(database, state.id)))
    else:
        stored = summary.load(database, state.id)
        summary.show(out_console(), stored, summary.report_file(database, stored))


def _timeline(database: Database, assessment_id: int) -> list[dict[str, Any]]:
    from lfassess.db.queries import leads

    with database.session() as session:
        return leads.timeline(session, assessment_id)


def _batch(database: Database, batch_id: int, *, watch: bool, as_json: bool) -> None:
    from lfassess.cli import exit_status, live
    from lfassess.cli.batch_screen import BatchScreen
    from lfassess.cli.throughput import Rate
    from lfassess.db.commands import batches
    from lfassess.db.queries import batch_view, progress

    with database.session() as session:
        batches.get(session, batch_id)
        totals = progress.totals(session, batch_id)
        states = progress.active_states(session, batch_id)
        situation = batch_view.situation(session, batch_id)
    if watch:
        totals = live.watch_batch(database, batch_id, quiet=as_json)
    if as_json:
        print_json({"batch_id": batch_id, **totals.as_json()})
        return
    if not watch:
        out_console().print(BatchScreen(batch_id, totals, states, situation, Rate()))
    if watch or totals.ended:
        exit_status.summarise(database, batch_id, totals)


def _leads(database: Database, batch_id: int, chosen: LeadFilter, *, as_json: bool) -> None:
    from lfassess.cli import leads_output
    from lfassess.db.commands import batches
    from lfassess.db.queries import batch

    with database.session() as session:
        batches.get(session, batch_id)
    leads_filter.prepare(database, chosen)
    with database.session() as session:
        total, rows = batch.leads(session, batch_id, batch.Selection(chosen), of=0)
    if as_json:
        print_json({"batch_id": batch_id, "total": total, "leads": rows})
        return
    leads_output.show_of_batch(rows, total)
    leads_filter.show_address(f"/batches/{batch_id}", chosen)


def _everything(database: Database, *, as_json: bool) -> None:
    from lfassess.cli import overview

    answer = overview.load(database)
    if as_json:
        print_json(answer)
    else:
        overview.show(answer)
