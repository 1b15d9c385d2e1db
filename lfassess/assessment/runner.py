"""Runs one check: claim, fetch, judge, store. No transaction is open while we wait."""

from __future__ import annotations

import hashlib
import logging
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from lfassess import scoring
from lfassess.assessment import enqueue, retry
from lfassess.assessment.enqueue import Send
from lfassess.assessment.lease import LEASE_S, keeper
from lfassess.checks import all_checks
from lfassess.checks.base import Check, CheckContext, Fetched, Judgement, Target
from lfassess.clients.storage import DiskStorage
from lfassess.db import assessments, check_runs
from lfassess.db.check_runs import Claim, Ended
from lfassess.db.session import session_scope
from lfassess.errors import CheckError, InternalError, LfassessError
from lfassess.log import redact
from lfassess.models import Outcome, Status
from lfassess.settings import Settings

logger = logging.getLogger(__name__)

_MAX_MESSAGE = 1_000


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs checks for one worker process."""

    settings: Settings
    database_url: str
    checks: Mapping[str, Check] = field(default_factory=all_checks)
    send: Send = enqueue.send

    def run(self, name: str, lead_id: int, assessment_id: int | None = None) -> Ended | None:
        """Run one check of the lead's open assessment; None when there is nothing to do.

        A second message for the same check finds it claimed or ended, and does nothing.
        """
        worker_id, worker = keeper.identity()
        with session_scope(self.database_url) as session:
            claim = check_runs.claim(
                session,
                lead_id=lead_id,
                assessment_id=assessment_id,
                name=name,
                token=uuid4(),
                worker_id=worker_id,
                worker=worker,
                ttl=LEASE_S,
            )
        if claim is None:
            return None
        with keeper.held(self.database_url):
            return self._work(claim, self.checks[name])

    def _work(self, claim: Claim, check: Check) -> Ended | None:
        try:
            prior = self._prior(claim) if check.needs_others else {}
            if check.needs_others and not any(r["status"] == "completed" for r in prior.values()):
                return self._end(claim, Status.SKIPPED, reason="no other check has a result")
            fetched, judgement = self._assess(claim, check, prior)
        except Exception as e:  # noqa: BLE001 - a fault in one check must not take the others down
            return self._fail(claim, _as_ours(e, claim))
        return self._store(claim, fetched, judgement)

    def _prior(self, claim: Claim) -> dict[str, dict[str, Any]]:
        with session_scope(self.database_url) as session:
            return check_runs.prior_results(session, claim.assessment_id)

    def _assess(
        self, claim: Claim, check: Check, prior: dict[str, dict[str, Any]]
    ) -> tuple[Fetched, Judgement]:
        target = Target(
            claim.lead_name, claim.website, claim.phone, claim.address, country=claim.country
        )
        deadline = time.monotonic() + check.time_limit_s
        fetched = check.fetch(target, CheckContext(self.settings, deadline, prior))
        judgement = check.judge(fetched.evidence)
        storage = DiskStorage.from_settings(self.settings)
        with session_scope(self.database_url) as session:
            for artefact in fetched.artefacts:
                uri = storage.put(claim.assessment_id, artefact.name, artefact.data)
                assessments.save_artefact(
                    session,
                    assessment_id=claim.assessment_id,
                    name=artefact.name,
                    content_type=artefact.content_type,
                    uri=uri,
                    size=len(artefact.data),
                )
        return fetched, judgement

    def _store(self, claim: Claim, fetched: Fetched, judgement: Judgement) -> Ended | None:
        return self._end(
            claim,
            Status.COMPLETED,
            outcome=Outcome.SUCCEEDED,
            score=scoring.check_score(judgement, scoring.load_rules()),
            findings=[f.as_json() for f in judgement.findings],
            metrics=judgement.metrics,
            evidence=fetched.evidence,
            inconclusive=judgement.inconclusive,
            sandbox=fetched.sandbox,
            cost_usd=fetched.usage.cost_usd,
            calls=fetched.usage.calls,
        )

    def _end(
        self, claim: Claim, status: Status, *, outcome: Outcome = Outcome.SUCCEEDED, **values: Any
    ) -> Ended | None:
        with session_scope(self.database_url) as session:
            return check_runs.end(
                session,
                check_run_id=claim.check_run_id,
                token=claim.token,
                status=status.value,
                outcome=outcome.value,
                **values,
            )

    def _fail(self, claim: Claim, error: LfassessError) -> Ended | None:
        delay = retry.next_delay(error, claim.retries)
        details: dict[str, Any] = {
            "error_code": error.code,
            "error_message": redact(error.message)[:_MAX_MESSAGE],
            "fingerprint": fingerprint(error),
            "provider": error.provider if isinstance(error, CheckError) else None,
            "cost_usd": 0.0,
            "calls": 0,
        }
        logger.info(
            "lead %s %s attempt %s: %s (%s)%s",
            claim.lead_id,
            claim.name,
            claim.attempt,
            error.code,
            details["error_message"],
            f", again in {delay:g} s" if delay is not None else "",
        )
        if delay is None:
            return self._end(claim, Status.FAILED, outcome=Outcome.FAILED, **details)
        with session_scope(self.database_url) as session:
            queue = check_runs.put_back(
                session, check_run_id=claim.check_run_id, token=claim.token, delay=delay, **details
            )
        if queue is not None:
            self.send([enqueue.check(claim.name, claim.lead_id, claim.assessment_id, queue, delay)])
        return None


def _as_ours(error: Exception, claim: Claim) -> LfassessError:
    if isinstance(error, LfassessError):
        return error
    logger.error(
        "lead %s %s: a fault in lfassess itself", claim.lead_id, claim.name, exc_info=error
    )
    return InternalError(f"{type(error).__name__}: {error}")


_VARYING = (
    (re.compile(r"https?://\S+"), "<url>"),
    (re.compile(r"\b[0-9a-f]{8,}\b"), "<id>"),
    (re.compile(r"\d+(\.\d+)?"), "<n>"),
    (re.compile(r"\b[\w-]+(\.[\w-]+)+\b"), "<name>"),
)


def fingerprint(error: LfassessError) -> str:
    """Return what groups failures of one kind: provider, code, message less its varying parts."""
    message = redact(error.message)
    for pattern, placeholder in _VARYING:
        message = pattern.sub(placeholder, message)
    provider = error.provider if isinstance(error, CheckError) else None
    digest = hashlib.sha256(message.encode()).hexdigest()[:8]
    return f"{provider or '-'}:{error.code}:{digest}"
