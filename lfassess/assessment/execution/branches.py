"""Branches of one website have its checks done once: one works, the others reuse what it fetched.

What is reused is the evidence and the files; each branch has it judged again, under its own name.
Checks say themselves what they depend on (``Check.depends_on``).
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lfassess.assessment.execution.rate_limits import terms_s
from lfassess.assessment.intake.lists.identity import name_key
from lfassess.assessment.intake.normalise import site_of
from lfassess.checks.base import Artefact, Check, Fetched, Json, Target
from lfassess.checks.shared.domains import own_domain, registrable_domain
from lfassess.clients.storage import storage_for
from lfassess.db.commands import assessments, branches, check_runs
from lfassess.db.commands.branches import Result
from lfassess.db.commands.claims import Claim
from lfassess.db.database import Database
from lfassess.settings import Settings
from lfassess.statuses import DeferredCode

logger = logging.getLogger(__name__)

# The one that works sends the others on when it ends; should it not, they look again themselves.
_LOOK_AGAIN_S: Final = 20.0


class Waiting(Exception):  # noqa: N818 - nothing is wrong
    """Another branch is at work; this check run has been deferred."""


@dataclass(frozen=True, slots=True)
class Reused:
    """What another branch fetched."""

    fetched: Fetched
    lead_id: int
    expires_at: str | None


def key_of(check: Check, claim: Claim, settings: Settings) -> str | None:
    """Return what all check runs share that would fetch the same; None where that is the lead's."""
    if check.depends_on == "lead" or claim.website is None:
        return None
    site = _site(check, claim.website)
    if site is None:
        return None
    data = "live" if settings.sandbox_url is None else "sandbox"
    runs = claim.lighthouse_runs or settings.lighthouse_runs or ""
    asked = "\n".join((data, check.name, site, claim.country, str(runs)))
    return hashlib.sha256(asked.encode()).hexdigest()


def _site(check: Check, website: str) -> str | None:
    if check.depends_on == "domain":
        return registrable_domain(website)
    own = own_domain(website) if check.depends_on == "site" else None
    return own or site_of(website)


def shares(check: Check, claim: Claim) -> bool:
    """Return whether other leads may have the same fetched, as far as the store knows.

    Of a domain that takes a look: subdomains are websites of their own.
    """
    by_domain = check.depends_on in {"domain", "site"}
    return by_domain or (check.depends_on == "page" and claim.has_branches)


def claim_turn(
    database: Database,
    claim: Claim,
    check: Check,
    settings: Settings,
    site_key: str,
    *,
    target: Target,
) -> Reused | None:
    """Return what another branch fetched, as of ``target``; None where this one is to do it.

    Raises:
        Waiting: another branch does it just now; the check run is deferred until that has ended.
    """
    if not shares(check, claim):
        return None
    with database.session() as session:
        branches.lock(session, site_key)
        branches.mark(session, site_key, check_run_id=claim.check_run_id, token=claim.token)
        # In this order: one that ends between the two questions is seen by the second.
        busy = branches.someone_works(
            session,
            site_key,
            check_run_id=claim.check_run_id,
            assessment_id=claim.assessment_id,
            terms_s=terms_s(),
        )
        found = branches.result(
            session, site_key, assessment_id=claim.assessment_id, terms_s=terms_s()
        )
        waits = busy and found is None
        if waits:
            check_runs.defer(
                session,
                check_run_id=claim.check_run_id,
                token=claim.token,
                wait_s=_LOOK_AGAIN_S,
                code=DeferredCode.BRANCH,
                reason="another branch of the website is having it checked",
                provider=None,
                cost_usd=0.0,
                calls=0,
            )
    if waits:
        raise Waiting
    return (
        None
        if found is None or _is_anothers(found, claim)
        else _reused(database, found, check, settings, target)
    )


def _is_anothers(found: Result, claim: Claim) -> bool:
    """Whether the visit ended at another domain, which one name may own and another may not."""
    if found.final_url is None or name_key(found.lead_name) == name_key(claim.lead_name):
        return False
    return registrable_domain(found.final_url) != registrable_domain(claim.website)


def _reused(
    database: Database,
    found: Result,
    check: Check,
    settings: Settings,
    target: Target,
) -> Reused | None:
    """Return the other branch's evidence and files; None where a file is gone, or it won't do."""
    evidence = (check.for_lead or _named)(found.evidence, target)
    if evidence is None:
        return None
    storage = storage_for(settings)
    with database.autocommit() as session:
        files = assessments.files_of_check(session, found.check_run_id)
    artefacts = []
    for name, content_type, uri in files:
        data = storage.get(uri)
        if data is None:
            return None
        artefacts.append(Artefact(name, content_type, data))
    logger.info("%s of %s: reused from lead %s", check.name, target.url, found.lead_id)
    fetched = Fetched(evidence, tuple(artefacts), sandbox=found.sandbox)
    return Reused(fetched, found.lead_id, found.expires_at)


def _named(evidence: Json, target: Target) -> Json:
    return {**evidence, "name": target.name} if "name" in evidence else evidence


def wake(database: Database, site_key: str) -> Sequence[tuple[str, int, int, str]]:
    """Let the branches go on that waited; returns (name, lead id, assessment id, queue) to send."""
    with database.session() as session:
        return branches.wake(session, site_key)
