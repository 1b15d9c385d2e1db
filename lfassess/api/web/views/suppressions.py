"""The do-not-contact list."""

from __future__ import annotations

import csv
import io
import re
from typing import Annotated, Final

from fastapi import File, Form, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from lfassess.api.dependencies import Configured, Connected
from lfassess.api.routes.suppressions import export_csv
from lfassess.api.web.rendering import render
from lfassess.api.web.views.common import PageNumber, Pager, Word, back_to, new_router
from lfassess.assessment.intake.suppression import (
    BadEntry,
    Entry,
    entries_of,
    read_entries,
    sorted_out,
)
from lfassess.db.commands import suppressions as commands
from lfassess.db.database import Database
from lfassess.db.queries import suppressions
from lfassess.errors import UsageError

router = new_router()

_PATH: Final = "/leads/do-not-contact"
_PAGE: Final = 50
_MAX_SHOWN: Final = 50  # of the values that mean nobody

_Note = Annotated[str, Form(max_length=500, pattern=r"^[^\x00]*$")]


@router.get(_PATH)
def list_page(
    request: Request, database: Connected, q: Word = "", page: PageNumber = 1
) -> Response:
    return _page(request, database, q=q, page=page)


def _page(
    request: Request,
    database: Database,
    *,
    q: str = "",
    page: int = 1,
    bad: list[BadEntry] | None = None,
    added: int = 0,
) -> Response:
    with database.session() as session:
        total = suppressions.count(session, search=q)
        found = suppressions.newest(session, search=q, limit=_PAGE, offset=_PAGE * (page - 1))
    values = {
        "entries": found,
        "q": q,
        "pager": Pager(_PATH, {"q": q}, page, _PAGE, total),
        "bad": (bad or [])[:_MAX_SHOWN],
        "bad_count": len(bad or []),
        "added": added,
    }
    return render(
        request, "do_not_contact.html.j2", values, status=422 if bad and not added else 200
    )


@router.get(f"{_PATH}.csv")
def list_csv(database: Connected) -> Response:
    """Answer the whole list, as `lfassess leads suppress --export` does."""
    return export_csv(database)


@router.post(_PATH)
def add(
    *,
    request: Request,
    database: Connected,
    settings: Configured,
    values: Annotated[str, Form(max_length=100_000, pattern=r"^[^\x00]*$")] = "",
    note: _Note = "",
) -> Response:
    """Put what a person wrote on the list, an entry a line or between commas."""
    given = [value for value in re.split(r"[\n,;]", values) if value.strip()]
    found = sorted_out(entries_of(given, country=settings.default_country))
    return _added(request, database, *found, note.strip() or None)


@router.post(f"{_PATH}/import")
def add_file(
    *,
    request: Request,
    database: Connected,
    settings: Configured,
    file: Annotated[UploadFile, File()],
    note: _Note = "",
) -> Response:
    """Put the entries of a CSV on the list."""
    try:
        text = io.TextIOWrapper(file.file, encoding="utf-8-sig", newline="")
        found = sorted_out(read_entries(text, country=settings.default_country))
    except (UnicodeDecodeError, csv.Error) as e:
        raise UsageError("That is not CSV in UTF-8.", hint="Save it as CSV UTF-8 first.") from e
    return _added(request, database, *found, note.strip() or None)


def _added(
    request: Request,
    database: Database,
    entries: list[Entry],
    bad: list[BadEntry],
    note: str | None,
) -> Response:
    if not entries and not bad:
        raise UsageError("There is no domain, phone number or e-mail address in it.")
    with database.session() as session:
        added = commands.add(session, entries, note=note)
    if bad:
        return _page(request, database, bad=bad, added=added)
    return back_to(_PATH, "suppressed" if added else "suppressed-before")


@router.post(f"{_PATH}/remove")
def remove(
    database: Connected,
    kind: Annotated[str, Form(max_length=10)],
    value: Annotated[str, Form(max_length=400, pattern=r"^[^\x00]*$")],
) -> Response:
    with database.session() as session:
        commands.remove(session, [(kind, value)])
    return back_to(_PATH, "freed")
