"""Buys SEMrush's reports on a site, and checks the bill against the account's balance."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from lfassess.checks.base import (
    BilledResponse,
    CheckContext,
    Fetched,
    Json,
    Target,
    Usage,
    UsualCost,
)
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
from lfassess.settings import Settings

_log: Final = logging.getLogger(__name__)
_DATABASES: Final = {"GB": "uk"}  # the only one that isn't named by its country
_BALANCE_TIMEOUT_S: Final = 3.0
_TEXTS: Final = frozenset({"domain", "keyword", "url"})


def is_configured(settings: Settings) -> bool:
    return semrush.endpoint(settings) is not None


def usual_cost(_settings: Settings) -> UsualCost:
    """Return the cost of all four reports with as many lines as are ordered."""
    config = read_toml("providers.toml")["semrush"]
    per_line = config["units"]
    units = (
        per_line["domain_rank"]
        + per_line["domain_organic"] * config["keyword_lines"]
        + per_line["domain_organic_organic"] * config["competitor_lines"]
        + per_line["backlinks_overview"]
    )
    return UsualCost("semrush", 4, units * config["usd_per_unit"], int(units))


def database_for(country: str) -> str:
    """Return SEMrush's database for an ISO 3166 country: `uk` for GB, else the code itself."""
    return _DATABASES.get(country.upper(), country.lower())


def fetch_reports(target: Target, ctx: CheckContext) -> Fetched:
    """Buy the site's rank, best keywords, competitors and backlinks; nothing for a shared host.

    Raises:
        InvalidTargetError: the website has no domain (an IP address, say).
        QuotaExhaustedError: the balance doesn't cover a whole report.
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
    with SemrushClient(at) as client:
        reports = _in_country(_ReportBuyer(client, ctx), domain, about["database"])
    return Fetched({**about, **reports}, sandbox=at.sandbox)


def _in_country(buyer: _ReportBuyer, domain: str, database: str) -> Json:
    """Return the reports, or that SEMrush has no database for the country."""
    try:
        return _reports(buyer, domain, database)
    except ProviderRejectedError as e:
        if "database" not in e.message.lower():
            raise
        return {"no_database": True, "said": e.message}


def _reports(buyer: _ReportBuyer, domain: str, database: str) -> Json:
    config = read_toml("providers.toml")["semrush"]
    rank = next(iter(buyer.buy(semrush.rank_request(domain, database))), None)
    reports: Json = {"rank": rank, "keywords": [], "competitors": []}
    ranked = int(get_number(rank, "organic_keywords") or 0)
    if ranked > 0:
        lines = min(config["keyword_lines"], ranked)
        reports["keywords"] = buyer.buy(semrush.keywords_request(domain, database, lines=lines))
        reports["keywords_due"] = lines
        lines = config["competitor_lines"]
        request = semrush.competitors_request(domain, database, lines=lines)
        reports["competitors"] = buyer.buy(request)
    links = buyer.buy(semrush.backlinks_request(domain), last=True)
    return {**reports, "backlinks": next(iter(links), None), "units": buyer.usage_report()}


@dataclass(slots=True)
class _ReportBuyer:
    """Buys reports one by one and counts what they take.

    The balance is read within the first purchase and the last. As a request of its own it would be
    rate limited and cached like any other, and a cached balance is a wrong one.
    """

    client: SemrushClient
    ctx: CheckContext
    before: int | None = None
    after: int | None = None
    reads: int = 0
    spent: int = 0  # units, in this attempt; cached reports take none

    def buy(self, request: SemrushRequest, *, last: bool = False) -> list[Json]:
        """Return the report's lines, numbers as numbers; [] where SEMrush knows nothing."""
        self.ctx.time_left()
        answer = self.ctx.ledger.call(
            "semrush", request.canonical, lambda: self._paid(request, last)
        )
        return get_objects(answer, "rows")

    def _paid(self, request: SemrushRequest, last: bool) -> BilledResponse:  # noqa: FBT001 - buy's own
        reads = self.reads
        if not reads:
            self.before = self._read_balance()
        self._check_balance(request)
        rows = self.client.send(request, deadline=self.ctx.deadline)
        units = request.units(len(rows))
        self.spent += units
        if last and self.spent:
            self.after = self._read_balance()
        calls = 1 + self.reads - reads
        usage = Usage(calls=calls, cost_usd=self.client.usd(units), units=units)
        return BilledResponse({"rows": [_typed(row) for row in rows]}, usage)

    def _read_balance(self) -> int | None:
        """Return the balance, or None where it can't be read, which stops no purchase."""
        self.reads += 1
        try:
            units = self.client.balance(
                deadline=min(self.ctx.deadline, time.monotonic() + _BALANCE_TIMEOUT_S)
            )
        except CheckError as e:
            _log.info("SEMrush's balance can't be read: %s", e)
            return None
        self.ctx.ledger.note_balance("semrush", units)
        return units

    def _check_balance(self, request: SemrushRequest) -> None:
        """Refuse a report that SEMrush would cut short, and bill in part, without notice."""
        most = request.units(request.lines)
        if self.before is not None and self.before - self.spent < most:
            self.ctx.ledger.note_balance("semrush", self.before - self.spent)
            raise QuotaExhaustedError(
                f"SEMrush's balance is {self.before - self.spent} API units; {request.report} may "
                f"take {most}.",
                provider="semrush",
                hint="Top up the account's API units, or wait for its next period.",
            )

    def usage_report(self) -> Json:
        """Return the units counted and what the balance says; a difference is logged, no failure.

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
