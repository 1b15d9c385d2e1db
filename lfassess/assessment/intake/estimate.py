"""What assessing leads will take: calls, units, money and time, by the checks' usual costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lfassess.assessment.execution.rate_limits import limits_of
from lfassess.assessment.intake.rivals import checks_for
from lfassess.assessment.intake.workload import Workload
from lfassess.assessment.orchestrator import plan
from lfassess.checks.base import Check, UsualCost
from lfassess.clients import pagespeed
from lfassess.settings import Settings

# From the first check's start to the report, on providers at their usual latencies.
_LEAD_S: Final = 45.0
# Of a lead whose website another one has looked at, or that has none: its own checks.
_BRANCH_S: Final = 15.0
# Lighthouse on this machine, one lead at a time: phone, desktop, and now and then the phone again
# (docs/reference/checks/pagespeed.md has the figures); and each run asked for beyond the first.
_LIGHTHOUSE_S: Final = 25.0
_RUN_S: Final = 8.0


@dataclass(frozen=True, slots=True)
class Purchase:
    """What one provider is asked for."""

    check: str
    provider: str
    calls: int
    units: int  # SEMrush API units, LLM tokens
    usd: float
    at_least_s: float  # by the allowed pace


@dataclass(frozen=True, slots=True)
class Estimate:
    """What so many leads will take; retries and wrong matches come on top."""

    workload: Workload
    purchases: tuple[Purchase, ...]
    seconds: float
    sandbox: bool
    skipped: dict[str, str]  # check -> why it does not run
    free: tuple[str, ...] = ()  # checks that run and ask no provider
    rivals: int = 0  # competitors, at most

    @property
    def leads(self) -> int:
        return self.workload.leads

    @property
    def usd(self) -> float:
        return sum(p.usd for p in self.purchases)

    def as_json(self) -> dict[str, Any]:
        return {
            "leads": self.leads,
            "websites": self.workload.pages,
            "reused": self.workload.reused,
            **({"rivals": self.rivals} if self.rivals else {}),
            "calls": sum(p.calls for p in self.purchases),
            "usd": round(self.usd, 4),
            "seconds": round(self.seconds),
            "sandbox": self.sandbox,
            "providers": [
                {
                    "check": p.check,
                    "provider": p.provider,
                    "calls": p.calls,
                    "units": p.units,
                    "usd": round(p.usd, 4),
                    "at_least_s": round(p.at_least_s),
                }
                for p in self.purchases
            ],
            "free": list(self.free),
            "skipped": self.skipped,
        }


def estimate(
    settings: Settings,
    checks: Mapping[str, Check],
    workload: Workload,
    *,
    only: Sequence[str] | None = None,
    rivals: int = 0,
) -> Estimate:
    """Estimate what assessing these leads takes, and so many competitors of each.

    Raises:
        UsageError: a check's name is wrong.
    """
    planned = plan(settings, checks, only)
    runs = {p.name for p in planned if p.skip is None}
    costs = {name: check.usual_cost(settings) for name, check in checks.items() if name in runs}
    beside, visited = rivals * workload.leads, checks_for(checks, settings)
    purchases = [
        _purchase(
            name,
            cost,
            _times(checks[name], workload) + beside * (name in visited and not cost.cost_usd),
        )
        for name, cost in costs.items()
        if cost
    ]
    purchases += [
        _purchase(name, cost, workload.leads if rivals else 0)
        for name in costs
        if (cost := checks[name].cost_of_rivals(settings))
    ]
    bought = tuple(p for p in purchases if p.calls)
    paces: dict[str, float] = {}
    for p in bought:
        paces[p.provider] = paces.get(p.provider, 0.0) + p.at_least_s
    leads, pages = workload.leads, workload.pages
    here = (pages + beside) * _here_s(settings) if "pagespeed" in runs else 0.0
    work = (pages + beside) * _LEAD_S + (leads - pages) * _BRANCH_S
    slowest = max(work / settings.window, _LEAD_S, here, *paces.values())
    return Estimate(
        workload,
        bought,
        slowest if leads else 0.0,
        settings.sandbox_url is not None,
        {p.name: p.skip for p in planned if p.skip is not None},
        tuple(name for name, cost in costs.items() if not cost),
        beside,
    )


def _times(check: Check, workload: Workload) -> int:
    """Return how often a check does its work; branches share what depends on their website."""
    if check.depends_on == "page":
        return workload.pages
    if check.depends_on == "domain":
        return workload.domains
    return workload.with_website if check.needs_website else workload.leads


def _here_s(settings: Settings) -> float:
    """Return the seconds that the Lighthouse worker needs for one lead; 0 where Google measures."""
    if pagespeed.endpoint(settings) is not None:
        return 0.0
    return _LIGHTHOUSE_S + _RUN_S * ((settings.lighthouse_runs or 1) - 1)


def _purchase(check: str, cost: UsualCost, times: int) -> Purchase:
    per_minute = limits_of(cost.provider).requests_per_minute
    calls = times * cost.calls
    pace = calls * 60 / per_minute if per_minute else 0.0
    return Purchase(check, cost.provider, calls, times * cost.units, times * cost.cost_usd, pace)
