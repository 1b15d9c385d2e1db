"""Deletes what is older than it may be: files by our own rule, answers by the providers' terms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from lfassess.assessment.limits import limits_of
from lfassess.clients.storage import storage_for
from lfassess.db import retention
from lfassess.db.session import session_scope
from lfassess.settings import Settings

_CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class Pruned:
    """What was deleted, or would be."""

    files: int
    answers: int


def prune(settings: Settings, database_url: str, *, older_than_s: float, dry_run: bool) -> Pruned:
    """Delete files of assessments that ended ``older_than_s`` seconds ago, and expired answers.

    A provider's answers go after ``reuse_days`` of configs/providers.toml, whatever the files' age.

    Raises:
        ConfigurationError, StorageError: the storage does not let us delete.
    """
    before = datetime.now(UTC) - timedelta(seconds=older_than_s)
    answers = _answers(database_url, dry_run=dry_run)
    if dry_run:
        with session_scope(database_url) as session:
            return Pruned(retention.count_old_files(session, before), answers)
    return Pruned(_files(settings, database_url, before), answers)


def _files(settings: Settings, database_url: str, before: datetime) -> int:
    """Delete each file first and its row afterwards, so that none is left without a row."""
    storage = storage_for(settings)
    deleted = 0
    while True:
        with session_scope(database_url) as session:
            old = retention.old_files(session, before, limit=_CHUNK)
            for _, uri in old:
                storage.delete(uri)
            retention.forget_files(session, [number for number, _ in old])
        deleted += len(old)
        if len(old) < _CHUNK:
            return deleted


def _answers(database_url: str, *, dry_run: bool) -> int:
    now = datetime.now(UTC)
    with session_scope(database_url) as session:
        forgotten = sum(
            retention.forget_answers(
                session, provider, now - timedelta(days=limits_of(provider).reuse_days)
            )
            for provider in retention.providers_with_answers(session)
        )
        if dry_run:
            session.rollback()
    return forgotten
