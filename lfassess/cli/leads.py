"""`lfassess leads`: the lead store."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from lfassess.cli import leads_filter, leads_output
from lfassess.cli.batch import reading_of, require_list, show_import, show_preview
from lfassess.cli.changed import changed
from lfassess.cli.common import (
    EXIT_SOME_FAILED,
    connect,
    out_console,
    print_json,
    print_json_lines,
    settings,
)
from lfassess.cli.leads_export import export
from lfassess.cli.leads_filter import Fields, Where
from lfassess.cli.rank import rank
from lfassess.cli.suppress import suppress
from lfassess.errors import UsageError

_WEEK_S = 7 * 86_400.0  # `batch` does not assess again what is younger than this

app = typer.Typer(no_args_is_help=True, help="The lead store: import, add, look up, rank, export.")


@app.callback()
def _group() -> None:
    """Import leads, add one, look them up, rank them, export them."""


@app.command("import")
def import_(
    files: Annotated[
        list[Path],
        typer.Argument(help="Lists of leads: CSV, .xlsx, .ods, JSON, plain or .gz; - is stdin."),
    ],
    *,
    column_map: Annotated[
        list[str] | None, typer.Option("--map", help="FIELD=COLUMN, as in website=Url.")
    ] = None,
    encoding: Annotated[
        str | None, typer.Option(help="The files' encoding, as in cp1252 or mac_roman.")
    ] = None,
    industry: Annotated[
        str | None, typer.Option(help="The trade of rows that tell none, as in plumber.")
    ] = None,
    keep_duplicates: Annotated[
        bool, typer.Option("--keep-duplicates", help="Rows that repeat another are leads, too.")
    ] = False,
    preview: Annotated[
        bool, typer.Option("--preview", help="Only say what an import would do.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="A JSON object per file on stdout.")] = False,
) -> None:
    """Import lists; bad rows are listed with line and reason, good rows go on.

    Leads that are known keep their data; what they lack is filled in.
    """
    reading = reading_of(column_map, encoding, industry, keep_duplicates=keep_duplicates)
    from lfassess.assessment.intake import lead_import

    named = [path for file in files for path in _matching(file)]
    for file in named:
        require_list(file, reading)
    database = connect().database
    results: list[lead_import.ImportResult] = []
    if preview:
        ahead = lead_import.Preview(_WEEK_S)
        results = lead_import.preview_files(database, named, reading, ahead)
    for number, file in enumerate(named):
        if not preview:
            results.append(lead_import.import_file(database, file, reading, create_batch=False))
        result = results[number]
        if len(named) > 1 and not json:
            out_console().print(f"{file}:")
        if preview:
            show_preview(result, as_json=json)
        elif json:
            print_json(result.as_json())
        else:
            show_import(out_console(), result)
    if preview and not json:
        out_console().print("Preview: nothing was imported.")
    if any(result.rejected_count for result in results):
        raise typer.Exit(EXIT_SOME_FAILED)


def _matching(file: Path) -> list[Path]:
    """Return the files that a pattern names; a path without one, or of a real file, is itself."""
    if file.exists() or not any(c in file.name for c in "*?["):
        return [file]
    found = sorted(path for path in file.parent.glob(file.name) if path.is_file())
    if not found:
        raise UsageError(f"There is no file like {file}.")
    return found


@app.command("add")
def add(
    website: Annotated[str | None, typer.Argument(help="The business's website.")] = None,
    *,
    name: Annotated[str | None, typer.Option(help="The business's name.")] = None,
    phone: Annotated[str | None, typer.Option(help="Its phone number.")] = None,
    address: Annotated[str | None, typer.Option(help="Its address, on one line.")] = None,
    country: Annotated[str | None, typer.Option(help="Its country: two letters or a name.")] = None,
    industry: Annotated[str | None, typer.Option(help="Its trade, as in plumber.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Add one lead: a website, or a name with a phone number or an address."""
    from lfassess.assessment.intake.lead_import import require_trade, upsert_lead
    from lfassess.assessment.intake.normalise import InvalidValueError, given_website, names_scheme

    try:
        site = given_website(website or "", settings())
    except InvalidValueError as e:
        raise UsageError(f"{website!r} can't be used: {e}.") from e
    if site is None and name is None:
        raise UsageError("Give a website, or --name with --phone or --address.")
    trade = require_trade(industry) if industry is not None else None
    given = {"website": site, "name": name, "phone": phone, "address": address,
             "country": country, "industry": trade}  # fmt: skip
    lead_id, new = upsert_lead(
        connect().database,
        {field: value for field, value in given.items() if value},
        default_country=settings().default_country,
        bare=not names_scheme(website or ""),
    )
    if json:
        print_json({"id": lead_id, "new": new, "website": site})
    else:
        out_console().print(f"Lead {lead_id} added." if new else f"Lead {lead_id} was known.")


@app.command("list")
def list_(
    *,
    limit: Annotated[int, typer.Option(help="At most so many, newest first.", min=1)] = 50,
    where: Where = None,
    search: Annotated[
        str | None, typer.Option(help="Only those with this in name, website, phone or address.")
    ] = None,
    custom: Fields = None,
    json: Annotated[bool, typer.Option("--json", help="JSON Lines on stdout.")] = False,
) -> None:
    """List leads: how the newest assessment stands, and the last completed one's score.

    docs/how-to/export.md has all that --where takes; an address of the pages will do as well.
    """
    chosen = leads_filter.chosen(where, fields=custom, search=search)
    database = connect().database
    from lfassess.db.queries import leads

    leads_filter.prepare(database, chosen)
    with database.session() as session:
        found = leads.newest(session, chosen, limit=limit)
        total = leads.count(session, chosen) if len(found) == limit else len(found)
    if json:
        print_json_lines(map(asdict, found))
    else:
        leads_output.show_list(found, total, filtered=bool(chosen))
        leads_filter.show_address("/leads", chosen)


@app.command("show")
def show(
    lead_id: Annotated[int, typer.Argument(metavar="ID", help="The lead's id.")],
    *,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Show a lead, its assessments, and every attempt at each check."""
    database = connect().database
    from lfassess.db.queries import leads

    with database.session() as session:
        lead = leads.get(session, lead_id)
        history = leads.history(session, lead_id)
    if json:
        print_json({**leads_output.lead_json(lead), "assessments": history})
    else:
        leads_output.show_lead(lead, history)


app.command("export")(export)
app.command("rank")(rank)
app.command("changed")(changed)
app.command("suppress")(suppress)
