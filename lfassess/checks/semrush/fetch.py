"""Buys SEMrush's reports on a site, and holds the bill against the account's balance."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from lfassess.checks.base import CheckContext, Fetched, Paid, Target, Usage
from lfassess.checks.shared.domains import builder_of, own_domain, registrable_domain
from lfassess.checks.shared.json_access import get_number, get_objects, sanitise_for_jsonb
from lfassess.clients import semrush
from lfassess.clients.semrush import SemrushClient, SemrushRequest
from lfassess.clients.semrush_csv import Row, number
from lfassess.config_files import read_toml
from lfassess.errors import (
    CheckError,
    CredentialError,
    InvalidTargetError,
    ProviderRejectedError,
    QuotaExhaustedError,
)

Json = dict[str, Any]

_log: Final = logging.getLogger(__name__)
_NOT_ITS_COUNTRY: Final = {"GB": "uk"}  # SEMrush names its databases by country, but for this one
_LOOK_S: Final = 3.0
_TEXTS: Final = frozenset({"domain", "keyword", "url"})


def database_for(country: str) -> str:
    """Return SEMrush's database for an ISO 3166 country: `uk` for GB, else the code itself."""
    return _NOT_ITS_COUNTRY.get(country.upper(), country.lower())


def fetch_reports(target: Target, ctx: CheckContext) -> Fetched:
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
        reports = _in_country(_ReportBuyer(client, ctx), domain, about["database"])
    return Fetched({**about, **reports}, sandbox=at.sandbox)


def _in_country(desk: _ReportBuyer, domain: str, database: str) -> Json:
    """Return the reports, or that SEMrush has no database for the country."""
    try:
        return _reports(desk, domain, database)
    except ProviderRejectedError as e:
        if "database" not in e.message.lower():
            raise
        return {"no_database": True, "said": e.message}


def _reports(desk: _ReportBuyer, domain: str, database: str) -> Json:
    config = read_toml("providers.toml")["semrush"]
    rank = next(iter(desk.buy(semrush.rank_request(domain, database))), None)
    reports: Json = {"rank": rank, "keywords": [], "competitors": []}
    ranked = int(get_number(rank, "organic_keywords") or 0)
    if ranked > 0:
        lines = min(config["keyword_lines"], ranked)
        reports["keywords"] = desk.buy(semrush.keywords_request(domain, database, lines=lines))
        reports["keywords_due"] = lines
        lines = config["competitor_lines"]
        rivals = semrush.competitors_request(domain, database, lines=lines)
        reports["competitors"] = desk.buy(rivals)
    links = desk.buy(semrush.backlinks_request(domain), last=True)
    return {**reports, "backlinks": next(iter(links), None), "units": desk.settled()}


@dataclass(slots=True)
class _ReportBuyer:
    """Buys reports one by one and counts what they take.

    The balance is looked at as part of the first purchase and of the last: a look of its own would
    have to be kept or waited for like any request, and a kept balance is a wrong one.
    """

    client: SemrushClient
    ctx: CheckContext
    before: int | None = None
    after: int | None = None
    looks: int = 0
    spent: int = 0  # units, in this try; kept reports take none

    def buy(self, wanted: SemrushRequest, *, last: bool = False) -> list[Json]:
        """Return the report's lines, numbers as numbers; [] where SEMrush knows nothing."""
        self.ctx.time_left()
        answer = self.ctx.ledger.call("semrush", wanted.canonical, lambda: self._paid(wanted, last))
        return get_objects(answer, "rows")

    def _paid(self, wanted: SemrushRequest, last: bool) -> Paid:  # noqa: FBT001 - buy's own
        looks = self.looks
        if not looks:
            self.before = self._look()
        self._check_balance(wanted)
        rows = self.client.send(wanted, deadline=self.ctx.deadline)
        units = wanted.units(len(rows))
        self.spent += units
        if last and self.spent:
            self.after = self._look()
        calls = 1 + self.looks - looks
        usage = Usage(calls=calls, cost_usd=self.client.usd(units), units=units)
        return Paid({"rows": [_typed(row) for row in rows]}, usage)

    def _look(self) -> int | None:
        """Return the balance; that it can't be read now holds nothing up."""
        self.looks += 1
        try:
            units = self.client.balance(deadline=min(self.ctx.deadline, time.monotonic() + _LOOK_S))
        except CheckError as e:
            _log.info("SEMrush's balance can't be read: %s", e)
            return None
        self.ctx.ledger.note_balance("semrush", units)
        return units

    def _check_balance(self, wanted: SemrushRequest) -> None:
        """Refuse to buy what SEMrush would cut short, billing the part, without saying so."""
        most = wanted.units(wanted.lines)
        if self.before is not None and self.before - self.spent < most:
            self.ctx.ledger.note_balance("semrush", self.before - self.spent)
            raise QuotaExhaustedError(
                f"SEMrush's balance is {self.before - self.spent} API units; {wanted.report} may "
                f"take {most}.",
                provider="semrush",
                hint="Top up the account's API units, or wait for its next period.",
            )

    def settled(self) -> Json:
        """Return the units counted and what the balance says; a difference is noted, no failure.

        Other work on the same account shows in the balance as well.
        """
        known = self.before is not None and self.after is not None
        gone = (self.before or 0) - (self.after or 0) if known else None
        if gone is not None and gone != self.spent:
            _log.info("SEMrush's balance fell by %d units; counted %d.", gone, self.spent)
        return {
            "counted": self.spent,
            "before": self.before,
            "after": self.after,
            "fits": None if gone is None else gone == self.spent,
        }


def _typed(row: Row) -> Json:
    typed: Json = sanitise_for_jsonb({n: c if n in _TEXTS else number(c) for n, c in row.items()})
    return typed
