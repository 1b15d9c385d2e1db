"""Stores the reports of ended assessments; what could not be stored is tried again later."""

from __future__ import annotations

import logging
from typing import Final

from lfassess.assessment.completion import rendering, review
from lfassess.assessment.completion.batch_end import finish_batches
from lfassess.assessment.completion.review import ReviewDecision
from lfassess.clients.storage import storage_for
from lfassess.db.commands import assessments, retention
from lfassess.db.commands.assessments import AssessmentRecord
from lfassess.db.database import Database
from lfassess.settings import Settings

logger = logging.getLogger(__name__)

AGAIN_S: Final = 30.0  # between two tries to store one report


def write(
    settings: Settings, database: Database, stored: AssessmentRecord, decided: ReviewDecision
) -> None:
    """Render report.html and report.json and store them with their rows.

    Where reports are not to be stored, those of an earlier time are deleted: nobody would make
    them again.

    Raises:
        StorageError, ConfigurationError: the storage is out of reach, or refuses us.
    """
    if not settings.store_reports:
        _delete_stored(settings, database, stored)
        return
    for name, content_type, text in rendering.render_texts(stored, settings, decided):
        data = text.encode()
        uri = storage_for(settings).put(stored.assessment.id, name, data, content_type)
        with database.autocommit() as session:
            assessments.save_artefact(
                session,
                assessment_id=stored.assessment.id,
                name=name,
                content_type=content_type,
                uri=uri,
                size=len(data),
            )


def _delete_stored(settings: Settings, database: Database, stored: AssessmentRecord) -> None:
    """Delete each file first and its row afterwards, so that none is left without a row."""
    old = [file for file in stored.artefacts if file.name in rendering.STORED]
    if not old:
        return
    storage = storage_for(settings)
    for file in old:
        storage.delete(file.uri)
    with database.session() as session:
        retention.forget_files(session, [file.id for file in old])


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
