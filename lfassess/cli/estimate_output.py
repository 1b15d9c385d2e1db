"""How an estimate looks: calls, units, money and time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lfassess import quantities
from lfassess.cli.common import out_console, print_json, settings
from lfassess.cli.theme import seconds
from lfassess.quantities import plural

if TYPE_CHECKING:
    from lfassess.assessment.intake.estimate import Estimate
    from lfassess.assessment.intake.workload import Workload


@dataclass(frozen=True, slots=True)
class Estimating:
    """How leads would be assessed."""

    checks: list[str] | None = None  # only these
    runs: int | None = None  # how often Lighthouse here measures a phone; None: as configured
    rivals: int = 0  # competitors of each lead


def estimate_for(workload: Workload, how: Estimating | None = None) -> Estimate:
    """Return what assessing these leads takes, as configured now.

    Args:
        workload: what there is to look at.
        how: they would be assessed.
    """
    from lfassess.assessment.intake.estimate import estimate
    from lfassess.checks import all_checks

    configured, how = settings(), how or Estimating()
    if how.runs is not None:
        configured = configured.model_copy(update={"lighthouse_runs": how.runs})
    return estimate(configured, all_checks(), workload, only=how.checks, rivals=how.rivals)


def say(estimate: Estimate, *, as_json: bool) -> None:
    """Print the estimate of a dry run."""
    if as_json:
        print_json({"dry_run": True, "leads": estimate.leads, "estimate": estimate.as_json()})
        return
    out_console().print(f"Dry run: {plural(estimate.leads, 'lead')} would be assessed.")
    show(estimate)


def show(estimate: Estimate) -> None:
    """Print the estimate as a table."""
    from rich.table import Table
    from rich.text import Text

    console = out_console()
    if estimate.purchases:
        columns = ("Check", "Provider", "Calls", "Units", "USD")
        table = Table(*columns, box=None, padding=(0, 2, 0, 0))
        for p in estimate.purchases:
            table.add_row(p.check, p.provider, f"{p.calls:,}", f"{p.units:,}", f"{p.usd:,.2f}")
        console.print(table)
    money = (
        "nothing, all data is emulated"
        if estimate.sandbox
        else f"about {quantities.money(estimate.usd)}"
    )
    work = estimate.workload
    if work.reused:
        console.print(
            f"Not assessed again, since there is an assessment already: "
            f"{plural(work.reused, 'lead')}."
        )
    shared = work.pages < work.with_website
    console.print(
        f"{plural(estimate.leads, 'lead')}"
        + f" with {plural(work.pages, 'different website')}" * shared
        + f": {money}, at least {seconds(estimate.seconds)} "
        "(prices and paces of configs/providers.toml)."
    )
    if estimate.rivals:
        console.print(
            f"With {plural(estimate.rivals, 'competitor')} at most; one that several leads name "
            "is measured once."
        )
    if estimate.free:
        console.print(f"  {', '.join(estimate.free)}: no provider, nothing to pay", style="dim")
    for check, reason in estimate.skipped.items():
        console.print(Text(f"  {check} is skipped: {reason}", style="dim"))
