"""Says to a running check whether the lead waits for it alone."""

from __future__ import annotations

import time
from typing import Final

from lfassess.db.commands import assessments
from lfassess.db.database import Database
from lfassess.errors import ServiceUnreachableError

_ASK_AGAIN_S: Final = 1.0


class Awaited:
    """Whether all other independent checks of an assessment have ended; asks once a second."""

    def __init__(self, database: Database, assessment_id: int) -> None:
        self._database = database
        self._assessment_id = assessment_id
        self._alone = False
        self._asked_at: float | None = None

    def __call__(self) -> bool:
        now = time.monotonic()
        due = self._asked_at is None or now - self._asked_at >= _ASK_AGAIN_S
        if due and not self._alone:
            self._asked_at = now
            self._alone = self._ask()
        return self._alone

    def _ask(self) -> bool:
        try:
            with self._database.autocommit() as session:
                return assessments.open_independent_checks(session, self._assessment_id) <= 1
        except ServiceUnreachableError:
            return False
