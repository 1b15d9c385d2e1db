"""Writes a check's end: the result, its files' rows and what to pin on the lead, all or nothing."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Final
from uuid import UUID

from lfassess import scoring
from lfassess.assessment.execution import spool
from lfassess.assessment.runtime import Runtime
from lfassess.checks.base import Json, Judgement
from lfassess.checks.shared.json_access import sanitise_for_jsonb
from lfassess.db.commands import assessments, check_runs, leads
from lfassess.db.commands.check_runs import CheckResult, FanInResult
from lfassess.db.commands.claims import Claim
from lfassess.db.database import Database
from lfassess.db.models import Outcome, Status
from lfassess.statuses import SkipCode

# What fields were called by versions whose spooled outcomes may still wait in Redis.
_EARLIER: Final = {
    "inconclusive": "inconclusive_reason",
    "expires_at": "content_expires_at",
}


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """How a check ended; plain JSON values, so that Redis can keep it while Postgres is down."""

    check_run_id: int
    token: str
    assessment_id: int
    lead_id: int
    status: str
    outcome: str
    values: CheckResult
    artefacts: list[dict[str, Any]] = field(default_factory=list)
    pins: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> CheckOutcome:
        """Return the outcome that was spooled; fields that it lacks have their defaults."""
        values = {_EARLIER.get(name, name): value for name, value in stored["values"].items()}
        if values.pop("reason", None) is not None:  # only one reason came from a check that ran
            values["skip_code"] = SkipCode.NO_RESULTS
        return cls(**{**stored, "values": CheckResult(**values)})


def judged(evidence: Json, judgement: Judgement) -> CheckResult:
    """Return what a check stores of its evidence, and of what it makes of that."""
    return CheckResult(
        score=scoring.check_score(judgement, scoring.load_rules()),
        findings=sanitise_for_jsonb([f.as_json() for f in judgement.findings]),
        metrics=sanitise_for_jsonb(judgement.stored_metrics),
        evidence=sanitise_for_jsonb(evidence),
        inconclusive_reason=judgement.inconclusive,
    )


def outcome_of(
    claim: Claim,
    status: Status,
    outcome: Outcome = Outcome.SUCCEEDED,
    *,
    result: CheckResult,
    artefacts: list[dict[str, Any]] | None = None,
    pins: dict[str, Any] | None = None,
) -> CheckOutcome:
    """Return the end of a claimed check."""
    return CheckOutcome(
        check_run_id=claim.check_run_id,
        token=str(claim.token),
        assessment_id=claim.assessment_id,
        lead_id=claim.lead_id,
        status=status.value,
        outcome=outcome.value,
        values=result,
        artefacts=artefacts or [],
        pins=pins or {},
    )


def write(database: Database, end: CheckOutcome) -> FanInResult | None:
    """Write the end; None when the lease is no longer held (someone else goes on).

    Raises:
        ServiceUnreachableError: Postgres can't be reached.
    """
    alone = not (end.artefacts or end.pins)
    with (database.autocommit if alone else database.session)() as session:
        ended = check_runs.end(
            session,
            check_run_id=end.check_run_id,
            token=UUID(end.token),
            status=Status(end.status),
            outcome=Outcome(end.outcome),
            result=end.values,
        )
        if ended is not None:
            for artefact in end.artefacts:
                assessments.save_artefact(session, assessment_id=end.assessment_id, **artefact)
            if end.pins:
                leads.pin(session, end.lead_id, end.pins)
    return ended


def write_or_spool(runtime: Runtime, end: CheckOutcome) -> FanInResult | None:
    """Write the end; while Postgres is away it is spooled, here and in Redis."""
    return spool.retry_until_written(
        "end", asdict(end), lambda: write(runtime.database, end), runtime.broker
    )


def release(database: Database, lease: dict[str, Any]) -> None:
    """Give a lease back: {"check_run_id": int, "token": str}."""
    with database.autocommit() as session:
        check_runs.release(session, check_run_id=lease["check_run_id"], token=UUID(lease["token"]))


def release_or_keep(runtime: Runtime, claim: Claim) -> None:
    """Give a check back unfinished, as soon as Postgres is back."""
    lease = {"check_run_id": claim.check_run_id, "token": str(claim.token)}
    spool.retry_until_written(
        "release", lease, lambda: release(runtime.database, lease), runtime.broker
    )
