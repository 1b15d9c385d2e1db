"""Submitting a website, or a file of leads."""

from __future__ import annotations

import re
from pathlib import Path, PurePath
from typing import Annotated, Final

from fastapi import File, Form, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from lfassess.api.body_limit import MAX_UPLOAD
from lfassess.api.uploads import MAX_ROWS
from lfassess.api.web import pending_uploads
from lfassess.api.web.rendering import render
from lfassess.api.web.views.common import Configured, Connected, Work, back_to, new_router
from lfassess.assessment.intake.estimate import estimate
from lfassess.assessment.intake.lead_import import Preview, import_file, upsert_lead
from lfassess.assessment.intake.lists.encoding import CANDIDATES, UnsureEncodingError
from lfassess.assessment.intake.lists.rows import Reading, TooManyRowsError, header_of
from lfassess.assessment.intake.lists.tables import local_copy
from lfassess.assessment.intake.normalise import InvalidValueError, given_website, names_scheme
from lfassess.assessment.intake.submission import submit_batch, submit_lead
from lfassess.assessment.intake.workload import Workload
from lfassess.assessment.orchestrator import plan
from lfassess.errors import UsageError
from lfassess.settings import Settings

router = new_router()

_WEEK_S: Final = 7 * 86_400.0  # assessments younger than this are reused, as on the command line

# Fields whose columns can be chosen on the page.
_FIELDS: Final = ("name", "website", "phone", "address", "country")

Checks = Annotated[list[str] | None, Form()]
Encoding = Annotated[str, Form(max_length=40)]
Columns = Annotated[list[str] | None, Form(max_length=40)]  # FIELD=COLUMN


@router.get("/submit")
def submit_page(request: Request, settings: Configured, work: Work) -> Response:
    checks = [(c.name, c.skip_reason(settings)) for c in work.checks.values()]
    values = {
        "checks": checks,
        "max_rows": MAX_ROWS,
        "max_mb": MAX_UPLOAD // 1024**2,
        "encodings": CANDIDATES,
    }
    return render(request, "submit.html.j2", values)


@router.post("/submit/website")
def submit_website(
    *,
    database: Connected,
    settings: Configured,
    work: Work,
    url: Annotated[str, Form(max_length=2_048)] = "",
    name: Annotated[str, Form(max_length=200)] = "",
    check: Checks = None,
) -> Response:
    plan(settings, work.checks, check)  # a wrong name is refused before anything is stored
    values = {"website": _website(url, settings)} | ({"name": name} if name.strip() else {})
    lead_id, _ = upsert_lead(
        database,
        values,
        default_country=settings.default_country,
        bare=not names_scheme(url),
    )
    opened, new = submit_lead(work, lead_id, check)
    return back_to(f"/assessments/{opened}", "submitted" if new else "joined")


def _website(url: str, settings: Settings) -> str:
    try:
        website = given_website(url, settings)
    except InvalidValueError as e:
        raise UsageError(f"{url!r} can't be assessed: {e}") from e
    if website is None:
        raise UsageError("Give the website's address.")
    return website


