"""The words for how assessments, check runs and attempts stand; the tables use no others."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """The four words, for assessments and check runs alike, and one more for each.

    An assessment that was cancelled before it had a result is stored as failed, and shown, counted
    and exported as cancelled (``assessments.shown_status``).
    """

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"  # an assessment that a person gave up: no failure
    SKIPPED = (
        "skipped"  # a check that is not configured, not requested or not applicable: no failure
    )


OPEN = (Status.PENDING.value, Status.IN_PROGRESS.value)


class Skipped(StrEnum):
    """Why a check is left out, as it is stored: another wording needs a migration.

    A check's settings have reasons of their own beside these ("no SEMRUSH_API_KEY").
    """

    NO_WEBSITE = "no website"
    NOT_SELECTED = "not wanted"
    NO_RESULTS = "no other check has a result"  # for the one that speaks of the others
    CANCELLED = "cancelled"


class Outcome(StrEnum):
    """How one attempt at a check ended."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    RETRY = "retry"  # failed, and will be tried again
    FAILED = "failed"  # failed for good
    LOST = "lost"  # its worker died or stalled
    RELEASED = "released"  # its worker was ordered to end at once: no failure
    PARKED = "parked"  # deferred by a rate, quota, budget or breaker: no failure
