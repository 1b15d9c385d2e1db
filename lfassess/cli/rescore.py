"""`lfassess rescore`: stored results under today's scoring rules."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Annotated

import typer

from lfassess.cli import completion
from lfassess.cli.common import EXIT_SOME_FAILED, connect, out_console, print_json
from lfassess.errors import UsageError

if TYPE_CHECKING:
    from lfassess.assessment.completion.rescore import Rescored
    from lfassess.db.database import Database

_MAX_ROWS = 50

logger = logging.getLogger(__name__)


def rescore(
    *,
    batch: Annotated[
        int | None,
        typer.Option("--batch", help="All leads of this batch.", autocompletion=completion.batches),
    ] = None,
    lead: Annotated[int | None, typer.Option("--lead", help="One lead, by its id.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All that have ended.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Judge what is stored again by the present rules and scoring.toml; nothing is asked or paid.

    The score an assessment had stays in its summary.
    """
    if sum((batch is not None, lead is not None, every)) != 1:
        raise UsageError("Give one of --batch N, --lead N and --all.")
    database = connect().database
    from lfassess.assessment.completion import rescore as again

    chosen = again.choose(database, batch=batch, lead=lead)
    done = [_one(database, assessment) for assessment in chosen]
    scored = [each for each in done if each]
    again.compare(database, [each.assessment_id for each in scored])
    if json:
        changed = [_as_json(each) for each in scored if each.changed]
        failed = [a for a, each in zip(chosen, done, strict=True) if each is None]
        print_json({"rescored": len(scored), "changed": changed, "failed": failed})
    else:
        _show(scored, len(done) - len(scored))
    if len(scored) < len(done):
        raise typer.Exit(EXIT_SOME_FAILED)


def _one(database: Database, assessment: int) -> Rescored | None:
    """Return the score before and after; None where old evidence can't be judged any more."""
    from lfassess.assessment.completion import rescore as again
    from lfassess.errors import LfassessError

    try:
        return again.rescore(database, assessment)
    except LfassessError:
        raise
    except Exception:
        logger.exception("assessment %s keeps its score: it can't be judged again", assessment)
        return None


def _as_json(done: Rescored) -> dict[str, object]:
    return {
        "assessment_id": done.assessment_id,
        "lead_id": done.lead_id,
        "before": {
            "score": done.before,
            "grade": done.grade_before,
            "scoring_version": done.version_before,
        },
        "after": {
            "score": done.after,
            "grade": done.grade_after,
            "scoring_version": done.version_after,
        },
    }


def _show(scored: list[Rescored], failed: int) -> None:
    from rich.table import Table

    console = out_console()
    changed = [each for each in scored if each.changed]
    if changed:
        table = Table("Audit", "Before", "After", box=None)
        for each in changed[:_MAX_ROWS]:
            before, after = (each.before, each.grade_before), (each.after, each.grade_after)
            table.add_row(str(each.assessment_id), _grade(*before), _grade(*after))
        console.print(table)
    console.print(f"{len(scored)} rescored, {len(changed)} changed, {failed} failed.")


def _grade(score: int | None, grade: str | None) -> str:
    return "no score" if score is None else f"{score} {grade or ''}".strip()
