"""Takes a batch in whatever form it comes: JSON, a CSV as the body, or a form with a CSV file."""

from __future__ import annotations

import csv
import hashlib
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

from fastapi import Query
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import Request

from lfassess.api.problems import ProblemError
from lfassess.api.schemas.assessments import Checks, RivalCount
from lfassess.api.schemas.batches import WEEK_S, MaxAge, NewBatch, NewLead

MAX_ROWS: Final = 100_000
_RIVALS: Final = "rivals"
_FIELDS: Final = tuple(name for name in NewLead.model_fields if name != _RIVALS)
_CHUNK: Final = 1 << 20


class Options(BaseModel):
    """How a CSV is to be read and assessed, in the query."""

    model_config = ConfigDict(extra="forbid")

    name: str | None = Field(
        None, max_length=200, pattern=r"^[^\x00]*$", description="What to call the batch."
    )
    checks: Checks = None
    max_age_s: MaxAge = WEEK_S
    rival_count: RivalCount = 0
    map: list[Annotated[str, Field(max_length=200, pattern=r"^[a-z]+=[^\x00]+$")]] = Field(
        [], max_length=20, description="field=column, where the header doesn't say it."
    )
    encoding: str | None = Field(
        None, max_length=40, pattern=r"^[A-Za-z0-9_.:-]+$", description="The file's, if not UTF-8."
    )
    keep_duplicates: bool = Field(
        default=False, description="Rows that repeat another are leads, too."
    )
    budget_usd: float | None = Field(
        None, ge=0, le=1_000_000, description="No call is bought that would go beyond it."
    )


Asked = Annotated[Options, Query()]


@dataclass(frozen=True, slots=True)
class Upload:
    """A batch as a file, and its options."""

    path: Path
    name: str
    columns: dict[str, str]
    checks: Sequence[str] | None
    max_age_s: float
    sha256: str
    encoding: str | None = None
    keep_duplicates: bool = False
    rival_count: int = 0


@asynccontextmanager
async def received(request: Request, options: Options) -> AsyncIterator[Upload]:
    """Keep what the request carries as a file, as long as the context lasts.

    Raises:
        ProblemError: 415, it is neither JSON nor CSV.
        RequestValidationError: JSON that is no batch, or a form without a file.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    with tempfile.TemporaryDirectory(prefix="lfassess-upload-") as folder:
        path = Path(folder) / "leads.csv"
        if kind == "application/json":
            yield await _from_json(request, path)
        elif kind == "text/csv":
            sha256 = await _save(request.stream(), path)
            yield _csv(path, options, options.name or "API batch", sha256)
        elif kind == "multipart/form-data":
            yield await _from_form(request, path, options)
        else:
            raise ProblemError(
                415,
                "unsupported_media_type",
                "A batch comes as application/json, text/csv or multipart/form-data.",
            )


def _csv(path: Path, options: Options, name: str, sha256: str) -> Upload:
    columns = dict(entry.split("=", 1) for entry in options.map)
    return Upload(
        path,
        name,
        columns,
        options.checks,
        options.max_age_s,
        sha256,
        options.encoding,
        options.keep_duplicates,
        options.rival_count,
    )


async def _from_form(request: Request, path: Path, options: Options) -> Upload:
    async with request.form(max_files=1, max_fields=10) as form:
        file = form.get("file")
        if not isinstance(file, UploadFile):
            raise _invalid("The form needs a CSV as its file.", "body", "file")
        sha256 = await _save(_chunks(file), path)
        # The name is for people only; it never becomes a path.
        name = options.name or (file.filename or "upload.csv").replace("\x00", "")[:200]
    return _csv(path, options, name, sha256)


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(_CHUNK):
        yield chunk


async def _save(chunks: AsyncIterator[bytes], path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("wb") as file:
        async for chunk in chunks:
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()


async def _from_json(request: Request, path: Path) -> Upload:
    body = await request.body()
    try:
        batch = await run_in_threadpool(NewBatch.model_validate_json, body)
    except ValidationError as e:
        raise invalid_body(e) from e
    sha256 = await run_in_threadpool(_write, path, batch.leads)
    return Upload(
        path,
        batch.name,
        {},
        batch.checks,
        float(batch.max_age_s),
        sha256,
        keep_duplicates=batch.keep_duplicates,
        rival_count=batch.rival_count,
    )


def invalid_body(error: ValidationError) -> RequestValidationError:
    """Return what says which parts of a body are wrong."""
    return RequestValidationError(
        [{**each, "loc": ("body", *each["loc"])} for each in error.errors(include_url=False)]
    )


def _write(path: Path, leads: Sequence[NewLead]) -> str:
    """Write the leads as the file they could have been, one line each; returns its SHA-256."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        named = any(lead.rivals for lead in leads)  # without any, the same file as ever
        writer.writerow((*_FIELDS, _RIVALS) if named else _FIELDS)
        for lead in leads:
            cells = [_on_one_line(getattr(lead, field)) for field in _FIELDS]
            writer.writerow([*cells, " ".join(lead.rivals)] if named else cells)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _on_one_line(text: str | None) -> str:
    return ", ".join((text or "").splitlines())


def _invalid(message: str, *where: str) -> RequestValidationError:
    error: dict[str, Any] = {"loc": where, "msg": message, "type": "value_error"}
    return RequestValidationError([error])
