"""Takes leads into the store: a file of them, or one; bad rows are reported, good rows go on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from lfassess.assessment import csv_lines
from lfassess.assessment.csv_rows import Reject, read_rows
from lfassess.assessment.lead_row import LIMITS, LeadRow, build, refuse_length
from lfassess.assessment.normalise import InvalidValueError
from lfassess.db import imports, leads
from lfassess.db.session import session_scope
from lfassess.errors import UsageError

MAX_SHOWN: Final = 50  # refused rows told to people; a batch keeps them all
_CHUNK: Final = 2_000  # rows
_Chunk = tuple[list[LeadRow], list[Reject]]


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What came of a file; file_rows = added + known + rejected_count."""

    batch_id: int | None
    file_rows: int
    added: int
    known: int  # already in the store
    rejected: Sequence[imports.NewReject]  # the first MAX_SHOWN
    rejected_count: int
    note: str | None  # what people should know about how the file was read
    resumed: bool  # this very file was imported before

    def as_json(self) -> dict[str, Any]:
        return {
            "batch_id": self.batch_id,
            "rows": self.file_rows,
            "added": self.added,
            "known": self.known,
            "rejected": self.rejected_count,
            "rejects": [
                {"line": r.line, "reason": r.reason, "excerpt": r.excerpt} for r in self.rejected
            ],
            "note": self.note,
            "resumed": self.resumed,
        }


@dataclass(slots=True)
class _Tally:
    """Counts while a file is read."""

    valid: int = 0
    added: int = 0
    rejected_count: int = 0
    rejected: list[Reject] = field(default_factory=list)

    def reject(self, rejects: Sequence[Reject]) -> None:
        self.rejected_count += len(rejects)
        self.rejected += rejects[: MAX_SHOWN - len(self.rejected)]

    def result(self, batch_id: int | None, note: str | None) -> ImportResult:
        return ImportResult(
            batch_id=batch_id,
            file_rows=self.valid + self.rejected_count,
            added=self.added,
            known=self.valid - self.added,
            rejected=self.rejected,
            rejected_count=self.rejected_count,
            note=note,
            resumed=False,
        )


def plan_file(
    path: Path, *, column_map: Mapping[str, str], default_country: str, allow_private: bool
) -> ImportResult:
    """Read the file as an import would, writing nothing; ``added`` counts known leads too.

    Raises:
        UsageError: the file can't be read, is empty, or has neither a website nor a name column.
    """
    facts = csv_lines.inspect(path)
    tally = _Tally()
    rows = read_rows(
        path,
        column_map=column_map,
        default_country=default_country,
        allow_private=allow_private,
        encoding=facts.encoding,
    )
    for row in rows:
        if isinstance(row, Reject):
            tally.reject([row])
        else:
            tally.valid += 1
    tally.added = tally.valid
    return tally.result(None, facts.note)


def import_file(
    database_url: str,
    path: Path,
    *,
    column_map: Mapping[str, str],
    default_country: str,
    allow_private: bool,
    batch_name: str | None = None,
    create_batch: bool,
) -> ImportResult:
    """Store the file's leads in one transaction; leads that are known keep their data.

    Args:
        database_url: the store.
        path: a CSV file.
        column_map: {field: column name} where the header doesn't say it.
        default_country: two-letter country of rows that name none.
        allow_private: take private addresses as websites.
        batch_name: what to call the batch; the file's name by default.
        create_batch: also make a batch of the leads. The same file, read in the same way, gives
            the same batch again and adds nothing.

    Raises:
        UsageError: the file can't be read, is empty, or has neither a website nor a name column.
        ServiceUnreachableError: Postgres can't be reached.
    """
    facts = csv_lines.inspect(path)
    reading = {
        "column_map": dict(column_map),
        "default_country": default_country,
        "allow_private": allow_private,
    }
    rows = read_rows(
        path,
        column_map=column_map,
        default_country=default_country,
        allow_private=allow_private,
        encoding=facts.encoding,
    )
    with session_scope(database_url) as session:
        imports.one_at_a_time(session)
        batch_id = None
        if create_batch:
            batch_id, new = imports.claim_batch(
                session,
                name=batch_name or path.name,
                content_hash=_content_hash(facts.sha256, reading),
                options={"file": path.name, **reading},
            )
            if not new:
                return _resumed(session, batch_id, facts.note)
        return _store(session, batch_id, rows).result(batch_id, facts.note)


def _content_hash(file_sha256: str, reading: Mapping[str, Any]) -> str:
    return hashlib.sha256(
        f"{file_sha256} {json.dumps(reading, sort_keys=True)}".encode()
    ).hexdigest()


def _resumed(session: Session, batch_id: int, note: str | None) -> ImportResult:
    known, rejected = imports.sizes(session, batch_id)
    return ImportResult(
        batch_id=batch_id,
        file_rows=known + rejected,
        added=0,
        known=known,
        rejected=imports.first_rejects(session, batch_id, MAX_SHOWN),
        rejected_count=rejected,
        note=note,
        resumed=True,
    )


def _store(session: Session, batch_id: int | None, rows: Iterator[LeadRow | Reject]) -> _Tally:
    tally = _Tally()
    for valid, rejects in _read_ahead(_chunks(rows)):
        tally.valid += len(valid)
        tally.added += len(leads.add(session, valid))
        tally.reject(rejects)
        if batch_id is not None:
            imports.attach_leads(session, batch_id, valid)
            imports.add_rejects(session, batch_id, rejects)
    return tally


def _read_ahead(chunks: Iterator[_Chunk]) -> Iterator[_Chunk]:
    """Read the next chunk while Postgres takes the last one in."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, chunks, None)
        while (chunk := coming.result()) is not None:
            coming = pool.submit(next, chunks, None)
            yield chunk


def _chunks(rows: Iterator[LeadRow | Reject]) -> Iterator[_Chunk]:
    valid: list[LeadRow] = []
    rejects: list[Reject] = []
    for row in rows:
        if isinstance(row, Reject):
            rejects.append(row)
        else:
            valid.append(row)
        if len(valid) + len(rejects) >= _CHUNK:
            yield valid, rejects
            valid, rejects = [], []
    yield valid, rejects


def add_lead(
    database_url: str, *, website: str, name: str | None = None, default_country: str
) -> int:
    """Store the lead with this website and return its id; see ``put_lead``."""
    values = {"website": website} | ({"name": name} if name else {})
    return put_lead(database_url, values, default_country=default_country)[0]


def put_lead(
    database_url: str, values: Mapping[str, str], *, default_country: str
) -> tuple[int, bool]:
    """Store one lead; of a known one only fill in what is missing.

    A website alone means the oldest lead with that website, if there is one.

    Args:
        database_url: the store.
        values: name, website, phone, address, country; any may be missing. The website is as
            ``normalise_website`` returned it, which has judged whether it may be private.
        default_country: two-letter country where the values name none.

    Returns:
        (lead id, whether it is new).

    Raises:
        UsageError: these values are no lead.
        ServiceUnreachableError: Postgres can't be reached.
    """
    try:
        for field, value in values.items():
            refuse_length(f"the {field}", value, LIMITS[field])
        row = build(values, default_country=default_country, allow_private=True)
    except InvalidValueError as e:
        raise UsageError(f"This is no lead: {e}.") from e
    with session_scope(database_url) as session:
        if values.keys() == {"website"} and row.website is not None:
            known = leads.oldest_with_website(session, row.website)
            if known is not None:
                return known, False
        added = leads.add(session, [row])
        return (added[0], True) if added else (leads.id_of(session, row.dedupe_key), False)
