"""Submitting a website, or a file of leads."""

from __future__ import annotations

import re
import secrets
import shutil
import time
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Annotated, Any, BinaryIO, Final

from fastapi import Depends, File, Form, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from lfassess.api.body_limit import MAX_UPLOAD
from lfassess.api.dependencies import Configured, Connected, Work
from lfassess.api.uploads import MAX_ROWS
from lfassess.api.web.rendering import render
from lfassess.api.web.views.common import back_to, new_router
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
_KEEP_S: Final = 3_600.0  # uploads that nobody imports, after a preview
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{32}")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _FileForm:
    """What the forms of a file send: the file itself, or the token of one that was previewed."""

    settings: Configured
    work: Work
    file: Annotated[UploadFile | None, File()] = None
    upload: Annotated[str, Form(max_length=64)] = ""
    name: Annotated[str, Form(max_length=200)] = ""
    budget: Annotated[str, Form(max_length=20)] = ""
    check: Checks = None
    encoding: Annotated[str, Form(max_length=40)] = ""
    column: Annotated[list[str] | None, Form(max_length=40)] = None  # FIELD=COLUMN

    def take(self) -> tuple[str, str, Path]:
        """Return the file's token, its name for people and where it lies.

        Raises:
            UsageError: there is none, or checks or budget are none.
        """
        plan(self.settings, self.work.checks, self.check)
        _usd(self.budget)
        upload, name = self.upload, self.name
        if self.file is not None and self.file.filename:
            upload, name = hold(self.settings, self.file.file), self.file.filename
        if not upload:
            raise UsageError("Choose a file first.")
        return upload, _plain_name(name) or "Upload", held(self.settings, upload)

    def reading(self) -> Reading:
        chosen = (entry.partition("=") for entry in self.column or [])
        return Reading.by(
            self.settings,
            column_map={field: named for field, _, named in chosen if named},
            encoding=self.encoding or None,
            max_rows=MAX_ROWS,
        )


FileForm = Annotated[_FileForm, Depends()]


@router.post("/submit/preview")
def preview_file(*, request: Request, database: Connected, form: FileForm) -> Response:
    """Show what a file would give, before anything is stored; again where it is read otherwise."""
    upload, name, path = form.take()
    reading = form.reading()
    values: dict[str, Any] = {
        "upload": upload,
        "name": name,
        "budget": form.budget,
        "encoding": form.encoding,
        "encodings": CANDIDATES,
        "mapped": reading.column_map,
        "fields": _FIELDS,
        "chosen": form.check or [],
    }
    try:
        result = import_file(database, path, reading, create_batch=True, preview=Preview(_WEEK_S))
    except UsageError as e:
        error = _on_the_page(e, upload, name)
        choices = None if isinstance(e, TooManyRowsError) else _choices(path, reading, e)
        if choices is None:
            if form.file is not None:
                path.unlink(missing_ok=True)
            raise error from e
        values |= {"message": error.message, "hint": error.hint, "header": choices}
        return render(request, "unread.html.j2", values, status=422)
    ahead = result.workload or Workload.separate(0)
    values |= {
        "result": result,
        "estimate": estimate(form.settings, form.work.checks, ahead, only=form.check),
        "note": (result.note or "").replace(upload, name).replace(" with --encoding", " below"),
    }
    return render(request, "preview.html.j2", values)


@router.post("/submit/file")
def submit_file(*, database: Connected, form: FileForm) -> Response:
    """Import a file that was previewed, or one that comes with the form, and assess its leads."""
    upload, name, path = form.take()
    try:
        imported = import_file(database, path, form.reading(), batch_name=name, create_batch=True)
    except UsageError as e:
        raise _on_the_page(e, upload, name) from e
    path.unlink(missing_ok=True)
    batch_id = imported.batch_id or 0
    submit_batch(
        form.work, batch_id, only=form.check, max_age_s=_WEEK_S, budget_usd=_usd(form.budget)
    )
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


def _usd(typed: str) -> float | None:
    """Return the amount, or None where none was given."""
    if not typed.strip():
        return None
    try:
        usd = float(typed)
    except ValueError:
        usd = -1.0
    if not 0 <= usd <= 1_000_000:  # noqa: PLR2004 - as the API has it; refuses nan, too
        raise UsageError(f"{typed!r} is not a budget in dollars.")
    return usd


def hold(settings: Settings, file: BinaryIO) -> str:
    """Store an upload and return its token, which nobody can guess."""
    folder = settings.data_dir / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.stat().st_mtime < time.time() - _KEEP_S:
            old.unlink(missing_ok=True)
    token = secrets.token_urlsafe(24)
    with (folder / token).open("wb") as out:
        shutil.copyfileobj(file, out)
    return token


def held(settings: Settings, token: str) -> Path:
    """Return the file of a token; raises UsageError where it is gone."""
    path = settings.data_dir / "uploads" / token
    if not _TOKEN.fullmatch(token) or not path.is_file():
        raise UsageError("The uploaded file is no longer there. Choose it again.")
    return path
