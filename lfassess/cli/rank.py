"""`lfassess leads rank`: who to call first, and with what."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lfassess.cli import completion, leads_filter
from lfassess.cli.common import (
    connect,
    out_console,
    print_json,
    print_json_lines,
    settings,
)
from lfassess.cli.csv_output import write_table
from lfassess.cli.leads_filter import Where
from lfassess.errors import UsageError

if TYPE_CHECKING:
    from rich.text import Text

    from lfassess.db.database import Database
    from lfassess.db.queries.lead_filter import LeadFilter
    from lfassess.db.queries.opportunities import RankedLead
    from lfassess.ranking import Pitch

    Ranked = tuple[RankedLead, Pitch | None]

_OUT = {
    "closed": "closed for good, says Google",
    "no_sign_of_life": "without a website or a Google profile",
    "nothing_to_fix": "with nothing to fix",
    "do_not_contact": "on the do-not-contact list",
}
_COLUMNS = (
    *("rank", "lead_id", "name", "website", "phone", "opportunity", "need", "worth", "reach"),
    *("audit_score", "grade", "sandbox", "why", "finding_1", "finding_2", "finding_3"),
    *("opener", "email", "assessment_id"),
)


def rank(
    batch: Annotated[
        int | None,
        typer.Argument(help="Of this batch; without: of all.", autocompletion=completion.batches),
    ] = None,
    *,
    top: Annotated[int, typer.Option("--top", min=1, max=10_000, help="So many.")] = 20,
    where: Where = None,
    details: Annotated[
        bool, typer.Option("--details", help="With findings, points, opener and first e-mail.")
    ] = False,
    file: Annotated[
        Path | None, typer.Option("--csv", help="As CSV into a file; - is stdout.")
    ] = None,
    column: Annotated[
        str | None,
        typer.Option(
            "--evaluate",
            help="Hold the order against this custom field, which says won or lost.",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON Lines on stdout.")] = False,
) -> None:
    """List audited leads in the order in which a call is worth most.

    Opportunity (0-100) = need (what they should fix) x worth (customers, spending) x reach (ways to
    the owner), by configs/ranking.toml. Of equal ones more need goes first, then the older lead.
    """
    if json and file is not None:
        raise UsageError("--json and --csv exclude each other.")
    chosen = leads_filter.chosen(where, batch=batch)
    database = connect().database
    leads_filter.prepare(database, chosen)
    leads_filter.refresh(database)
    if column is not None:
        _evaluate(database, chosen, column, json=json)
        return
    from lfassess.db.queries import opportunities

    with database.session() as session:
        found, totals = opportunities.ranked_and_totals(session, chosen, limit=top)
    with_texts = details or json or file is not None
    ranked = [(lead, _pitch(database, lead.assessment_id)) for lead in found] if with_texts else []
    if json:
        print_json_lines(_as_json(n, lead, texts) for n, (lead, texts) in enumerate(ranked, 1))
        return
    if file is not None:
        rows = (_csv_row(n, lead, texts) for n, (lead, texts) in enumerate(ranked, 1))
        write_table(file, _COLUMNS, rows)
        return
    _show(found, totals, top, [texts for _, texts in ranked])
    leads_filter.show_address("/leads/rank", chosen)


def _evaluate(database: Database, chosen: LeadFilter, column: str, *, json: bool) -> None:
    """Say whether the order would have found what was won."""
    from lfassess.assessment.completion.ranking import evaluated

    with database.session() as session:
        made = evaluated(session, chosen, column)
    if json:
        print_json(asdict(made))
        return
    console = out_console()
    console.print(f"{made.won:,} won, {made.lost:,} lost.")
    if made.pairs_right is not None:
        console.print(
            f"A won lead stands above a lost one in {100 * made.pairs_right:.0f} of 100 pairs; 50 "
            "would be chance."
        )
    console.print(
        f"The first fifth of the order ({made.top:,}) holds {made.won_in_top:,} of the won."
    )


def _pitch(database: Database, assessment_id: int) -> Pitch | None:
    from lfassess.assessment.completion.ranking import pitch_of
    from lfassess.db.commands import assessments

    with database.session() as session:
        return pitch_of(assessments.load(session, assessment_id), settings())


def _as_json(place: int, lead: RankedLead, texts: Pitch | None) -> dict[str, Any]:
    row = asdict(lead)
    row["opportunity"] = row.pop("score")
    return {"rank": place, **row, **(asdict(texts) if texts else {})}


def _csv_row(place: int, lead: RankedLead, texts: Pitch | None) -> dict[str, Any]:
    titles = {f"finding_{n}": found["title"] for n, found in enumerate(lead.findings, 1)}
    return _as_json(place, lead, texts) | titles


def _show(
    found: list[RankedLead], totals: dict[str | None, int], top: int, pitches: list[Pitch | None]
) -> None:
    from rich.text import Text

    from lfassess.cli.columns import Column, Columns

    console = out_console()
    if not found:
        console.print("No audited lead matches." if not totals else "Nobody to call.")
    table = Columns(
        [
            Column("#", right=True),
            Column("Lead", right=True),
            Column("Name", cut=True),
            Column("Score", right=True),
            Column("Need", right=True),
            Column("Worth", right=True),
            Column("Reach", right=True),
            Column("Phone", rank=1),
        ],
        indent=3,
    )
    for place, lead in enumerate(found, 1):
        figures = (lead.score, lead.need, lead.worth, lead.reach)
        notes: list[str | Text] = [Text(lead.why, style="dim")]
        if lead.sandbox:
            notes.append(Text("SANDBOX: emulated data", style="magenta"))
        if pitches:
            notes += _details(lead, pitches[place - 1])
        table.add(
            str(place),
            str(lead.lead_id),
            lead.name,
            *(f"{figure:.0f}" for figure in figures),
            lead.phone or "",
            notes=notes,
        )
    if table:
        console.print(table)
    _show_totals(found, totals, top, details=bool(pitches))


def _details(lead: RankedLead, texts: Pitch | None) -> list[str | Text]:
    """Return notes: the points of each factor, three findings, and what to say and write."""
    from rich.text import Text

    from lfassess.ranking.rules import FACTORS

    points = [_points(factor, lead.parts[factor]) for factor in FACTORS if lead.parts.get(factor)]
    findings = [f"- {finding['title']}" for finding in lead.findings]
    email = [f"  {line}" for line in texts.email.splitlines() if line] if texts else []
    return [
        *(Text(line, style="dim") for line in points),
        *findings,
        *((f"Open with: {texts.opener}",) if texts else ()),
        *(("E-mail:", *email) if email else ()),
    ]


def _points(factor: str, parts: dict[str, float | None]) -> str:
    """Return what a factor is made of, the most first."""
    most = sorted(parts.items(), key=lambda part: -(part[1] or 0))
    shown = [
        f"{name.replace('_', ' ')} {'not known' if value is None else f'{value:g}'}"
        for name, value in most
    ]
    return f"{factor}: {', '.join(shown)}"


def _show_totals(
    found: list[RankedLead], totals: dict[str | None, int], top: int, *, details: bool
) -> None:
    console, ranked = out_console(), totals.get(None, 0)
    if ranked > len(found):
        console.print(f"[dim]{len(found)} of {ranked:,}; --top shows more.[/dim]")
    left = [f"{totals[why]:,} {words}" for why, words in _OUT.items() if totals.get(why)]
    if left:
        console.print(f"[dim]Left out: {', '.join(left)}.[/dim]")
    if found and not details and top:
        console.print("[dim]--details adds findings, points, opener and e-mail.[/dim]")
