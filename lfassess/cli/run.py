"""`lfassess run`: one assessment, watched live."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lfassess.cli import completion
from lfassess.cli.common import (
    EXIT_SOME_FAILED,
    connect,
    detach_on_interrupt,
    err_console,
    out_console,
    print_json,
    say_beginning,
    say_what_stays,
    settings,
    warn_without_broker,
)
from lfassess.cli.param_types import parse_period
from lfassess.errors import UsageError

if TYPE_CHECKING:
    from lfassess.db.commands.assessments import AssessmentRecord
    from lfassess.db.database import Database
    from lfassess.db.queries.progress import AssessmentState


@dataclass(frozen=True, slots=True)
class Results:
    """What a run is to leave besides its score, and to be held against."""

    report: Path | None = None
    junit: Path | None = None
    sarif: Path | None = None
    min_score: int | None = None  # 0 to 100
    baseline: int | None = None  # an earlier assessment


def run(
    url: Annotated[str | None, typer.Argument(help="The website to assess.")] = None,
    *,
    lead: Annotated[int | None, typer.Option(help="A lead from the store, by its id.")] = None,
    name: Annotated[str | None, typer.Option(help="The business's name, with a URL.")] = None,
    industry: Annotated[
        str | None, typer.Option(help="The lead's trade, as in plumber, for the benchmark.")
    ] = None,
    checks: Annotated[
        str | None,
        typer.Option(
            help="Only these checks, separated by commas.", autocompletion=completion.checks
        ),
    ] = None,
    max_age: Annotated[
        str | None, typer.Option(help="Use providers' answers younger than this again (7d, 12h).")
    ] = None,
    runs: Annotated[
        int | None,
        typer.Option(min=1, max=9, help="How often Lighthouse here measures a phone."),
    ] = None,
    baseline: Annotated[
        int | None, typer.Option(help="Compare with this earlier assessment of the lead.")
    ] = None,
    rival: Annotated[
        list[str] | None,
        typer.Option(help="A competitor's website, to be measured, too; up to three."),
    ] = None,
    rivals: Annotated[
        int | None,
        typer.Option(
            min=0, max=3, help="Measure so many competitors: SEMrush and Google name the others."
        ),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Also write the HTML report to this file.")
    ] = None,
    min_score: Annotated[
        int | None, typer.Option(min=0, max=100, help="Exit with 1 below this score.")
    ] = None,
    junit: Annotated[
        Path | None, typer.Option(help="Also write the findings as JUnit XML to this file.")
    ] = None,
    sarif: Annotated[
        Path | None, typer.Option(help="Also write the findings as SARIF to this file.")
    ] = None,
    wait: Annotated[bool, typer.Option(help="Watch until it is done.")] = True,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Assess one website, or one lead of the store, and watch it live."""
    if (url is None) == (lead is None):
        raise UsageError(
            "Give either a URL or --lead ID.", hint="For example: lfassess run https://example.com"
        )
    results = Results(report, junit, sarif, min_score, baseline)
    if not wait and results != Results():
        raise UsageError("--no-wait ends before there is a score, report or file to write.")
    if not json:
        say_beginning(url or f"lead {lead}")
    from lfassess.assessment.intake.lead_import import note_industry, require_trade
    from lfassess.assessment.intake.rivals import given
    from lfassess.assessment.intake.submission import Rivals, submit_lead
    from lfassess.assessment.orchestrator import Orchestrator, plan
    from lfassess.checks import all_checks

    only = [c.strip() for c in checks.split(",") if c.strip()] if checks else None
    plan(settings(), all_checks(), only)  # a wrong name is refused before anything starts
    target = _normalised(url) if url else None
    trade = require_trade(industry) if industry is not None else None
    named = given(rival or [], settings())
    beside = Rivals(max(rivals or 0, len(named)), tuple(named))
    max_age_s = parse_period(max_age) if max_age else 0.0
    runtime = connect(workers=True)
    database = runtime.database
    orchestrator = Orchestrator.of(runtime)
    lead_id = lead if lead is not None else _lead_for(database, str(target), name, url)
    if trade is not None:
        note_industry(database, lead_id, trade)
    with detach_on_interrupt(f"lfassess status --lead {lead_id} --watch"):
        assessment_id, new = submit_lead(
            orchestrator,
            lead_id,
            only,
            max_age_s=max_age_s,
            lighthouse_runs=runs,
            rivals=beside,
        )
        warn_without_broker(runtime, f"lfassess status --assessment {assessment_id}")
    if not new and not json:
        err_console().print(
            f"Lead {lead_id} is being assessed already; watching assessment {assessment_id}."
        )
    if not wait:
        _say_submitted(lead_id, assessment_id, as_json=json)
        return
    state = _watch(database, assessment_id, quiet=json)
    if beside.number:
        _watch_rivals(database, assessment_id, quiet=json)
    _finish(database, state, results, as_json=json)