@router.post("/submit/preview")
def preview_file(
    *,
    request: Request,
    database: Connected,
    settings: Configured,
    work: Work,
    file: Annotated[UploadFile | None, File()] = None,
    upload: Annotated[str, Form(max_length=64)] = "",
    name: Annotated[str, Form(max_length=200)] = "",
    budget: Annotated[str, Form(max_length=20)] = "",
    check: Checks = None,
    encoding: Encoding = "",
    column: Columns = None,
) -> Response:
    """Show what a file would give, before anything is stored; again where it is read otherwise."""
    plan(settings, work.checks, check)
    _usd(budget)
    if file is not None and file.filename:
        upload, name = pending_uploads.hold(settings, file.file), _plain_name(file.filename)
    if not upload:
        raise UsageError("Choose a file first.")
    name = _plain_name(name) or "Upload"
    path = pending_uploads.held(settings, upload)
    reading = _reading(settings, encoding, column)
    try:
        result = import_file(database, path, reading, create_batch=True, preview=Preview(_WEEK_S))
    except UsageError as e:
        error = _on_the_page(e, upload, name)
        choices = None if isinstance(e, TooManyRowsError) else _choices(path, reading, e)
        if choices is None:
            if file is not None:
                path.unlink(missing_ok=True)
            raise error from e
        shown = {
            "message": error.message,
            "hint": error.hint,
            "upload": upload,
            "name": name,
            "budget": budget,
            "encoding": encoding,
            "encodings": CANDIDATES,
            "header": choices,
            "mapped": reading.column_map,
            "fields": _FIELDS,
            "chosen": check or [],
        }
        return render(request, "unread.html.j2", shown, status=422)
    ahead = result.workload or Workload.separate(0)
    values = {
        "result": result,
        "estimate": estimate(settings, work.checks, ahead, only=check),
        "note": (result.note or "").replace(upload, name).replace(" with --encoding", " below"),
        "upload": upload,
        "name": name,
        "budget": budget,
        "encoding": encoding,
        "encodings": CANDIDATES,
        "mapped": reading.column_map,
        "fields": _FIELDS,
        "chosen": check or [],
    }
    return render(request, "preview.html.j2", values)


@router.post("/submit/file")
def submit_file(
    *,
    database: Connected,
    settings: Configured,
    work: Work,
    file: Annotated[UploadFile | None, File()] = None,
    upload: Annotated[str, Form(max_length=64)] = "",
    name: Annotated[str, Form(max_length=200)] = "",
    budget: Annotated[str, Form(max_length=20)] = "",
    check: Checks = None,
    encoding: Encoding = "",
    column: Columns = None,
) -> Response:
    """Import a file that was previewed, or one that comes with the form, and assess its leads."""
    plan(settings, work.checks, check)
    budget_usd = _usd(budget)
    if file is not None and file.filename:
        upload, name = pending_uploads.hold(settings, file.file), _plain_name(file.filename)
    if not upload:
        raise UsageError("Choose a file first.")
    path = pending_uploads.held(settings, upload)
    name = _plain_name(name) or "Upload"
    try:
        imported = import_file(
            database,
            path,
            _reading(settings, encoding, column),
            batch_name=name,
            create_batch=True,
        )
    except UsageError as e:
        raise _on_the_page(e, upload, name) from e
    path.unlink(missing_ok=True)
    batch_id = imported.batch_id or 0
    submit_batch(work, batch_id, only=check, max_age_s=_WEEK_S, budget_usd=budget_usd)
    return back_to(f"/batches/{batch_id}", "resumed" if imported.resumed else "imported")


def _plain_name(name: str) -> str:
    """Return the file's name for people; it never becomes a path."""
    return PurePath(name).name.replace("\x00", "")[:200]


def _choices(path: Path, reading: Reading, error: UsageError) -> list[str] | None:
    """Return the columns to choose from, none before the encoding is; None: nothing would help."""
    if isinstance(error, UnsureEncodingError):
        return []
    try:
        with local_copy(path) as local:
            return header_of(local, reading) or None
    except UsageError:
        return None


def _on_the_page(error: UsageError, upload: str, name: str) -> UsageError:
    """Return the error with the file's own name, and with what the page has for options."""
    hint = (error.hint or "").replace(upload, name)
    hint = re.sub(r", as in --encoding (\S+)\.", r" under Encoding: \1.", hint)
    hint = hint.replace(", as in --map website=COLUMN.", " under Column of the website.")
    return type(error)(error.message.replace(upload, name), hint=hint or None)


def _reading(settings: Settings, encoding: str, column: list[str] | None) -> Reading:
    chosen = (entry.partition("=") for entry in column or [])
    return Reading.by(
        settings,
        column_map={field: named for field, _, named in chosen if named},
        encoding=encoding or None,
        max_rows=MAX_ROWS,
    )


def _usd(typed: str) -> float | None:
    """Return the amount, or None where none was given."""
    if not typed.strip():
        return None
    try:
        usd = float(typed)
    except ValueError:
        usd = -1.0
    if not 0 <= usd <= 1_000_000:  # noqa: PLR2004 - as the API has it; refuses nan, too
        raise UsageError(f"{typed!r} is no budget in dollars.")
    return usd
