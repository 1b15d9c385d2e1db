"""Puts a backup in the place of a store: whole or not at all."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from sqlalchemy import text

from lfassess import stack
from lfassess.assessment.runtime import Runtime
from lfassess.backup import archive
from lfassess.backup.tools import Tools, failed, tools_for
from lfassess.clients.storage_disk import PRIVATE
from lfassess.db import revision
from lfassess.db.database import Database, count_connected_workers
from lfassess.db.models import Base
from lfassess.db.revision import HEAD, Schema
from lfassess.db.schema import bring_up_to_date
from lfassess.errors import ConfigurationError, UsageError
from lfassess.settings import Settings

SETTINGS_FILE: Final = "settings-from-backup.toml"
_OURS: Final = {*Base.metadata.tables, revision.TABLE, revision.EARLIER_TABLE}
_TABLES: Final = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
# In the transaction that brings the backup's tables, so that all of it happens or nothing.
_EMPTY: Final = b"""\
SET lock_timeout = '30s';
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('DROP TABLE public.%I CASCADE', name);
  END LOOP;
END $$;
"""
_SCRIPT: Final = ("--schema=public", "--no-owner", "--no-privileges", "-f", "-")
_ONE_TRANSACTION: Final = ("-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-f", "-")
# pg_restore 17 and newer write it for every server, and older servers don't know it.
_UNKNOWN_TO_OLD_SERVERS: Final = b"SET transaction_timeout = 0;\n"


@dataclass(frozen=True, slots=True)
class Held:
    """What the store holds before a restore."""

    leads: int
    assessments: int
    foreign_tables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Restored:
    """What a store holds after a restore."""

    manifest: dict[str, Any]
    schema: Schema
    files: int
    settings_file: Path | None


def look(database: Database) -> Held:
    """Return what the store holds; raises ServiceUnreachableError."""
    with database.session() as session:
        tables = set(session.scalars(_TABLES))
        leads, assessments = (
            int(session.scalar(text(f"SELECT count(*) FROM {table}")) or 0)  # noqa: S608 - constant names
            if table in tables
            else 0
            for table in ("leads", "assessments")
        )
    newer = revision.look(database).is_newer
    foreign = () if newer else tuple(sorted(tables - _OURS))
    return Held(leads, assessments, foreign)


@contextmanager
def unpacked(
    settings: Settings, source: IO[bytes], name: str
) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Unpack a backup beside the store, and prove it whole; gives its folder and manifest.

    Raises:
        UsageError: it is no whole backup, or one that this version can't read.
        ConfigurationError: this version is too old for its schema.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.data_dir, prefix=".restore-") as folder:
        manifest = archive.unpack(source, Path(folder), name)
        oldest = manifest.get("oldest_code")
        if oldest is not None and oldest > HEAD:
            raise ConfigurationError(
                f"{name} was made by a newer lfassess ({manifest.get('lfassess')}, schema "
                f"{manifest.get('schema')}); this one can't work with it.",
                hint="Install that version, and restore it then. Nothing was changed.",
            )
        yield Path(folder), manifest


def restore(
    runtime: Runtime,
    folder: Path,
    manifest: dict[str, Any],
    tell: Callable[[str], None],
) -> Restored:
    """Replace the store by an unpacked backup.

    Workers of the embedded stack finish what they have begun, stay away meanwhile, and come back.
    The database changes in one transaction; a failure leaves store and files as they were.

    Raises:
        UsageError: other workers are connected, or the database has tables of another program.
        ConfigurationError: there are no fitting programs of Postgres here.
        ServiceUnreachableError: Postgres can't be reached or refuses; it holds what it held.
    """
    settings, database = runtime.settings, runtime.database
    tools = tools_for(database, at_least=int(manifest["pg_dump"]))
    _require_own(look(database))
    with stack.without_workers(settings, tell):
        _require_alone(database)
        tell("Restoring the database")
        _replace_database(tools, folder / archive.DUMP)
        files = _replace_files(settings, folder / archive.ARTEFACTS)
        database.dispose()
        schema = bring_up_to_date(database)
        _forget_messages(runtime, tell)
        with database.autocommit() as connection:
            connection.execute(text("ANALYZE"))
    return Restored(manifest, schema, files, _keep_settings(settings, folder))


def _require_own(held: Held) -> None:
    if held.foreign_tables:
        raise UsageError(
            "The database holds tables that are not lfassess's: "
            f"{', '.join(held.foreign_tables[:5])}. Nothing was changed.",
            hint="Give lfassess a database of its own (DATABASE_URL) and restore into that.",
        )


def _require_alone(database: Database) -> None:
    with database.session() as session:
        workers = count_connected_workers(session)
    if workers:
        raise UsageError(
            f"{workers} workers that were not started here are connected to the database. "
            "Nothing was changed.",
            hint="Stop them first; with Compose: docker compose stop worker browser lighthouse",
        )


def _replace_database(tools: Tools, dump: Path) -> None:
    """Run what pg_restore writes in one transaction, and end that only when it was whole."""
    reader = subprocess.Popen(
        tools.command("pg_restore", *_SCRIPT, str(dump)),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=tools.environment,
    )  # fmt: skip
    writer = subprocess.Popen(
        tools.command("psql", *_ONE_TRANSACTION),
        stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        env=tools.environment,
    )  # fmt: skip
    with reader, writer, _draining(reader) as read_errors, _draining(writer) as write_errors:
        try:
            whole = _pass_on(reader, writer)
        except BaseException:
            reader.kill()
            _abandon(writer)
            raise
        if not whole:
            _abandon(writer)
    if not whole and reader.returncode != 0 and not write_errors:
        raise failed("pg_restore", b"".join(read_errors))
    if writer.returncode != 0:
        raise failed("psql", b"".join(write_errors))


def _abandon(writer: subprocess.Popen[bytes]) -> None:
    """End it before it sees an end of its input, at which it would commit."""
    writer.kill()
    with suppress(BrokenPipeError):
        if writer.stdin is not None:
            writer.stdin.close()


def _pass_on(reader: subprocess.Popen[bytes], writer: subprocess.Popen[bytes]) -> bool:
    """Hand the script on; returns whether it has ended well, with the writer's input closed."""
    assert reader.stdout is not None
    assert writer.stdin is not None
    try:
        writer.stdin.write(_EMPTY)
        for line in reader.stdout:
            if line != _UNKNOWN_TO_OLD_SERVERS:
                writer.stdin.write(line)
        if reader.wait() != 0:
            return False
        writer.stdin.close()
    except BrokenPipeError:  # psql has met an error, rolled back and said why
        reader.kill()
        return False
    return True


