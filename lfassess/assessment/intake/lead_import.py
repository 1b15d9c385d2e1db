"""Takes leads into the store: a file of them, or one; bad rows are reported, good rows go on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from lfassess.assessment.intake import workload
from lfassess.assessment.intake.lead_row import LIMITS, LeadRow, Note, build, check_length
from lfassess.assessment.intake.lists import tables
from lfassess.assessment.intake.lists.identity import bounded, place_of, site_in
from lfassess.assessment.intake.lists.rows import OpenList, Reading, RejectedRow, open_list
from lfassess.assessment.intake.normalise import InvalidValueError, site_of
from lfassess.assessment.intake.suppression import SuppressionList
from lfassess.assessment.intake.workload import Workload
from lfassess.db.commands import lead_import, leads
from lfassess.db.commands import suppressions as marks
from lfassess.db.database import Database
from lfassess.db.queries import suppressions
from lfassess.errors import UsageError
from lfassess.settings import WEB_PORTS
from lfassess.trades import trade_called

MAX_SHOWN: Final = (
    50  # refused rows and repaired cells shown to people; a batch stores all refusals
)
_SAMPLES: Final = 3  # leads shown in a preview
_CHUNK: Final = 2_000  # rows
_Chunk = tuple[list[LeadRow], list[RejectedRow]]


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What came of a list; file_rows = added + known + rejected_count."""

    batch_id: int | None
    file_rows: int
    added: int
    known: int  # already in the store
    changed: int  # of the known ones, what was missing there was filled in
    rejected: Sequence[lead_import.NewReject]  # the first MAX_SHOWN
    rejected_count: int
    notes: Sequence[Note]  # repaired or dropped cells, the first MAX_SHOWN
    notes_count: int
    columns: str  # which column was taken for what
    header: Sequence[str]  # the columns' names; "" where one has none
    custom: Sequence[str]  # columns stored as custom fields
    samples: Sequence[LeadRow]  # the first ones
    note: str | None  # what people should know about how the file was read
    resumed: bool  # this very file was imported before
    workload: Workload | None = None  # what a batch of it would take; of a preview

    def as_json(self) -> dict[str, Any]:
        return {
            "batch_id": self.batch_id,
            "rows": self.file_rows,
            "added": self.added,
            "known": self.known,
            "changed": self.changed,
            "rejected": self.rejected_count,
            "rejects": [
                {"line": r.line, "reason": r.reason, "excerpt": r.excerpt} for r in self.rejected
            ],
            "repaired": self.notes_count,
            "notes": [{"line": n.line, "column": n.column, "text": n.text} for n in self.notes],
            "columns": self.columns,
            "custom_fields": list(self.custom),
            "samples": [
                {
                    "name": row.name,
                    "website": row.website,
                    "phone": row.phone,
                    "address": row.address,
                    "country": row.country,
                }
                for row in self.samples
            ],
            "note": self.note,
            "resumed": self.resumed,
        }


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be submitted of a list: leads without an assessment younger than this."""

    max_age_s: float
    limit: int | None = None


@dataclass(slots=True)
class _Tally:
    """Counts while a list is read."""

    valid: int = 0
    added: int = 0
    changed: int = 0
    rejected_count: int = 0
    rejected: list[RejectedRow] = field(default_factory=list)
    notes_count: int = 0
    notes: list[Note] = field(default_factory=list)
    samples: list[LeadRow] = field(default_factory=list)

    def take(self, valid: Sequence[LeadRow], rejects: Sequence[RejectedRow]) -> None:
        self.valid += len(valid)
        self.samples += valid[: _SAMPLES - len(self.samples)]
        self.rejected_count += len(rejects)
        self.rejected += rejects[: MAX_SHOWN - len(self.rejected)]
        for row in valid:
            self.notes_count += len(row.notes)
            self.notes += row.notes[: MAX_SHOWN - len(self.notes)]

    def result(self, batch_id: int | None, opened: OpenList) -> ImportResult:
        return ImportResult(
            batch_id=batch_id,
            file_rows=self.valid + self.rejected_count,
            added=self.added,
            known=self.valid - self.added,
            changed=self.changed,
            rejected=self.rejected,
            rejected_count=self.rejected_count,
            notes=self.notes,
            notes_count=self.notes_count,
            columns=opened.columns.explained(),
            header=opened.columns.header,
            custom=list(opened.columns.extra.values()),
            samples=self.samples,
            note=opened.note,
            resumed=False,
        )


def import_file(
    database: Database,
    path: Path,
    reading: Reading,
    *,
    batch_name: str | None = None,
    create_batch: bool,
    preview: Preview | None = None,
    again: bool = False,
) -> ImportResult:
    """Store a list's leads in one transaction; leads that are known keep their data.

    Args:
        database: the store.
        path: a list of any kind that ``lists`` reads; ``-`` is stdin.
        reading: how to read it.
        batch_name: what to call the batch; the file's name by default.
        create_batch: also make a batch of the leads. The same file, read in the same way, gives
            the same batch again and adds nothing.
        again: make a new batch although the same file was imported before.
        preview: do all of it, and then undo it: the counts are those that an import would give,
            and the workload is what submitting its batch would open.

    Raises:
        UsageError: the file can't be read, is no list of leads, or has too many rows.
        ServiceUnreachableError: Postgres can't be reached.
    """
    with database.session() as session:
        return _import(
            session,
            path,
            reading,
            batch_name=batch_name,
            create_batch=create_batch,
            preview=preview,
            again=again,
        )


def preview_files(
    database: Database, paths: Sequence[Path], reading: Reading, preview: Preview
) -> list[ImportResult]:
    """Return what importing lists one after another would give; a lead of several is new once.

    Raises:
        UsageError: as ``import_file``.
        ServiceUnreachableError: Postgres can't be reached.
    """
    with database.session() as session:
        results = [
            _import(session, path, reading, create_batch=False, preview=preview, number=number)
            for number, path in enumerate(paths)
        ]
        session.rollback()
        return results


def _import(
    session: Session,
    path: Path,
    reading: Reading,
    *,
    batch_name: str | None = None,
    create_batch: bool,
    preview: Preview | None,
    again: bool = False,
    number: int | None = None,
) -> ImportResult:
    """Import a list within a transaction; a preview that has a number leaves the undoing to it."""
    with tables.local_copy(path) as local:
        lead_import.lock_imports(session)
        with open_list(local, reading) as opened:
            content_hash = None
            if create_batch and not again:
                content_hash = _content_hash(tables.digest(local), reading)
            batch_id, new = None, True
            if preview:
                batch_id, new = lead_import.outline_batch(session, content_hash, number=number or 0)
            elif create_batch:
                batch_id, new = lead_import.claim_batch(
                    session,
                    name=batch_name or path.name,
                    content_hash=content_hash,
                    options={"file": path.name, **_options(reading)},
                )
            if new:
                leads.note_fields(session, list(opened.columns.extra.values()))
                tally = _store(session, batch_id, opened.rows, match=not reading.keep_duplicates)
                result = tally.result(batch_id, opened)
                if batch_id is not None:
                    lead_import.note_rows(session, batch_id, result.file_rows)
            else:
                result = _resumed(session, batch_id or 0, opened)
        if preview and batch_id is not None:
            if number:
                lead_import.detach_repeated(session, batch_id)
            found = workload.of_batch(
                session, batch_id, max_age_s=preview.max_age_s, limit=preview.limit
            )
            if number is None:
                session.rollback()
            return replace(result, batch_id=None, workload=found)
        return result


def _options(reading: Reading) -> dict[str, Any]:
    return {
        "column_map": dict(reading.column_map),
        "default_country": reading.default_country,
        "allow_private": reading.allow_private,
        **({"encoding": reading.encoding} if reading.encoding else {}),
        **({"industry": reading.industry} if reading.industry else {}),
        **({"keep_duplicates": True} if reading.keep_duplicates else {}),
        **({"ports": list(ports)} if (ports := _unusual_ports(reading)) else {}),
    }


def _unusual_ports(reading: Reading) -> tuple[str, ...]:
    ports = reading.guard.said_ports if reading.guard else WEB_PORTS
    return () if ports == WEB_PORTS else ports


def _content_hash(file_sha256: str, reading: Reading) -> str:
    return hashlib.sha256(
        f"{file_sha256} {json.dumps(_options(reading), sort_keys=True)}".encode()
    ).hexdigest()


def _resumed(session: Session, batch_id: int, opened: OpenList) -> ImportResult:
    known, rejected = lead_import.sizes(session, batch_id)
    seen = _Tally(
        valid=known,
        rejected_count=rejected,
        samples=[row for row in islice(opened.rows, _SAMPLES) if isinstance(row, LeadRow)],
    ).result(batch_id, opened)
    first = lead_import.list_rejects(session, batch_id, MAX_SHOWN)
    return replace(seen, rejected=first, resumed=True)


def _store(
    session: Session, batch_id: int | None, rows: Iterator[LeadRow | RejectedRow], *, match: bool
) -> _Tally:
    tally = _Tally()
    refused = SuppressionList((s.kind, s.value) for s in suppressions.suppressions(session))
    for read, bad in _read_ahead(_chunks(rows)):
        valid, rejects = _allowed(read, bad, refused) if refused else (read, bad)
        tally.take(valid, rejects)
        known = _known_by_key(session, valid) if match else valid
        stored = leads.add(session, known)
        tally.added += len(stored.added)
        tally.changed += stored.filled_in
        if batch_id is not None:
            lead_import.attach_leads(session, batch_id, known)
            lead_import.add_rejects(session, batch_id, rejects)
    return tally


def _allowed(rows: list[LeadRow], rejects: list[RejectedRow], refused: SuppressionList) -> _Chunk:
    """Refuse the rows of those who may not be contacted; nothing else of them is stored."""
    allowed = []
    for row in rows:
        if (entry := refused.entry_for(row)) is None:
            allowed.append(row)
        else:
            kind, value = entry
            reason = f"on the do-not-contact list ({kind} {value})"
            rejects = [*rejects, RejectedRow(row.line or 0, reason, value)]
    return allowed, sorted(rejects, key=lambda reject: reject.line)


def _known_by_key(session: Session, rows: Sequence[LeadRow]) -> list[LeadRow]:
    """Give rows of leads that the store knows the key which they have there."""
    sites = [site_in(row.dedupe_key, row.website) if row.website else "" for row in rows]
    known = leads.of_sites(session, list({site for site in sites if site}))
    return [
        _with_key(row, known[site]) if site in known else row
        for row, site in zip(rows, sites, strict=True)
    ]


def _with_key(row: LeadRow, known: list[leads.StoredPlace]) -> LeadRow:
    """Return the row with the key of the lead that it is; ``known`` learns of its place."""
    place = place_of(row.place_phone, row.address)
    for i, lead in enumerate(known):
        if lead.dedupe_key == row.dedupe_key or place.same_as(place_of(lead.phone, lead.address)):
            known[i] = replace(
                lead, phone=lead.phone or row.phone, address=lead.address or row.address
            )
            return replace(row, dedupe_key=lead.dedupe_key)
    return row


def _read_ahead(chunks: Iterator[_Chunk]) -> Iterator[_Chunk]:
    """Read the next chunk while Postgres takes the last one in."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, chunks, None)
        while (chunk := coming.result()) is not None:
            coming = pool.submit(next, chunks, None)
            yield chunk


