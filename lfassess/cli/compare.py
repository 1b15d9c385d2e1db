"""`lfassess compare A B`: before and after."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lfassess.cli.common import connect, out_console, print_json, settings
from lfassess.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lfassess.db.database import Database
    from lfassess.report.comparison import Change, Comparison
    from lfassess.report.site_changes import SiteChanges

_MAX_ROWS = 10


def compare(
    before: Annotated[int, typer.Argument(help="The earlier assessment, by its id.")],
    after: Annotated[int, typer.Argument(help="The later one, of the same lead.")],
    *,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Also write it as HTML to this file.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Compare two assessments of a lead: scores, what is fixed, what is new, what is left."""
    found = load(connect().database, before, after)
    if output is not None:
        _write(output, found)
    if json:
        print_json(found.as_json())
        return
    show(found)
    if output is not None:
        out_console().print(f"Comparison: [bold]{output}[/bold]", soft_wrap=True)


def load(database: Database, before: int, after: int) -> Comparison:
    """Return the comparison of two stored assessments; dismissed findings count in neither.

    Raises:
        NotFoundError: there is no such assessment.
        UsageError: they are of different leads, or one has not ended.
    """
    from lfassess.assessment.completion import review
    from lfassess.assessment.completion.rendering import audit_report
    from lfassess.db.commands import assessments
    from lfassess.db.models import OPEN
    from lfassess.report.compare import compare as compared

    with database.session() as session:
        pair = [(assessments.load(session, a), review.decided(session, a)) for a in (before, after)]
        session.expunge_all()
    if len({stored.lead.id for stored, _ in pair}) > 1:
        raise UsageError(f"Assessments {before} and {after} are of different leads.")
    for stored, _ in pair:
        if stored.assessment.status in OPEN:
            raise UsageError(f"Assessment {stored.assessment.id} still runs.")
    old, new = (audit_report(stored, settings(), decided) for stored, decided in pair)
    return compared(old, new)


def show(found: Comparison) -> None:
    """Print scores side by side, then what is fixed, new and left."""
    from rich.table import Table
    from rich.text import Text

    console = out_console()
    console.print(Text(found.business, style="bold"))
    table = Table("", "Before", "After", "Change", box=None)
    for area in found.areas:
        table.add_row(Text(area.title), _score(area.before), _score(area.after), _sign(area.change))
    overall = (_score(found.before.score), _score(found.after.score), _sign(found.change))
    table.add_row("Overall", *overall, style="bold")
    table.add_row("Assessed", found.before.completeness, found.after.completeness, "")
    console.print(table)
    if not found.same_rules:
        console.print(
            "[yellow]Scored by different rules:[/yellow] `lfassess rescore` evens it out."
        )
    elif not found.same_areas:
        console.print(
            "[yellow]Other areas were scored:[/yellow] the overall scores can't be compared."
        )
    for title, rows in (("Fixed", found.fixed), ("New", found.new), ("Still", found.still)):
        _list(title, rows)
    if found.site is not None:
        _show_site(found.site)
    if found.sandbox:
        console.print("[yellow]SANDBOX:[/yellow] some of this data is emulated, not real.")


def _list(title: str, rows: Sequence[Change]) -> None:
    from rich.text import Text

    console = out_console()
    console.print(f"{title}: {len(rows)}")
    for row in rows[:_MAX_ROWS]:
        console.print(Text(f"  {row.severity:<9}{row.area}: {row.title}"))
    if len(rows) > _MAX_ROWS:
        console.print(f"  and {len(rows) - _MAX_ROWS} more")


def _show_site(site: SiteChanges) -> None:
    retitled = [f"{page.path}: “{page.before}”, now “{page.after}”" for page in site.retitled]
    for title, rows in (
        ("Pages that vanished", site.vanished),
        ("New pages", site.new),
        ("Titles that changed", retitled),
        ("Links fixed", site.links_fixed),
        ("Links broken since", site.links_broken),
    ):
        _lines(title, rows)


def _lines(title: str, rows: Sequence[str]) -> None:
    from rich.text import Text

    if not rows:
        return
    console = out_console()
    console.print(f"{title}: {len(rows)}")
    for row in rows[:_MAX_ROWS]:
        console.print(Text(f"  {row}"))
    if len(rows) > _MAX_ROWS:
        console.print(f"  and {len(rows) - _MAX_ROWS} more")


def _score(score: int | None) -> str:
    return "no score" if score is None else str(score)


def _sign(change: int | None) -> str:
    return "" if change is None else f"{change:+d}" if change else "unchanged"


def _write(path: Path, found: Comparison) -> None:
    from lfassess.report.render import render_comparison

    try:
        path.write_text(render_comparison(found), encoding="utf-8")
    except OSError as e:
        raise UsageError(f"Can't write {path}: {e.strerror}.") from e