@contextmanager
def _draining(process: subprocess.Popen[bytes]) -> Iterator[list[bytes]]:
    """Read the errors of a process while it runs: with a full pipe it would wait for ever."""
    lines: list[bytes] = []
    assert process.stderr is not None
    thread = threading.Thread(target=lines.extend, args=(process.stderr,), daemon=True)
    thread.start()
    try:
        yield lines
    finally:
        process.wait()
        thread.join()


def _replace_files(settings: Settings, restored: Path) -> int:
    """Put the backup's files in the place of the store's; returns how many there are."""
    restored.mkdir(exist_ok=True)
    for path in [restored, *restored.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    restored.chmod(PRIVATE)
    own = settings.data_dir / archive.ARTEFACTS
    before = restored.with_name("artefacts-before")
    if own.exists():
        own.rename(before)
    restored.rename(own)
    shutil.rmtree(before, ignore_errors=True)
    return sum(path.is_file() for path in own.rglob("*"))


def _forget_messages(runtime: Runtime, tell: Callable[[str], None]) -> None:
    """Drop what Redis still holds of the store before: messages, and results to be written."""
    from lfassess.assessment.execution import enqueue, spool  # noqa: PLC0415 - Celery, for a moment's work

    if not (enqueue.forget(runtime.broker) and spool.forget(runtime.broker)):
        tell("Redis is out of reach: empty it before workers start, it may hold old results")


def _keep_settings(settings: Settings, folder: Path) -> Path | None:
    """Lay the backup's settings beside the store, to be looked at; take over counts of workers."""
    scale = folder / archive.SCALE
    if scale.exists() and not (settings.data_dir / archive.SCALE).exists():
        shutil.copyfile(scale, settings.data_dir / archive.SCALE)
    stored = folder / archive.SETTINGS
    lines = stored.read_text().splitlines() if stored.exists() else []
    if not any(line and not line.startswith("#") for line in lines):
        return None
    target = settings.data_dir / SETTINGS_FILE
    shutil.copyfile(stored, target)
    return target
