"""Runs one check: claim, fetch, judge, store. No transaction is open while we wait."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from structlog.contextvars import bound_contextvars

from lfassess.assessment.execution import branches, completion, enqueue, retry, second_look
from lfassess.assessment.execution.awaited import Awaited
from lfassess.assessment.execution.completion import CheckOutcome, judged, outcome_of
from lfassess.assessment.execution.enqueue import Send
from lfassess.assessment.execution.fingerprint import fingerprint
from lfassess.assessment.execution.lease import heartbeat
from lfassess.assessment.execution.provider_gateway import ProviderGateway
from lfassess.assessment.runtime import Runtime
from lfassess.checks.base import Artefact, Check, CheckContext, Target, Usage
from lfassess.checks.shared import address
from lfassess.clients.storage import storage_for
from lfassess.db.commands import assessments, check_runs, claims, rivals
from lfassess.db.commands.check_runs import CheckResult, Failure, FanInResult
from lfassess.db.commands.claims import Claim
from lfassess.db.models import Outcome, Status
from lfassess.errors import (
    CheckError,
    DeferredError,
    InternalError,
    LfassessError,
    ServiceUnreachableError,
    ToolMissingError,
)
from lfassess.findings.consolidate import once_each
from lfassess.log import redact
from lfassess.report.branding import with_language
from lfassess.settings import Settings
from lfassess.statuses import SkipCode

logger = logging.getLogger(__name__)

_MAX_MESSAGE = 1_000
# What was planned for PageSpeed Insights, before its key went, would fill the other checks' slots.
_OWN = "lighthouse"


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs checks for one worker process."""

    runtime: Runtime
    checks: Mapping[str, Check]
    send: Send

    def run(self, name: str, lead_id: int, assessment_id: int | None = None) -> FanInResult | None:
        """Run one check of the lead's open assessment; None when there is nothing to do.

        A second message for the same check finds it claimed or ended, and does nothing.
        """
        with self.runtime.database.autocommit() as session:
            claim = claims.claim(
                session,
                heartbeat.worker_identity(),
                lead_id=lead_id,
                assessment_id=assessment_id,
                name=name,
            )
        return None if claim is None else self.work(claim)

    def claim_next(self, queues: Sequence[str]) -> Claim | None:
        """Claim whichever check of these queues is due; None when there is none."""
        with self.runtime.database.autocommit() as session:
            return claims.claim_next(session, heartbeat.worker_identity(), queues=queues)

    def work(self, claim: Claim) -> FanInResult | None:
        """Do the check that was claimed, and store how it ended."""
        with bound_contextvars(
            lead_id=claim.lead_id,
            assessment_id=claim.assessment_id,
            check=claim.name,
            attempt=claim.attempt_count,
        ):
            check = self.checks.get(claim.name)
            if check is None:
                return self._fail(claim, Usage(), _not_installed(claim.name))
            if check.queue(self.runtime.settings) == _OWN and claim.queue != _OWN:
                self._move(claim, _OWN)
                return None
            with heartbeat.held(self.runtime.database):
                ended = self._work(claim, check)
            if ended is not None:
                self._wake_branches(claim, check)
            return ended

    def _move(self, claim: Claim, queue: str) -> None:
        """Hand a check to the workers that it needs by today's settings."""
        logger.info("moves to queue %s", queue)
        with self.runtime.database.autocommit() as session:
            moved = check_runs.move(
                session, check_run_id=claim.check_run_id, token=claim.token, queue=queue
            )
        if moved:
            self.send([enqueue.check(claim.name, claim.lead_id, claim.assessment_id, queue)])

    def _work(self, claim: Claim, check: Check) -> FanInResult | None:
        sandbox = self.runtime.settings.sandbox_url is not None
        ledger = ProviderGateway(self.runtime, claim, sandbox=sandbox)
        try:
            prior = self._other_results(claim) if check.depends_on_others else {}
            if check.depends_on_others and not any(
                r["status"] == "completed" for r in prior.values()
            ):
                return self._end(
                    outcome_of(
                        claim,
                        Status.SKIPPED,
                        result=CheckResult(skip_code=SkipCode.NO_RESULTS),
                    )
                )
            try:
                end = self._assess(claim, check, prior, ledger)
            finally:
                ledger.settle()
        except branches.Waiting:
            return None
        except DeferredError as e:
            self._defer(claim, ledger.usage, e)
            return None
        except ServiceUnreachableError:
            completion.release_or_keep(self.runtime, claim)
            return None
        except Exception as e:  # noqa: BLE001 - a fault in one check must not take the others down
            return self._fail(claim, ledger.usage, _to_lfassess_error(e))
        return self._end(end)

    def _other_results(self, claim: Claim) -> dict[str, dict[str, Any]]:
        with self.runtime.database.autocommit() as session:
            prior = check_runs.prior_results(session, claim.assessment_id)
            metrics = {name: result.get("metrics") for name, result in prior.items()}
            if second_look.again(session, claim.assessment_id, metrics, self.checks):
                prior = check_runs.prior_results(session, claim.assessment_id)
            return once_each(prior)

    def _assess(
        self, claim: Claim, check: Check, prior: dict[str, dict[str, Any]], ledger: ProviderGateway
    ) -> CheckOutcome:
        settings = self._settings_for(claim)
        site_key = branches.key_of(check, claim, self.runtime.settings)
        reused = None
        if site_key is not None:
            asked = replace(_target(claim), url=claim.site_url or claim.website)
            reused = branches.claim_turn(
                self.runtime.database, claim, check, self.runtime.settings, site_key, target=asked
            )
        if reused is not None:
            fetched, expires_at = reused.fetched, reused.expires_at
        else:
            target = self._located(claim, check)  # before the check's own time begins
            context = CheckContext(
                settings,
                check.deadline(settings),
                prior,
                ledger,
                is_awaited=Awaited(self.runtime.database, claim.assessment_id),
                rivals_missing=partial(self._rivals_missing, claim),
            )
            fetched, expires_at = check.fetch(target, context), _expiry(check, ledger)
        result = judged(fetched.evidence, check.judge(fetched.evidence))
        return outcome_of(
            claim,
            Status.COMPLETED,
            artefacts=[self._stored(claim, artefact) for artefact in fetched.artefacts],
            pins=fetched.pins,
            result=replace(
                result,
                content_expires_at=expires_at,
                site_key=site_key,
                reused_from=None if reused is None else reused.lead_id,
                sandbox=fetched.sandbox,
                cost_usd=ledger.usage.cost_usd,
                calls=ledger.usage.calls,
            ),
        )

    def _rivals_missing(self, claim: Claim) -> int:
        if not claim.rivals_asked:
            return 0
        with self.runtime.database.autocommit() as session:
            return rivals.missing(session, claim.assessment_id)

    def _located(self, claim: Claim, check: Check) -> Target:
        """Return the lead to assess; a bare domain at the address that answers for every check."""
        target = _target(claim)
        if not claim.bare or claim.website is None or check.depends_on_others:
            return target
        url = claim.site_url or self._answering(claim, claim.website)
        return replace(target, url=url)

    def _answering(self, claim: Claim, website: str) -> str:
        found = address.find(website, self.runtime.settings, claim.lead_name)
        if found is None:
            return website  # the check fails as it would; a later try looks again
        with self.runtime.database.autocommit() as session:
            return assessments.keep_site(session, claim.assessment_id, found)

    def _settings_for(self, claim: Claim) -> Settings:
        """Return this worker's settings, with what was asked for with the assessment."""
        settings = with_language(self.runtime.settings)
        own: dict[str, object] = {}
        if claim.lighthouse_runs is not None:
            own["lighthouse_runs"] = claim.lighthouse_runs
        if claim.rival:  # no model is asked about its screenshots: that costs
            own["vision"] = False
        return settings.model_copy(update=own) if own else settings

    def _stored(self, claim: Claim, artefact: Artefact) -> dict[str, Any]:
        """Store a file and return its row."""
        uri = storage_for(self.runtime.settings).put(
            claim.assessment_id, artefact.name, artefact.data, artefact.content_type
        )
        return {
            "name": artefact.name,
            "content_type": artefact.content_type,
            "uri": uri,
            "size": len(artefact.data),
            "check_name": claim.name,
        }

    def _end(self, end: CheckOutcome) -> FanInResult | None:
        return completion.write_or_spool(self.runtime, end)

    def _wake_branches(self, claim: Claim, check: Check) -> None:
        """Send on the branches that waited for this one; left alone, they would look again."""
        site_key = branches.key_of(check, claim, self.runtime.settings)
        if site_key is None or not branches.shares(check, claim):
            return
        with contextlib.suppress(ServiceUnreachableError):
            woken = branches.wake(self.runtime.database, site_key)
            self.send(enqueue.check(name, lead, aid, queue) for name, lead, aid, queue in woken)

    def _defer(self, claim: Claim, usage: Usage, deferred: DeferredError) -> None:
        logger.info(
            "waits%s: %s",
            "" if deferred.wait_s is None else f" {deferred.wait_s:.0f} s",
            deferred.message,
        )
        with (
            contextlib.suppress(ServiceUnreachableError),
            self.runtime.database.session() as session,
        ):
            check_runs.defer(
                session,
                check_run_id=claim.check_run_id,
                token=claim.token,
                wait_s=deferred.wait_s,
                code=deferred.deferred_code,
                reason=deferred.message,
                provider=deferred.provider,
                cost_usd=usage.cost_usd,
                calls=usage.calls,
            )

    def _fail(self, claim: Claim, usage: Usage, error: LfassessError) -> FanInResult | None:
        delay = retry.next_delay(error, claim.retry_count)
        failure = Failure(
            error_code=error.code,
            error_message=redact(error.message)[:_MAX_MESSAGE],
            fingerprint=fingerprint(error),
            provider=error.provider if isinstance(error, CheckError) else None,
            cost_usd=usage.cost_usd,
            calls=usage.calls,
        )
        logger.info(
            "fails: %s (%s)%s",
            error.code,
            failure.error_message,
            f", again in {delay:g} s" if delay is not None else "",
        )
        if delay is None:
            result = CheckResult.of_failure(failure)
            return self._end(outcome_of(claim, Status.FAILED, Outcome.FAILED, result=result))
        self._schedule_retry(claim, delay, failure)
        return None

    def _schedule_retry(self, claim: Claim, delay: float, failure: Failure) -> None:
        with self.runtime.database.autocommit() as session:
            queue = check_runs.schedule_retry(
                session,
                check_run_id=claim.check_run_id,
                token=claim.token,
                delay=delay,
                failure=failure,
            )
        if queue is not None:
            self.send([enqueue.check(claim.name, claim.lead_id, claim.assessment_id, queue, delay)])


def _target(claim: Claim) -> Target:
    place_id = claim.pins.get("place_id")
    return Target(
        claim.lead_name,
        claim.website,
        claim.phone,
        claim.address,
        country=claim.country,
        place_id=place_id if isinstance(place_id, str) else None,
    )


def _expiry(check: Check, ledger: ProviderGateway) -> str | None:
    """Return until when the provider's terms let us keep what the check found, in ISO 8601."""
    if check.retention_days is None:
        return None
    return (ledger.oldest + timedelta(days=check.retention_days)).isoformat()


def _not_installed(name: str) -> LfassessError:
    return ToolMissingError(
        f"There is no check named {name} here; the package that offered it may have been removed.",
        hint="Install the package again for all workers, then: lfassess errors retry",
    )


def _to_lfassess_error(error: Exception) -> LfassessError:
    if isinstance(error, LfassessError):
        return error
    logger.error("a fault in lfassess itself", exc_info=error)
    return InternalError(f"{type(error).__name__}: {error}")
