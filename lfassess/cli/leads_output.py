"""How leads look to people, as tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lfassess.cli.common import out_console
from lfassess.cli.theme import STATUS_STYLE, seconds

if TYPE_CHECKING:
    from lfassess.cli.columns import Columns
    from lfassess.db.models import Lead
    from lfassess.db.queries.leads import Listed


def show_list(found: list[Listed], total: int, *, filtered: bool = False) -> None:
    """Print the leads as a table; says how many there are besides."""
    from rich.text import Text

    from lfassess.cli.columns import Column, Columns

    console = out_console()
    if not found and filtered:
        console.print("No lead matches.")
        return
    if not found:
        console.print("No leads. Bring some in with: lfassess leads import FILE.csv")
        return
    table = Columns(
        [
            Column("Id", right=True),
            Column("Name", cut=True),
            Column("Website", cut=True),
            Column("Phone", rank=1),
            Column("Status"),
            Column("Score"),
        ]
    )
    for lead in found:
        table.add(
            str(lead.id),
            lead.name,
            lead.website or "",
            lead.phone or "",
            Text(lead.status or "", style=STATUS_STYLE.get(lead.status or "", "")),
            _score(lead.score, lead.grade),
        )
    console.print(table)
    if len(found) < total:
        console.print(
            f"[dim]The newest {len(found):,} of {total:,}; --limit shows more, "
            "--where chooses.[/dim]"
        )


def show_of_batch(rows: Sequence[dict[str, Any]], total: int) -> None:
    """Print leads of a batch, as ``db.queries.batch.leads`` returns them."""
    from rich.text import Text

    from lfassess.cli.columns import Column, Columns

    console = out_console()
    if not rows:
        console.print("No lead matches.")
        return
    table = Columns(
        [
            Column("Line", right=True),
            Column("Lead", right=True),
            Column("Name", cut=True),
            Column("Website", cut=True, rank=1),
            Column("Status"),
            Column("Checks", rank=1),
            Column("Score"),
        ]
    )
    for row in rows:
        status = row["status"] or "not submitted"
        table.add(
            str(row["line"] or ""),
            str(row["lead_id"]),
            row["name"],
            row["website"] or "",
            Text(status, style=STATUS_STYLE.get(status, "")),
            row["completeness"] or "",
            _score(row["score"], row["grade"]),
        )
    console.print(table)
    if len(rows) < total:
        console.print(
            f"[dim]The first {len(rows):,} of {total:,}; `lfassess leads export` has all.[/dim]"
        )


def _score(score: int | None, grade: str | None) -> str:
    return "" if score is None else f"{score} {grade or ''}".rstrip()


def lead_json(lead: Lead) -> dict[str, Any]:
    """Return what is stored about the lead itself."""
    names = ("id", "name", "website", "phone", "address", "country", "industry", "extra",
             "created_at")  # fmt: skip
    return {name: getattr(lead, name) for name in names}


def show_lead(lead: Lead, history: list[dict[str, Any]]) -> None:
    """Print a lead with its assessments, as ``db.queries.leads.history`` returns them."""
    from rich.text import Text

    console = out_console()
    console.print(Text.assemble((f"Lead {lead.id}  ", "dim"), (lead.name, "bold")))
    known = ("website", "phone", "address", "country", "industry")
    details = [(field, getattr(lead, field)) for field in known] + list(lead.extra.items())
    for field, value in details:
        if value:
            console.print(Text.assemble((f"  {field:<10}", "dim"), f" {value}"))
    if not history:
        console.print(f"Not assessed yet. Do it with: lfassess run --lead {lead.id}")
    for assessment in history:
        _show_assessment(assessment)


def _show_assessment(assessment: dict[str, Any]) -> None:
    from rich.text import Text

    status = assessment["status"]
    score = _score(assessment["score"], assessment["grade"])
    out_console().print(
        Text.assemble(
            (f"\nAssessment {assessment['id']}  ", "bold"),
            (status, STATUS_STYLE.get(status, "")),
            f"  {assessment['finished_at'] or assessment['created_at']:%Y-%m-%d %H:%M}",
            f"  score {score}" if score else "",
            f"  {assessment['completeness']} checks" if assessment["completeness"] else "",
            ("  SANDBOX", "magenta") if assessment["sandbox"] else "",
        )
    )
    if assessment["attempts"]:
        out_console().print(timeline_table(assessment["attempts"]))


def timeline_table(attempts: list[dict[str, Any]]) -> Columns:
    """Return the table of attempts: when, where, how long, what came back."""
    from lfassess.cli.columns import Column, Columns

    table = Columns(
        [
            Column("Started"),
            Column("Check"),
            Column("Try", right=True),
            Column("Took", right=True),
            Column("Outcome"),
            Column("USD", right=True, rank=1),
            Column("Worker", cut=True, rank=2),
        ]
    )
    for a in attempts:
        took = (a["finished_at"] - a["started_at"]).total_seconds() if a["finished_at"] else None
        error = f"{a['error_code']}: {a['error_message'] or ''}" if a["error_code"] else ""
        table.add(
            f"{a['started_at']:%H:%M:%S}",
            a["check"],
            str(a["number"]),
            seconds(took),
            a["outcome"],
            f"{a['cost_usd']:.4f}" if a["cost_usd"] else "",
            a["worker"],
            notes=(error,),
        )
    return table
