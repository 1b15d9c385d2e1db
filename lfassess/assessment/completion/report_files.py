"""Writes the reports of a whole batch into a folder, or into a zip as it is sent."""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
import unicodedata
import zipfile
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final

from lfassess.assessment.completion import review
from lfassess.assessment.completion.rendering import Format, audit_report, named, render_as
from lfassess.assessment.runtime import Runtime
from lfassess.db.commands import assessments
from lfassess.db.database import Database
from lfassess.db.queries.batch import ReportDue
from lfassess.errors import LfassessError
from lfassess.report.render import Paper, slug
from lfassess.settings import Settings, get_settings

logger = logging.getLogger(__name__)

_Job = tuple[str, int, int, str, list[str]]  # folder, audit, lead, name, formats

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
    kind, ending = named(fmt)
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
    folder: Path, dues: Sequence[ReportDue], order: Order, *, jobs: int
) -> Iterator[Written]:
    """Write what the folder lacks, several audits at once; yields each as it is done.

    A file is whole or not there, so that the same call goes on where another one stopped.

    Args:
        folder: there, and writable.
        dues: the audits.
        order: of each.
        jobs: processes, each with a browser of its own where it prints. They read this process's
            environment, as it did.
    """
    todo: deque[_Job] = deque(
        (str(folder.absolute()), due.assessment_id, due.lead_id, due.name, list(lacks))
        for due in dues
        if (lacks := missing(folder, due, order.formats))
    )
    by_id = {due.assessment_id: due for due in dues}
    done: SimpleQueue[Written | None] = SimpleQueue()
    writers = [_Writer(todo, order, by_id, done) for _ in range(min(jobs, len(todo)))]
    try:
        for writer in writers:
            writer.start()
        left = len(writers)
        while left:
            written = done.get()
            if written is None:
                left -= 1
            else:
                yield written
    finally:
        todo.clear()
        for writer in writers:
            writer.join()


class _Writer(threading.Thread):
    """Has a process of its own write one audit after another."""

    def __init__(
        self,
        todo: deque[_Job],
        order: Order,
        by_id: Mapping[int, ReportDue],
        done: SimpleQueue[Written | None],
    ) -> None:
        super().__init__(name="report-writer", daemon=True)
        self._todo, self._order, self._by_id, self._done = todo, order, by_id, done

    def run(self) -> None:
        job: _Job | None = None
        try:
            # Ctrl-C is for the command: what a writer has begun, it finishes.
            with subprocess.Popen(
                [sys.executable, "-m", __name__, self._order.paper, self._order.language or ""],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                start_new_session=True,
            ) as process:
                assert process.stdin
                assert process.stdout
                while self._todo:
                    job = self._todo.popleft()
                    print(json.dumps(job), file=process.stdin, flush=True)
                    answer = json.loads(process.stdout.readline())
                    self._done.put(_written(self._by_id[job[1]], answer))
                    job = None
                process.stdin.close()
        except (OSError, ValueError, IndexError):
            logger.exception("A process that writes reports has ended")
            if job is not None:
                self._done.put(Written(self._by_id[job[1]], error="Its process ended too early."))
        finally:
            self._done.put(None)


def _written(due: ReportDue, answer: dict[str, Any]) -> Written:
    return Written(due, tuple(answer["files"]), answer["error"], answer["hint"])


def main() -> None:
    """Write what each line on stdin asks for; answer each with a line on stdout."""
    paper: Paper = "Letter" if sys.argv[1] == "Letter" else "A4"
    settings = get_settings()
    with Runtime.of(settings) as runtime:
        for line in sys.stdin:
            folder, assessment_id, lead_id, name, formats = json.loads(line)
            due = ReportDue(assessment_id, lead_id, name, do_not_contact=False, changed_at=None)
            order = Order(tuple(formats), paper, sys.argv[2] or None)
            written = _write_one(settings, runtime.database, Path(folder), due, order)
            answer = {"files": written.files, "error": written.error, "hint": written.hint}
            print(json.dumps(answer), flush=True)  # noqa: T201 - what the other end reads


def _write_one(
    settings: Settings, database: Database, folder: Path, due: ReportDue, order: Order
) -> Written:
    names: list[str] = []
    try:
        for fmt, data in _rendered(settings, database, due, order):
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


if __name__ == "__main__":
    main()
