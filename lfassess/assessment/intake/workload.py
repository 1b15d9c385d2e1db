"""How much there is to look at for a batch's leads: branches of one website share its checks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy.orm import Session

from lfassess.assessment.execution.rate_limits import terms_s
from lfassess.assessment.intake.normalise import site_of
from lfassess.checks.shared.domains import registrable_domain
from lfassess.db.commands import batches
from lfassess.db.commands.batches import LeadsOfSite


@dataclass(frozen=True, slots=True)
class Workload:
    """What is to be looked at, once each; see ``Check.depends_on``."""

    leads: int
    with_website: int  # leads
    pages: int  # different ones; leads of different countries are not shown the same
    domains: int
    reused: int = 0  # further leads, whose open or recent assessment serves the batch

    @classmethod
    def separate(cls, leads: int) -> Workload:
        """Return the workload of so many leads that have a website each."""
        return cls(leads, leads, leads, leads)


def of_batch(
    session: Session, batch_id: int, *, max_age_s: float, limit: int | None = None
) -> Workload:
    """Return what submitting a batch would open assessments for; changes the batch, so roll back.

    Args:
        session: the transaction.
        batch_id: the batch.
        max_age_s: assessments younger than this are reused.
        limit: at most so many leads.
    """
    batches.reuse_recent(session, batch_id, max_age_s=min(max_age_s, terms_s()))
    reused = batches.with_assessment(session, batch_id)
    return count(batches.waiting_sites(session, batch_id, limit), reused=reused)


def count(sites: Iterable[LeadsOfSite], *, reused: int = 0) -> Workload:
    """Count leads by website and country; those of one domain come one after another."""
    leads = with_website = pages = domains = 0
    for domain, group in groupby(sites, lambda site: registrable_domain(site.website)):
        together = list(group)
        number = sum(site.leads for site in together)
        leads += number
        websites = [site for site in together if site.website is not None]
        with_website += sum(site.leads for site in websites)
        pages += len({(site_of(site.website or ""), site.country) for site in websites})
        if domain is None:  # an address, or a name within a company: nothing to ask about
            domains += sum(site.leads for site in websites)
        else:
            domains += len({site.country for site in websites})
    return Workload(leads, with_website, pages, domains, reused)
