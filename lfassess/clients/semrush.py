"""SEMrush's SEO API v3: rankings, organic competitors and backlinks of a domain."""

from __future__ import annotations

from typing import Any, Final, Self

from lfassess.clients.endpoint import Endpoint, find_endpoint
from lfassess.clients.http import provider_session, request, retry_after
from lfassess.clients.semrush_csv import NOTHING_FOUND, error_in, number, rows_of
from lfassess.clients.semrush_errors import classify
from lfassess.configs import read_toml
from lfassess.errors import BadAnswerError
from lfassess.settings import Settings

Row = dict[str, str]

_PUBLIC: Final = "https://api.semrush.com"
_PUBLIC_BALANCE: Final = "https://www.semrush.com"
_DONE_BELOW: Final = 300
_REPORTS: Final = "/"
_BACKLINKS: Final = "/analytics/v1/"

# Codes we ask for, and the long names SEMrush heads the columns with (backlinks keep their codes).
_RANK: Final = {
    "Dn": "domain",
    "Rk": "rank",
    "Or": "organic_keywords",
    "Ot": "organic_traffic",
    "Oc": "organic_cost",
    "Ad": "adwords_keywords",
    "At": "adwords_traffic",
    "Ac": "adwords_cost",
}
_ORGANIC: Final = {
    "Ph": "keyword",
    "Po": "position",
    "Pp": "previous_position",
    "Nq": "search_volume",
    "Cp": "cpc",
    "Ur": "url",
    "Tr": "traffic",
}
_COMPETITORS: Final = {
    "Dn": "domain",
    "Cr": "competitor_relevance",
    "Np": "common_keywords",
    "Or": "organic_keywords",
    "Ot": "organic_traffic",
}
_LINKS: Final = {
    name: name for name in ("ascore", "total", "domains_num", "follows_num", "nofollows_num")
}


def endpoint(settings: Settings) -> Endpoint | None:
    """Return where SEMrush is reached, or None when it isn't configured."""
    return find_endpoint(
        settings,
        own_base=settings.semrush_base_url,
        public_base=_PUBLIC,
        sandbox_path="/semrush",
        key=settings.semrush_api_key,
    )


class SemrushClient:
    """Asks SEMrush and counts the API units that costs; use it as a context manager."""

    def __init__(self, at: Endpoint, settings: Settings) -> None:
        self.at = at
        self.calls = 0
        self.units = 0
        self._config: dict[str, Any] = read_toml("providers.toml")["semrush"]
        self._session = provider_session(settings, provider="semrush")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    @property
    def cost_usd(self) -> float:
        return float(self.units * self._config["usd_per_unit"])

    def domain_rank(
        self, domain: str, database: str, *, deadline: float | None = None
    ) -> Row | None:
        """Return the domain's keywords and traffic in one country, or None for no rankings."""
        rows = self._domain_report(
            "domain_rank", _RANK, deadline, limit=1, domain=domain, database=database
        )
        return rows[0] if rows else None

    def domain_organic(
        self, domain: str, database: str, *, limit: int, deadline: float | None = None
    ) -> list[Row]:
        """Return the keywords that bring the domain most visitors, most first."""
        return self._domain_report(
            "domain_organic",
            _ORGANIC,
            deadline,
            limit=limit,
            domain=domain,
            database=database,
            display_sort="tr_desc",
        )

    def competitors(
        self, domain: str, database: str, *, limit: int, deadline: float | None = None
    ) -> list[Row]:
        """Return the domains that share most keywords with this one, nearest first."""
        return self._domain_report(
            "domain_organic_organic",
            _COMPETITORS,
            deadline,
            limit=limit,
            domain=domain,
            database=database,
        )

    def backlinks_overview(self, domain: str, *, deadline: float | None = None) -> Row | None:
        """Return the domain's authority, backlinks and linking domains, or None for no links."""
        rows = self._report(
            _BACKLINKS,
            "backlinks_overview",
            _LINKS,
            {"target": domain, "target_type": "root_domain", "display_limit": 1},
            deadline,
        )
        self.units += self._config["units"]["backlinks_overview"] if rows else 0
        return rows[0] if rows else None

    def balance(self, *, deadline: float | None = None) -> int:
        """Return the API units left on the account; asking is free."""
        base = _PUBLIC_BALANCE if self.at.base_url == _PUBLIC else self.at.base_url
        body = self._get(f"{base}/users/countapiunits.html", {}, deadline)
        units = number(body)
        if units is None:
            raise BadAnswerError("SEMrush's balance is no number.", provider="semrush")
        return int(units)

    def _domain_report(
        self,
        name: str,
        columns: dict[str, str],
        deadline: float | None,
        *,
        limit: int,
        **about: str,
    ) -> list[Row]:
        # Without display_limit SEMrush sends, and bills, up to 10,000 lines.
        params = {"display_limit": limit, **about}
        rows = self._report(_REPORTS, name, columns, params, deadline)
        self.units += len(rows) * self._config["units"][name]
        return rows

    def _report(
        self,
        path: str,
        name: str,
        columns: dict[str, str],
        params: dict[str, Any],
        deadline: float | None,
    ) -> list[Row]:
        wanted = {"type": name, "export_columns": ",".join(columns), "export_escape": 1}
        body = self._get(self.at.base_url + path, {**wanted, **params}, deadline)
        return rows_of(body, list(columns.values())) if body else []

    def _get(self, url: str, params: dict[str, Any], deadline: float | None) -> str:
        """Return the body, "" for ERROR 50 (nothing found); any other error is raised."""
        response = request(
            self._session,
            "GET",
            url,
            provider="semrush",
            read_timeout=self._config["read_timeout_s"],
            deadline=deadline,
            allow_redirects=False,  # the key goes nowhere else
            params={**params, "key": self.at.key},
        )
        self.calls += 1
        body: str = response.content.decode("utf-8", "replace")
        error = error_in(body)
        if error and error[0] == NOTHING_FOUND:
            return ""
        if error or response.status_code >= _DONE_BELOW:
            raise classify(response.status_code, body, self.at, retry_after(response))
        if not body.strip():
            raise BadAnswerError("SEMrush's answer is empty.", provider="semrush")
        return body
