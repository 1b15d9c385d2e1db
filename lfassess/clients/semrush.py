"""SEMrush's SEO API v3: rankings, organic competitors and backlinks of a domain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self
from urllib.parse import urlencode

from lfassess.clients.endpoint import Endpoint, find_endpoint
from lfassess.clients.http import provider_session, request
from lfassess.clients.semrush_answer import KEY_REFUSED, NOTHING_FOUND, USED_UP, error_in, worded
from lfassess.clients.semrush_csv import Row, number, rows_of
from lfassess.config_files import read_toml
from lfassess.errors import (
    CheckError,
    CredentialError,
    InvalidResponseError,
    ProviderRejectedError,
    ProviderUnavailableError,
    QuotaExhaustedError,
    RateLimitedError,
)
from lfassess.settings import Settings

_PUBLIC: Final = "https://api.semrush.com"
_PUBLIC_BALANCE: Final = "https://www.semrush.com"
_BALANCE_PATH: Final = "/users/countapiunits.html"
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
_RATE: Final = 429
_MAX_ERROR_CHARS: Final = 300  # an error is no longer than that
_INTERNAL: Final = 500


@dataclass(frozen=True, slots=True)
class SemrushRequest:
    """One report to buy, without the key."""

    report: str  # SEMrush's name, a key of providers.toml's units
    path: str
    columns: Mapping[str, str]  # long names by code
    lines: int  # most lines; each one is billed
    about: Mapping[str, str]  # domain and database, or target

    @property
    def params(self) -> dict[str, str]:
        # Without display_limit SEMrush sends, and bills, up to 10,000 lines.
        return {
            "type": self.report,
            "export_columns": ",".join(self.columns),
            "export_escape": "1",
            "display_limit": str(self.lines),
            **self.about,
        }

    @property
    def canonical(self) -> str:
        """What identifies the request: same text, same answer."""
        return f"GET {self.path}?{urlencode(sorted(self.params.items()))}"

    def units(self, lines: int) -> int:
        """Return the API units that an answer of so many lines takes; none found is free."""
        per_line: int = read_toml("providers.toml")["semrush"]["units"][self.report]
        return per_line * lines


def rank_request(domain: str, database: str) -> SemrushRequest:
    """Ask for the domain's keywords and traffic in one country."""
    return SemrushRequest("domain_rank", _REPORTS, _RANK, 1, _about(domain, database))


def keywords_request(domain: str, database: str, *, lines: int) -> SemrushRequest:
    """Ask for the keywords that bring the domain most visitors, most first."""
    about = {**_about(domain, database), "display_sort": "tr_desc"}
    return SemrushRequest("domain_organic", _REPORTS, _ORGANIC, lines, about)


def competitors_request(domain: str, database: str, *, lines: int) -> SemrushRequest:
    """Ask for the domains that share most keywords with this one, nearest first."""
    about = _about(domain, database)
    return SemrushRequest("domain_organic_organic", _REPORTS, _COMPETITORS, lines, about)


def backlinks_request(domain: str) -> SemrushRequest:
    """Ask for the domain's authority, backlinks and linking domains."""
    about = {"target": domain, "target_type": "root_domain"}
    return SemrushRequest("backlinks_overview", _BACKLINKS, _LINKS, 1, about)


def _about(domain: str, database: str) -> dict[str, str]:
    return {"domain": domain, "database": database}


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
    """Asks SEMrush; use it as a context manager."""

    def __init__(self, at: Endpoint) -> None:
        self.at = at
        self._config: dict[str, Any] = read_toml("providers.toml")["semrush"]
        self._session = provider_session()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def send(self, request: SemrushRequest, *, deadline: float | None = None) -> list[Row]:
        """Return the report's lines by column name; [] where SEMrush knows nothing.

        Raises:
            CheckError: as `classify` has it;
                InvalidResponseError for what is no report or was cut off.
        """
        body = self._get(self.at.base_url + request.path, request.params, deadline)
        return rows_of(body, list(request.columns.values())) if body else []

    def usd(self, units: int) -> float:
        """Return what so many API units cost, by providers.toml."""
        return float(units * self._config["usd_per_unit"])

    def balance(self, *, deadline: float | None = None) -> int:
        """Return the API units left on the account; asking is free.

        Raises:
            CheckError: as `send`.
        """
        base = _PUBLIC_BALANCE if self.at.base_url == _PUBLIC else self.at.base_url
        units = number(self._get(base + _BALANCE_PATH, {}, deadline))
        if units is None:
            raise InvalidResponseError("SEMrush's balance is no number.", provider="semrush")
        return int(units)

    def _get(self, url: str, params: dict[str, str], deadline: float | None) -> str:
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
        body = response.body.decode("utf-8", "replace")
        error = error_in(body)
        if error and error[0] == NOTHING_FOUND:
            return ""
        if error or response.status >= _DONE_BELOW:
            raise classify(response.status, body, self.at, response.retry_after())
        if not body.strip():
            raise InvalidResponseError("SEMrush's answer is empty.", provider="semrush")
        return body


def classify(status: int, body: str, at: Endpoint, retry_after: float | None = None) -> CheckError:
    """Return the error to raise for an answer that isn't a report.

    The body's own number counts, as SEMrush documents no HTTP statuses and has sent the same error
    with 200 and with 403; the HTTP status speaks only where the body has no number and none of
    SEMrush's own words for one.
    """
    found = error_in(body)
    if found is None and (meant := worded(body[:_MAX_ERROR_CHARS])) in KEY_REFUSED | USED_UP:
        found = (meant, body)
    number, text = found or (status, body)
    message = f"SEMrush answered {number}: {at.quote(text) or 'no reason given'}"
    key_refused = number in KEY_REFUSED if found else status in {401, 403}
    if key_refused:
        hint = "Check SEMRUSH_API_KEY and that its subscription includes the API."
        return CredentialError(message, provider="semrush", status=status, hint=hint)
    if found and number in USED_UP:
        hint = "Top up the account's API units, or wait for its next period."
        return QuotaExhaustedError(message, provider="semrush", status=status, hint=hint)
    if number == _RATE:
        return RateLimitedError(message, provider="semrush", status=status, retry_after=retry_after)
    if number // 100 == _INTERNAL // 100:
        return ProviderUnavailableError(message, provider="semrush", status=status)
    return ProviderRejectedError(message, provider="semrush", status=status)