def _chunks(rows: Iterator[LeadRow | RejectedRow]) -> Iterator[_Chunk]:
    valid: list[LeadRow] = []
    rejects: list[RejectedRow] = []
    for row in rows:
        if isinstance(row, RejectedRow):
            rejects.append(row)
        else:
            valid.append(row)
        if len(valid) + len(rejects) >= _CHUNK:
            yield valid, rejects
            valid, rejects = [], []
    yield valid, rejects


def add_lead(
    database: Database,
    *,
    website: str,
    name: str | None = None,
    default_country: str,
    bare: bool = False,
) -> int:
    """Store the lead with this website and return its id; see ``upsert_lead``."""
    values = {"website": website} | ({"name": name} if name else {})
    return upsert_lead(database, values, default_country=default_country, bare=bare)[0]


def note_industry(database: Database, lead_id: int, trade: str) -> None:
    """Remember what trade a lead is in, whatever was known.

    Raises:
        ServiceUnreachableError: Postgres can't be reached.
    """
    with database.session() as session:
        leads.note_industry(session, lead_id, trade)


def require_trade(industry: str) -> str:
    """Return the trade that a person named; raises UsageError where it is none."""
    if (trade := trade_called(industry)) is None:
        raise UsageError(
            f"--industry {industry!r} names no trade.", hint="As in --industry plumber."
        )
    return trade


