"""Deletes what is older than it may be: files by our own rule, the rest by the providers' terms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from lfassess.assessment.execution.rate_limits import limits_of
from lfassess.clients.storage import storage_for
from lfassess.db.commands import retention
from lfassess.db.database import Database
from lfassess.settings import Settings

_CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was deleted, or would be."""

    files: int
    answers: int  # of providers, as they gave them
    results: int  # of checks, made from such answers


def prune(settings: Settings, database: Database, *, older_than_s: float, dry_run: bool) -> Pruned:
    """Delete files of assessments that ended ``older_than_s`` seconds ago, and what has expired.

    Raises:
        ConfigurationError, StorageError: the storage does not let us delete.
    """
    before = datetime.now(UTC) - timedelta(seconds=older_than_s)
    answers, results = _expired(database, dry_run=dry_run)
    if dry_run:
        with database.session() as session:
            return Pruned(retention.count_old_files(session, before), answers, results)
    files = _delete(settings, database, lambda s: retention.old_files(s, before, limit=_CHUNK))
    return Pruned(files, answers, results)


def expire(settings: Settings, database: Database) -> Pruned:
    """Delete what the providers' terms let us keep no longer, and reports that tell of it.

    A provider's answers go after ``reuse_days`` of configs/providers.toml; what a check made of
    them when its ``retention_days`` are over.

    Raises:
        ConfigurationError, StorageError: the storage does not let us delete.
    """
    answers, results = _expired(database, dry_run=False)
    files = _delete(settings, database, lambda s: retention.stale_reports(s, limit=_CHUNK))
    return Pruned(files, answers, results)


def _delete(
    settings: Settings, database: Database, find: Callable[[Session], list[tuple[int, str]]]
) -> int:
    """Delete each file first and its row afterwards, so that none is left without a row."""
    storage = storage_for(settings)
    deleted = 0
    while True:
        with database.session() as session:
            old = find(session)
            for _, uri in old:
                storage.delete(uri)
            retention.forget_files(session, [number for number, _ in old])
        deleted += len(old)
        if len(old) < _CHUNK:
            return deleted


def _expired(database: Database, *, dry_run: bool) -> tuple[int, int]:
    """Return how many (answers, results) have expired and are deleted."""
    now = datetime.now(UTC)
    with database.session() as session:
        answers = sum(
            retention.forget_answers(
                session, provider, now - timedelta(days=limits_of(provider).reuse_days)
            )
            for provider in retention.providers_with_answers(session)
        )
        results = retention.expire(session)
        if dry_run:
            session.rollback()
    return answers, results