def _normalised(url: str) -> str:
    from lfassess.assessment.intake.normalise import InvalidValueError, given_website

    try:
        website = given_website(url, settings())
    except InvalidValueError as e:
        raise UsageError(f"{url!r} can't be assessed: {e}") from e
    if website is None:
        raise UsageError(f"{url!r} is not a website.")
    return website


def _lead_for(database: Database, website: str, name: str | None, typed: str | None) -> int:
    from lfassess.assessment.intake.lead_import import add_lead
    from lfassess.assessment.intake.normalise import names_scheme

    return add_lead(
        database,
        website=website,
        name=name,
        default_country=settings().default_country,
        bare=not names_scheme(typed or ""),
    )


def _say_submitted(lead_id: int, assessment_id: int, *, as_json: bool) -> None:
    if as_json:
        print_json({"assessment_id": assessment_id, "lead": {"id": lead_id}, "status": "pending"})
        return
    out_console().print(
        f"Assessment {assessment_id} of lead {lead_id} is on its way. "
        f"Follow it with: lfassess status --lead {lead_id} --watch"
    )


def _watch(database: Database, assessment_id: int, *, quiet: bool) -> AssessmentState:
    with detach_on_interrupt(f"lfassess status --assessment {assessment_id} --watch"):
        from lfassess.cli import live

        return live.watch_assessment(database, assessment_id, quiet=quiet)


def _watch_rivals(database: Database, assessment_id: int, *, quiet: bool) -> None:
    with detach_on_interrupt(f"lfassess status --assessment {assessment_id} --watch"):
        from lfassess.cli import live

        live.watch_rivals(database, assessment_id, quiet=quiet)


def _finish(database: Database, state: AssessmentState, results: Results, *, as_json: bool) -> None:
    from lfassess.cli import ci_output, compare, summary

    stored = summary.load(database, state.id)
    unwritten = list(_write_files(database, stored, results))
    path = (
        summary.report_file(database, stored)
        if results.report is None or unwritten
        else str(results.report)
    )
    earlier = results.baseline
    change = compare.load(database, earlier, state.id) if earlier is not None else None
    if as_json:
        result = summary.as_json(stored, path)
        print_json(result | {"baseline": change.as_json()} if change else result)
    else:
        summary.show(out_console(), stored, path)
        if change:
            compare.show(change)
        say_what_stays()
    least = results.min_score
    reason = ci_output.below(stored, least) if least is not None else None
    if reason:
        err_console(needed=True).print(reason)
    if unwritten:  # the paid result was shown first
        raise unwritten[0]
    if reason or state.status != "completed":
        raise typer.Exit(EXIT_SOME_FAILED)


def _write_files(
    database: Database, stored: AssessmentRecord, results: Results
) -> Iterator[UsageError]:
    """Write the files that were asked for; yield why one can't be."""
    from lfassess.cli import ci_output, summary

    files: list[tuple[Path | None, Callable[[], bytes]]] = [
        (results.report, lambda: summary.report_bytes(database, stored)),
        (results.junit, lambda: ci_output.junit(stored, results.min_score)),
        (results.sarif, lambda: dumps(ci_output.sarif(stored), indent=1).encode()),
    ]
    for file, made in files:
        if file is not None:
            try:
                _write(file, made())
            except UsageError as e:
                yield e


def _write(destination: Path, data: bytes) -> None:
    try:
        destination.parent.mkdir(parents=True, exist_ok=True)
        destination.write_bytes(data)
    except OSError as e:
        raise UsageError(f"Can't write {destination}: {e.strerror}.") from e
