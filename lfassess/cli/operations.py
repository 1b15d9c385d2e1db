"""`lfassess pause, resume, cancel`: what an operator can do about running work."""

from __future__ import annotations

from typing import Annotated

import typer

from lfassess.cli import completion
from lfassess.cli.common import connect, out_console, print_json
from lfassess.errors import UsageError
from lfassess.quantities import plural


def pause(
    *,
    reason: Annotated[str | None, typer.Option(help="Why; `lfassess status` shows it.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Start no more leads of batches; what runs is finished, `lfassess run` still works."""
    database = connect().database
    from lfassess.assessment.recovery import operations

    operations.pause(database, reason)
    if json:
        print_json({"paused": True, "reason": reason})
    else:
        out_console().print("Paused. What runs is finished. Go on with: lfassess resume")


def resume(
    *,
    batch: Annotated[
        int | None,
        typer.Option(
            help="Only checks of this batch wait no more.", autocompletion=completion.batches
        ),
    ] = None,
    budget: Annotated[
        float | None, typer.Option(help="With --batch: its new budget in USD.", min=0)
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Let leads start again, and checks go on that waited for somebody."""
    if budget is not None and batch is None:
        raise UsageError("--budget needs --batch ID.")
    runtime = connect(workers=True)
    from lfassess.assessment.orchestrator import Orchestrator
    from lfassess.assessment.recovery import operations

    gradual = operations.switch(runtime.database).by_rule and batch is None
    resumed = operations.resume(Orchestrator.of(runtime), batch_id=batch, budget_usd=budget)
    if json:
        print_json({"paused": False, "resumed": resumed})
    else:
        out_console().print(
            ("Going on with a few leads first, then more." if gradual else "Going on.")
            + (f" {resumed} checks that were deferred go on." if resumed else "")
        )


def cancel(
    *,
    batch: Annotated[
        int | None,
        typer.Option(help="The batch to give up.", autocompletion=completion.batches),
    ] = None,
    lead: Annotated[int | None, typer.Option(help="The lead to give up.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Cancel what still waits of a batch or a lead; what runs finishes and is stored."""
    if (batch is None) == (lead is None):
        raise UsageError("Give either --batch ID or --lead ID.")
    runtime = connect()
    from lfassess.assessment.orchestrator import Orchestrator
    from lfassess.assessment.recovery import operations

    orchestrator = Orchestrator.of(runtime)
    if batch is not None:
        cancelled = operations.cancel_batch(orchestrator, batch)
    else:
        operations.cancel_lead(orchestrator, lead or 0)
        cancelled = 1
    if json:
        print_json({"cancelled": cancelled})
    else:
        out_console().print(f"{plural(cancelled, 'lead')} cancelled; results so far are stored.")
