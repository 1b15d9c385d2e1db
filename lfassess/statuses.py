"""The words for how assessments, check runs and attempts stand; the tables use no others."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


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


class SkipCode(StrEnum):
    """Why a check is left out."""

    NO_WEBSITE = "no_website"
    NOT_SELECTED = "not_selected"
    NO_RESULTS = "no_results"  # of the others: for the check that speaks of them
    CANCELLED = "cancelled"
    NOT_CONFIGURED = "not_configured"  # the check says why, in words: "no SEMRUSH_API_KEY is set"


_SKIPPED: Final = {
    SkipCode.NO_WEBSITE: "no website",
    SkipCode.NOT_SELECTED: "not selected",
    SkipCode.NO_RESULTS: "no other check has a result",
    SkipCode.CANCELLED: "cancelled",
    SkipCode.NOT_CONFIGURED: "not configured",
}


def skip_text(code: str | None, words: str | None) -> str | None:
    """Return why a check is skipped, for operators; ``words`` are the check's own, if it has any.

    None for a check that is not skipped.
    """
    return None if code is None else words or _SKIPPED[SkipCode(code)]


class DeferredCode(StrEnum):
    """What a deferred check waits for."""

    RATE = "rate"  # the provider's pace
    CONCURRENCY = "concurrency"  # as many calls to the provider are under way as it allows
    QUOTA = "quota"  # the provider's day
    BREAKER = "breaker"  # the provider is failing
    BUDGET = "budget"  # of the batch: a person must raise it
    BROWSER = "browser"  # all of the worker's pages are in use
    BRANCH = "branch"  # another branch of the website has the same done just now
    OTHER = "other"  # a check from another package has reasons of its own


class RivalSource(StrEnum):
    """Who named a competitor, those first that go first."""

    GIVEN = "given"  # with the order
    LIST = "list"  # in a column of the lead's list
    SEMRUSH = "semrush"  # shows up for the same searches
    GOOGLE = "google"  # of the same category, near the lead


class RivalRefusal(StrEnum):
    """Why a competitor is not measured."""

    UNREADABLE = "unreadable"  # no address that can be visited
    SAME_SITE = "same_site"  # the lead's own
    PLATFORM = "platform"  # a directory's or platform's page
    SUPPRESSED = "suppressed"  # on the do-not-contact list


class Outcome(StrEnum):
    """How one attempt at a check ended."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    RETRY = "retry"  # failed, and will be tried again
    FAILED = "failed"  # failed for good
    LOST = "lost"  # its worker died or stalled
    RELEASED = "released"  # its worker was ordered to end at once: no failure
    DEFERRED = "deferred"  # deferred by a rate, quota, budget or breaker: no failure
