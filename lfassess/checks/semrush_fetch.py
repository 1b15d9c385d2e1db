"""Buys SEMrush's reports on a site, and holds the bill against the account's balance."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from lfassess.checks.base import CheckContext, Fetched, Paid, Target, Usage
from lfassess.checks.domains import builder_of, own_domain, registrable_domain
from lfassess.checks.loose import dicts_in, number_in
from lfassess.clients import semrush
from lfassess.clients.semrush import SemrushClient, SemrushRequest
from lfassess.clients.semrush_csv import Row, number
from lfassess.configs import read_toml
from lfassess.errors import (
    CheckError,
    CredentialError,
    InvalidTargetError,
    QuotaExhaustedError,
    TransientError,
)

Json = dict[str, Any]

_log: Final = logging.getLogger(__name__)
_NOT_ITS_COUNTRY: Final = {"GB": "uk"}  # SEMrush names its databases by country, but for this one
_TEXTS: Final = frozenset({"domain", "keyword", "url"})


def database_for(country: str) -> str:
    """Return SEMrush's database for an ISO 3166 country: `uk` for GB, else the code itself."""
    return _NOT_ITS_COUNTRY.get(country.upper(), country.lower())


def fetch(target: Target, ctx: CheckContext) -> Fetched:
    """Buy the site's rank, best keywords, competitors and backlinks; nothing for a shared host.

    Raises:
        InvalidTargetError: the website has no domain (an IP address, say).
        QuotaExhaustedError: the balance doesn't suffice for a whole report.
        CheckError: SEMrush refused, failed or took too long.
    """
    at = semrush.endpoint(ctx.settings)
    if at is None:
        raise CredentialError("There is no SEMRUSH_API_KEY.", provider="semrush")
    domain = registrable_domain(target.url)
    if domain is None:
        raise InvalidTargetError("The website has no domain of its own to look up.")
    about = {
        "name": target.name,
        "domain": domain,
        "database": database_for(target.country),
        "fetched_at": datetime.now(UTC).isoformat(),
    }
    if own_domain(target.url) is None or builder_of(target.url):
        return Fetched({**about, "shared_host": True}, sandbox=at.sandbox)
    with SemrushClient(at, ctx.settings) as client:
        desk = _Desk(client, ctx, about["fetched_at"])
        reports = _reports(desk, domain, about["database"])
    return Fetched({**about, **reports}, usage=ctx.ledger.usage, sandbox=at.sandbox)


def _reports(desk: _Desk, domain: str, database: str) -> Json:
    config = read_toml("providers.toml")["semrush"]
    desk.open()
    rank = next(iter(desk.buy(semrush.rank_request(domain, database))), None)
    reports: Json = {"rank": rank, "keywords": [], "competitors": []}
    ranked = int(number_in(rank, "organic_keywords") or 0)
    if ranked > 0:
        lines = min(config["keyword_lines"], ranked)
        reports["keywords"] = desk.buy(semrush.keywords_request(domain, database, lines=lines))
        reports["keywords_due"] = lines
        lines = config["competitor_lines"]
        rivals = semrush.competitors_request(domain, database, lines=lines)
        reports["competitors"] = desk.buy(rivals)
    reports["backlinks"] = next(iter(desk.buy(semrush.backlinks_request(domain))), None)
    return {**reports, "units": desk.settle()}


@dataclass(slots=True)
class _Desk:
    """Buys reports one by one and counts what they take."""

    client: SemrushClient
    ctx: CheckContext
    stamp: str  # tells one look at the balance from the next: that answer must never be a kept one
    before: int | None = None
    spent: int = 0  # units, in this try; kept reports take none

    def open(self) -> None:
        """Look at the balance; a look that fails for the moment holds nothing up."""
        try:
            self.before = self._balance("before")
        except TransientError as e:
            _log.info("SEMrush's balance can't be read: %s", e)

    def buy(self, wanted: SemrushRequest) -> list[Json]:
        """Return the report's lines, numbers as numbers; [] where SEMrush knows nothing."""
        self.ctx.time_left()

        def do() -> Paid:
            self._afford(wanted)
            rows = self.client.send(wanted, deadline=self.ctx.deadline)
            units = wanted.units(len(rows))
            self.spent += units
            usage = Usage(calls=1, cost_usd=self.client.usd(units), units=units)
            return Paid({"rows": [_typed(row) for row in rows]}, usage)

        return dicts_in(self.ctx.ledger.call("semrush", wanted.canonical, do), "rows")

    def _afford(self, wanted: SemrushRequest) -> None:
        """Refuse to buy what SEMrush would cut short, billing the part, without saying so."""
        most = wanted.units(wanted.lines)
        if self.before is not None and self.before - self.spent < most:
            raise QuotaExhaustedError(
                f"SEMrush's balance is {self.before - self.spent} API units; {wanted.report} may "
                f"take {most}.",
                provider="semrush",
                hint="Top up the account's API units, or wait for its next period.",
            )

    def settle(self) -> Json:
        """Return the units counted and what the balance says; a difference is noted, no failure.

        Other work on the same account shows in the balance as well.
        """
        after = self._after() if self.spent and self.before is not None else None
        gone = None if after is None or self.before is None else self.before - after
        if gone is not None and gone != self.spent:
            _log.info("SEMrush's balance fell by %d units; counted %d.", gone, self.spent)
        fits = None if gone is None else gone == self.spent
        return {"counted": self.spent, "before": self.before, "after": after, "fits": fits}

    def _after(self) -> int | None:
        try:
            return self._balance("after")
        except CheckError as e:  # parked, too: all that was wanted has been bought
            _log.info("SEMrush's balance can't be read again: %s", e)
            return None

    def _balance(self, when: str) -> int:
        def do() -> Paid:
            return Paid({"units": self.client.balance(deadline=self.ctx.deadline)})

        asked = f"GET /users/countapiunits.html {when} {self.stamp}"
        return int(number_in(self.ctx.ledger.call("semrush", asked, do), "units") or 0)


def _typed(row: Row) -> Json:
    return {name: cell if name in _TEXTS else number(cell) for name, cell in row.items()}
