"""Calls to providers, counted: the one count that commands, pages and Prometheus show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

DAY: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Calls:
    """A provider's calls of one state; one lookup may take several calls."""

    provider: str
    state: str
    calls: int
    failed: int  # of these
    units: int
    cost_usd: float


_COUNT = """
SELECT provider, state, sum(calls)::bigint AS calls,
       COALESCE(sum(calls) FILTER (WHERE error_code IS NOT NULL), 0)::bigint AS failed,
       sum(units)::bigint AS units, sum(cost_usd)::float8 AS cost_usd
  FROM provider_calls {ended} GROUP BY provider, state ORDER BY provider, state
"""
_EVER = text(_COUNT.format(ended=""))
_LATELY = text(_COUNT.format(ended="WHERE finished_at >= now() - CAST(:within AS interval)"))


def counted(session: Session, within: timedelta | None = None) -> list[Calls]:
    """Return the calls that have ended within that time; None: all there ever were."""
    query = _EVER if within is None else _LATELY.bindparams(within=within)
    return [Calls(**row) for row in session.execute(query).mappings()]


def by_provider(session: Session, within: timedelta) -> dict[str, Calls]:
    """Return the same, all states of a provider together."""
    found: dict[str, Calls] = {}
    for each in counted(session, within):
        so_far = found.get(each.provider, Calls(each.provider, "", 0, 0, 0, 0.0))
        found[each.provider] = Calls(
            each.provider,
            "",
            so_far.calls + each.calls,
            so_far.failed + each.failed,
            so_far.units + each.units,
            so_far.cost_usd + each.cost_usd,
        )
    return found
