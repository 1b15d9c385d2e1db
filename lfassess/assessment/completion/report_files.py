"""Writes the reports of a whole batch into a folder, or into a zip as it is sent."""

from __future__ import annotations

import io
import os
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from lfassess.assessment.completion import review
from lfassess.assessment.completion.rendering import Format, audit_report, render_as
from lfassess.assessment.runtime import Runtime
from lfassess.db.commands import assessments
from lfassess.db.database import Database
from lfassess.db.queries.batch_reports import ReportDue
from lfassess.errors import LfassessError
from lfassess.report.render import Paper, slug
from lfassess.settings import Settings

_LONGEST: Final = 40  # of a business's name in a file's


@dataclass(frozen=True, slots=True)
class Order:
    """In which formats, on which paper, in which language."""

    formats: tuple[Format, ...]
    paper: Paper = "A4"
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What came of one audit's files."""

    due: ReportDue
    files: tuple[str, ...] = ()  # written now, by name
    error: str | None = None
    hint: str | None = None


def name_of(due: ReportDue, fmt: Format) -> str:
    """Return a file's name by its lead, as "12-harbour-bakery-teaser.pdf"."""
    kind = "teaser" if fmt.startswith("teaser") else "audit"
    ending = "pdf" if fmt == "teaser" else fmt.removeprefix("teaser-")
    plain = unicodedata.normalize("NFKD", due.name).encode("ascii", "ignore").decode()
    name = slug(plain.replace("'", ""))[:_LONGEST].strip("-") or "lead"
    return f"{due.lead_id}-{name}-{kind}.{ending}"


def allowed(due: ReportDue, formats: Sequence[Format]) -> tuple[Format, ...]:
    """Return the formats that an audit has: no teaser where nobody may be contacted."""
    return tuple(f for f in formats if not (due.do_not_contact and f.startswith("teaser")))


def missing(folder: Path, due: ReportDue, formats: Sequence[Format]) -> tuple[Format, ...]:
    """Return the formats that the folder lacks, or holds in an older state of the audit."""
    own = allowed(due, formats)
    return tuple(fmt for fmt in own if not _is_current(folder / name_of(due, fmt), due))


def _is_current(path: Path, due: ReportDue) -> bool:
    try:
        written = path.stat().st_mtime
    except FileNotFoundError:
        return False
    return due.changed_at is None or written > due.changed_at.timestamp()


def write_all(
    settings: Settings, folder: Path, dues: Sequence[ReportDue], order: Order, *, jobs: int
) -> Iterator[Written]:
    """Write what the folder lacks, several audits at once; yields each as it is done.

    A file is whole or not there, so that the same call goes on where another one stopped.

    Args:
        settings: of this installation.
        folder: there, and writable.
        dues: the audits.
        order: of each.
        jobs: processes, each with a browser of its own where it prints.
    """
    todo = [(due, lacks) for due in dues if (lacks := missing(folder, due, order.formats))]
    if not todo:
        return
    # A forked process would share the parent's connections.
    with ProcessPoolExecutor(min(jobs, len(todo)), mp_context=get_context("spawn")) as pool:
        futures: dict[Future[Written], ReportDue] = {
            pool.submit(
                write_one, settings, folder, due, Order(lacks, order.paper, order.language)
            ): due
            for due, lacks in todo
        }
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def write_one(settings: Settings, folder: Path, due: ReportDue, order: Order) -> Written:
    """Write one audit's files; a failure is part of the answer."""
    names: list[str] = []
    try:
        with Runtime.of(settings) as runtime:
            for fmt, data in _rendered(settings, runtime.database, due, order):
                _put(folder / name_of(due, fmt), data)
                names.append(name_of(due, fmt))
    except LfassessError as e:
        return Written(due, tuple(names), str(e), e.hint)
    except OSError as e:
        return Written(due, tuple(names), f"Can't write into {folder}: {e.strerror}.")
    return Written(due, tuple(names))


def _rendered(
    settings: Settings, database: Database, due: ReportDue, order: Order
) -> Iterator[tuple[Format, bytes]]:
    with database.session() as session:
        stored = assessments.load(session, due.assessment_id)
        decided = review.decided(session, due.assessment_id)
        session.expunge_all()
    report = audit_report(stored, settings, decided, language=order.language)
    for fmt in allowed(due, order.formats):
        yield fmt, render_as(report, settings, fmt, order.paper)


def _put(path: Path, data: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


class _Sent(io.RawIOBase):
    """A file that is only ever written to the end, handed on piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object, /) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._pieces.append(piece)
        return len(piece)

    def taken(self) -> bytes:
        pieces, self._pieces = b"".join(self._pieces), []
        return pieces


def zipped(
    settings: Settings, database: Database, dues: Sequence[ReportDue], order: Order
) -> Iterator[bytes]:
    """Return a zip of all the files, as it is made: no more than one report is held at a time."""
    out = _Sent()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for due in dues:
            for fmt, data in _rendered(settings, database, due, order):
                archive.writestr(name_of(due, fmt), data)
                yield out.taken()
    yield out.taken()
