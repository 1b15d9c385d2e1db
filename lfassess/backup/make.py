"""Makes a backup of a store: its database as pg_dump has it, its files, its settings."""

from __future__ import annotations

import json
import tempfile
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, Final

from pydantic import SecretStr
from sqlalchemy import text

import lfassess
from lfassess.backup import archive
from lfassess.backup.tools import run, tools_for
from lfassess.clients.storage import DiskStorage
from lfassess.db import revision
from lfassess.db.database import Database
from lfassess.log import redact
from lfassess.settings import Settings

_CHUNK: Final = 1_000
_LEFT_OUT: Final = {"database_url", "broker_url", "result_backend", "webhook_url", "data_dir"}
_COUNTS: Final = text(
    "SELECT (SELECT count(*) FROM leads) AS leads,"
    " (SELECT count(*) FROM assessments) AS assessments"
)
_FILES: Final = text(
    "SELECT id, assessment_id, name, uri FROM artefacts WHERE id > :after ORDER BY id LIMIT :limit"
)


@dataclass(slots=True)
class Made:
    """What a backup holds: rows, files and their bytes; files of rows that were not there."""

    leads: int = 0
    assessments: int = 0
    files: int = 0
    bytes: int = 0
    missing: int = 0
    in_s3: int = 0


def make(
    settings: Settings, database: Database, out: IO[bytes], tell: Callable[[str], None]
) -> Made:
    """Write a backup of the store.

    Args:
        settings: of this installation; keys, passwords and addresses of servers are left out.
        database: where the rows are.
        out: where the backup goes; written once from front to back.
        tell: called with a line for each step.

    Raises:
        ConfigurationError: there is no pg_dump here for that server.
        ServiceUnreachableError: Postgres can't be reached, or pg_dump fails.
        OSError: a file can't be read or written.
    """
    tools = tools_for(database)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.data_dir, prefix=".backup-") as folder:
        dump = Path(folder) / archive.DUMP
        tell("Dumping the database")
        schema = revision.look(database)
        with database.session() as session:
            made = Made(*session.execute(_COUNTS).one()) if schema.at else Made()
        run(tools, "pg_dump", "--format=custom", "--schema=public", "--no-owner",
            "--no-privileges", out=dump)  # fmt: skip
        writer = archive.Writer(out)
        writer.add_json(
            archive.MANIFEST,
            {
                "format": archive.FORMAT,
                "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
                "lfassess": lfassess.__version__,
                "schema": schema.at,
                "oldest_code": schema.oldest_code,
                "pg_dump": tools.major,
                "leads": made.leads,
                "assessments": made.assessments,
            },
        )
        with dump.open("rb") as f:
            writer.add(archive.DUMP, f, dump.stat().st_size)
    writer.add_bytes(archive.SETTINGS, settings_text(settings).encode())
    with suppress(FileNotFoundError):
        writer.add_bytes(archive.SCALE, (settings.data_dir / "scale.json").read_bytes())
    if schema.at:
        _add_files(settings, database, writer, made, tell)
    writer.close()
    return made


def _add_files(
    settings: Settings,
    database: Database,
    writer: archive.Writer,
    made: Made,
    tell: Callable[[str], None],
) -> None:
    """Add the files that rows name; those of rows younger than the dump do no harm."""
    storage = DiskStorage.from_settings(settings)
    for row in _rows(database):
        path = storage.path(row.uri)
        if path is None:
            made.in_s3 += 1
            continue
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            made.missing += 1
            continue
        writer.add_bytes(f"{archive.ARTEFACTS}/{row.assessment_id}/{row.name}", data)
        made.files += 1
        made.bytes += len(data)
        if made.files % _CHUNK == 0:
            tell(f"{made.files:,} files, {made.bytes / 1e6:,.0f} MB")


def _rows(database: Database) -> Iterator[Any]:
    after = 0
    while True:
        with database.session() as session:
            rows = session.execute(_FILES, {"after": after, "limit": _CHUNK}).all()
        yield from rows
        if len(rows) < _CHUNK:
            return
        after = rows[-1].id


def settings_text(settings: Settings) -> str:
    """Return the settings somebody made, as TOML, without keys, passwords and servers."""
    fields = type(settings).model_fields
    lines = ["# Settings of the backup's installation. Keys, passwords and servers are left out."]
    for name in sorted(settings.model_fields_set - _LEFT_OUT):
        value = getattr(settings, name)
        if name in fields and value is not None and not isinstance(value, SecretStr):
            lines.append(f"{name} = {redact(_as_toml(value))}")
    content = "\n".join(lines) + "\n"
    tomllib.loads(content)
    return content


def _as_toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, tuple | list):
        return "[" + ", ".join(map(_as_toml, value)) + "]"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