def upsert_lead(
    database: Database, values: Mapping[str, str], *, default_country: str, bare: bool = False
) -> tuple[int, bool]:
    """Store one lead; of a known one only fill in what is missing.

    A website alone means the oldest lead with that website, if there is one.

    Args:
        database: the store.
        values: name, website, phone, address, country, industry; any may be missing. The website
            is as ``normalise_website`` returned it, which has judged whether it may be private.
        default_country: two-letter country where the values name none.
        bare: the website was given without a scheme, so that the address which answers is found
            before it is assessed.

    Returns:
        (lead id, whether it is new).

    Raises:
        UsageError: these values are no lead.
        ServiceUnreachableError: Postgres can't be reached.
    """
    try:
        for field, value in values.items():
            check_length(f"the {field}", value, LIMITS[field])
        row = replace(build(values, default_country=default_country, allow_private=True), bare=bare)
    except InvalidValueError as e:
        raise UsageError(f"This is not a lead: {e}.") from e
    with database.session() as session:
        if values.keys() == {"website"} and row.website is not None:
            known = leads.oldest_with_website(session, row.website)
            if known is not None:
                leads.note_scheme(session, known, row.website, bare=bare)
                return known, False
            # Somebody who names a page means that page, whatever other leads its site has.
            row = replace(row, dedupe_key=bounded(f"{site_of(row.website)}|"))
        else:
            row = _known_by_key(session, [row])[0]
        added = leads.add(session, [row]).added
        if added:
            marks.mark(session, added[0])
            return added[0], True
        lead_id = leads.id_of(session, row.dedupe_key)
        leads.note_scheme(session, lead_id, row.website, bare=bare)
        return lead_id, False
