"""SEMrush: how visible is the site in search, against whom, and who links to it?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from lfassess.checks.base import Check, CheckContext, Fetched, Judgement, Target, Usage
from lfassess.checks.domains import own_domain, registrable_domain
from lfassess.checks.loose import number_in, text_in
from lfassess.checks.semrush_rules.findings import finding, findings
from lfassess.checks.semrush_rules.kinds import KINDS
from lfassess.checks.semrush_rules.visibility import Visibility, read_visibility, score
from lfassess.clients import semrush
from lfassess.clients.semrush import Row, SemrushClient
from lfassess.clients.semrush_csv import number
from lfassess.configs import read_toml
from lfassess.errors import CredentialError, InvalidTargetError
from lfassess.settings import Settings

Json = dict[str, Any]

_NOT_ITS_COUNTRY: Final = {"GB": "uk"}  # SEMrush names its databases by country, but for this one
_UNITS_OF_A_LINE: Final = 10
_TEXTS: Final = frozenset({"domain", "keyword", "url"})


def database_for(country: str) -> str:
    """Return SEMrush's database for an ISO 3166 country: `uk` for GB, else the code itself."""
    return _NOT_ITS_COUNTRY.get(country.upper(), country.lower())


def fetch(target: Target, ctx: CheckContext) -> Fetched:
    """Buy the site's rank, best keywords, competitors and backlinks; nothing for a shared host.

    Raises:
        InvalidTargetError: the website has no domain (an IP address, say).
    """
    at = semrush.endpoint(ctx.settings)
    if at is None:
        raise CredentialError("There is no SEMRUSH_API_KEY.", provider="semrush")
    database = database_for(target.country)
    domain = registrable_domain(target.url)
    if domain is None:
        raise InvalidTargetError("The website has no domain of its own to look up.")
    about = {"domain": domain, "database": database, "fetched_at": datetime.now(UTC).isoformat()}
    if own_domain(target.url) is None:
        return Fetched({**about, "shared_host": True}, sandbox=at.sandbox)
    with SemrushClient(at, ctx.settings) as client:
        reports = _reports(client, domain, database, ctx)
        usage = Usage(calls=client.calls, cost_usd=client.cost_usd, units=client.units)
    return Fetched({**about, **reports}, usage=usage, sandbox=at.sandbox)


def _reports(client: SemrushClient, domain: str, database: str, ctx: CheckContext) -> Json:
    config = read_toml("providers.toml")["semrush"]
    end = ctx.deadline
    rank = client.domain_rank(domain, database, deadline=end)
    reports: Json = {"rank": _typed(rank), "keywords": [], "competitors": []}
    if rank and number(rank.get("organic_keywords")):
        lines = config["keyword_lines"]
        found = client.domain_organic(domain, database, limit=lines, deadline=end)
        reports["keywords"] = [_typed(row) for row in found]
        lines = config["competitor_lines"]
        rivals = client.competitors(domain, database, limit=lines, deadline=end)
        reports["competitors"] = [_typed(row) for row in rivals]
        due = min(config["keyword_lines"], int(number(rank["organic_keywords"]) or 0))
        # Out of units, SEMrush cuts a report short without saying so.
        if len(found) < due:
            reports["balance"] = client.balance(deadline=end)
    reports["backlinks"] = _typed(client.backlinks_overview(domain, deadline=end))
    return reports


def _typed(row: Row | None) -> Json | None:
    if row is None:
        return None
    return {name: cell if name in _TEXTS else number(cell) for name, cell in row.items()}


def judge(evidence: Json) -> Judgement:
    """Judge the reports; a site without rankings is a finding, not a failure."""
    domain, database = text_in(evidence, "domain") or "", text_in(evidence, "database") or ""
    metrics: Json = {"domain": domain, "database": database, "attribution": "SEMrush"}
    if evidence.get("shared_host") is True:
        seen = finding("semrush-no-own-domain", f"the website is on {domain}")
        return Judgement((seen,), metrics=metrics, inconclusive="the site has no domain of its own")
    visibility = read_visibility(evidence)
    return Judgement(
        tuple(findings(visibility, database)),
        metrics=metrics | _metrics(visibility) | {"cut_short": _cut_short(evidence)},
        score=score(visibility),
    )


def _cut_short(evidence: Json) -> bool:
    """Whether the account's units did not suffice for the next line of a report."""
    balance = number_in(evidence, "balance")
    return balance is not None and balance < _UNITS_OF_A_LINE


def _metrics(seen: Visibility) -> Json:
    return {
        "ranked": seen.ranked,
        "organic_keywords": seen.keywords,
        "organic_traffic": seen.traffic,
        "top_keywords": [
            {"keyword": k.phrase, "position": k.position, "search_volume": k.volume}
            for k in seen.top
        ],
        "competitors": [
            {"domain": c.domain, "common_keywords": c.common, "organic_traffic": c.traffic}
            for c in seen.competitors
        ],
        "authority": seen.authority,
        "linking_domains": seen.linking_domains,
        "backlinks": seen.backlinks,
    }


def _skip_reason(settings: Settings) -> str | None:
    return None if semrush.endpoint(settings) else "no SEMRUSH_API_KEY"


CHECK = Check(
    name="semrush",
    title="Search visibility",
    fetch=fetch,
    judge=judge,
    kinds=KINDS,
    queue=lambda _settings: "assessment",
    time_limit_s=20,
    skip_reason=_skip_reason,
)
