"""Stores reports as files: those that are asked for, and all of them where that is set."""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import Final

from lfassess.assessment.completion import rendering, review
from lfassess.assessment.completion.batch_end import finish_batches
from lfassess.assessment.completion.review import ReviewDecision
from lfassess.clients.storage import storage_for
from lfassess.db.commands import assessments
from lfassess.db.commands.assessments import AssessmentRecord
from lfassess.db.database import Database
from lfassess.settings import Settings

logger = logging.getLogger(__name__)

AGAIN_S: Final = 30.0  # between two tries to store one report
PAGE: Final = "report.html"


def write(
    settings: Settings, database: Database, stored: AssessmentRecord, decided: ReviewDecision
) -> None:
    """Store report.html and report.json with their rows, where reports are stored at each end.

    Elsewhere only what is stored already is written again: somebody may know where it lies.

    Raises:
        StorageError, ConfigurationError: the storage is out of reach, or refuses us.
    """
    names = set(rendering.STORED)
    if not settings.store_reports:
        names &= {file.name for file in stored.artefacts}
    if names:
        _store(settings, database, stored, decided, names)


def write_page(settings: Settings, database: Database, stored: AssessmentRecord) -> str:
    """Store report.html as it is now, for somebody who gets its address; returns its URI.

    Raises:
        StorageError, ConfigurationError: as ``write``.
    """
    with database.session() as session:
        decided = review.decided(session, stored.assessment.id)
    return _store(settings, database, stored, decided, {PAGE})[PAGE]


def _store(
    settings: Settings,
    database: Database,
    stored: AssessmentRecord,
    decided: ReviewDecision,
    names: Collection[str],
) -> dict[str, str]:
    """Render and store the files of these names; returns their URIs."""
    uris = {}
    for name, content_type, text in rendering.render_texts(stored, settings, decided):
        if name not in names:
            continue
        data = text.encode()
        uris[name] = storage_for(settings).put(stored.assessment.id, name, data, content_type)
        with database.autocommit() as session:
            assessments.save_artefact(
                session,
                assessment_id=stored.assessment.id,
                name=name,
                content_type=content_type,
                uri=uris[name],
                size=len(data),
            )
    return uris


def write_due(settings: Settings, database: Database) -> int:
    """Write the reports that were not stored when their assessments ended; returns how many.

    Those are the ones that waited for competitors, and those that the storage did not take.

    Raises:
        StorageError, ConfigurationError: the storage does not take them yet.
        ServiceUnreachableError: Postgres is away.
    """
    written = 0
    while (assessment_id := _take(database)) is not None:
        with database.session() as session:
            stored = assessments.load(session, assessment_id)
            decided = review.decided(session, assessment_id)
            session.expunge_all()
        try:
            write(settings, database, stored, decided)
            with database.autocommit() as session:
                assessments.report_is_written(session, assessment_id)
        finally:
            if stored.assessment.rivals_asked:  # a batch may have waited for it
                with database.session() as session:
                    finish_batches(session, settings, [assessment_id])
        logger.info("assessment %s: its report is stored", assessment_id)
        written += 1
    return written


def _take(database: Database) -> int | None:
    with database.autocommit() as session:
        return assessments.take_report_due(session, again_s=AGAIN_S)
