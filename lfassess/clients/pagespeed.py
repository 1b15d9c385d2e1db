"""PageSpeed Insights v5: Google runs Lighthouse and adds what real visitors measured."""

from __future__ import annotations

import re
from typing import Any, Final, Literal

import requests

from lfassess.clients import google_errors
from lfassess.clients.endpoint import Endpoint, find_endpoint
from lfassess.clients.http import provider_session, request, retry_after
from lfassess.clients.lighthouse.failures import error_for
from lfassess.configs import read_toml
from lfassess.errors import (
    BadAnswerError,
    CheckError,
    CredentialError,
    ProviderUnavailableError,
    QuotaExhaustedError,
)
from lfassess.settings import Settings

Json = dict[str, Any]
Strategy = Literal["mobile", "desktop"]

CATEGORIES: Final = ("performance", "accessibility", "best-practices", "seo")
# What judging needs of each audit; the rest of an answer is up to 3 MB of details and pictures.
AUDIT_KEYS: Final = (
    "title",
    "score",
    "scoreDisplayMode",
    "numericValue",
    "displayValue",
    "metricSavings",
)
RESULT_KEYS: Final = (
    "requestedUrl",
    "finalUrl",
    "finalDisplayedUrl",
    "lighthouseVersion",
    "fetchTime",
    "runWarnings",
    "runtimeError",
    "configSettings/formFactor",
    "timing",
)
FIELD_DATA: Final = ("loadingExperience", "originLoadingExperience")
FIELDS: Final = ",".join(
    (
        *FIELD_DATA,
        *(f"lighthouseResult/{key}" for key in RESULT_KEYS),
        "lighthouseResult/categories/*/score",
        *(f"lighthouseResult/audits/*/{key}" for key in AUDIT_KEYS),
    )
)
_PATH: Final = "/pagespeedonline/v5/runPagespeed"
_DONE_BELOW: Final = 300
_TOO_MANY: Final = 429
_THROTTLE_S: Final = 60.0  # Google slows down those who ask about one site again and again
# At least two letters: "Lighthouse returned error: Something went wrong." carries no code.
_CODE: Final = re.compile(r"Lighthouse returned error: ([A-Z][A-Z_]+)")


def endpoint(settings: Settings) -> Endpoint | None:
    """Return where PageSpeed Insights is asked, or None where Lighthouse runs here.

    The sandbox emulates the paid providers only, and Google could not reach its demo sites.
    """
    if settings.local_lighthouse:
        return None
    return find_endpoint(
        settings,
        own_base=settings.pagespeed_base_url,
        public_base="https://pagespeedonline.googleapis.com",
        sandbox_path="/psi",
        key=settings.google_api_key,
    )


def run(url: str, *, settings: Settings, at: Endpoint, strategy: Strategy, deadline: float) -> Json:
    """Have Google audit one page.

    Args:
        url: the page, with its scheme.
        settings: as for every provider.
        at: from endpoint().
        strategy: which device is emulated.
        deadline: time.monotonic() by which it must be done.

    Returns:
        The Lighthouse result in the shape of `lfassess.clients.lighthouse.audit`, and, where Google
        has them, ``loadingExperience`` and ``originLoadingExperience``: what visitors of the page
        and of the whole site measured in the last 28 days.

    Raises:
        TargetUnreachableError, TargetBlockedError, ProviderTimeoutError: the site's doing.
        CredentialError, QuotaExhaustedError, RateLimitedError, ProviderUnavailableError,
        ProviderRejectedError, BadAnswerError: Google's.
    """
    with provider_session(settings, provider="psi") as session:
        response = request(
            session,
            "GET",
            at.base_url + _PATH,
            provider="psi",
            read_timeout=read_toml("providers.toml")["psi"]["read_timeout_s"],
            deadline=deadline,
            allow_redirects=False,  # the key goes nowhere else
            headers={"X-Goog-Api-Key": at.key},
            params={
                "url": url,
                "strategy": strategy,  # Google's default is desktop
                "category": CATEGORIES,
                "locale": "en",
                "fields": FIELDS,
            },
        )
    answer = _json(response)
    if response.status_code >= _DONE_BELOW or "error" in answer:
        raise _error(response, answer, at, url)
    return _result(answer, url)


def _json(response: requests.Response) -> Json:
    try:
        body = response.json()
    except requests.exceptions.JSONDecodeError as e:
        if response.status_code >= _DONE_BELOW:
            return {}  # a gateway's error page: the status says enough
        raise BadAnswerError("PageSpeed Insights' answer is no JSON.", provider="psi") from e
    if not isinstance(body, dict):
        raise BadAnswerError("PageSpeed Insights' answer is no JSON object.", provider="psi")
    return body


def _result(answer: Json, url: str) -> Json:
    result = answer.get("lighthouseResult")
    if not isinstance(result, dict) or not result:
        raise BadAnswerError("PageSpeed Insights' answer has no result.", provider="psi")
    failure = result.get("runtimeError")
    if isinstance(failure, dict) and failure.get("code"):
        raise error_for(
            str(failure["code"]), str(failure.get("message") or ""), url, provider="psi"
        )
    return _slim(answer, result)


def _slim(answer: Json, result: Json) -> Json:
    """Keep what was asked for, should Google send more."""
    kept: Json = {key: result[key] for path in RESULT_KEYS if (key := path.split("/")[0]) in result}
    kept["categories"] = _each(result.get("categories"), ("score",))
    kept["audits"] = _each(result.get("audits"), AUDIT_KEYS)
    kept.update((key, answer[key]) for key in FIELD_DATA if key in answer)
    return kept


def _each(entries: object, keys: tuple[str, ...]) -> Json:
    if not isinstance(entries, dict):
        return {}
    return {
        name: {key: entry[key] for key in keys if key in entry}
        for name, entry in entries.items()
        if isinstance(entry, dict)
    }


def _error(response: requests.Response, answer: Json, at: Endpoint, url: str) -> CheckError:
    """Classify by what the message says: the same failure came with 400 and with 500."""
    error = answer.get("error")
    said = str(error.get("message") or "") if isinstance(error, dict) else ""
    status = response.status_code
    if code := _CODE.search(said):
        return error_for(code[1], said, url, provider="psi")
    if said.startswith("API key not valid"):
        return CredentialError(
            "Google does not know the API key.",
            provider="psi",
            status=status,
            hint="Check GOOGLE_API_KEY.",
        )
    if status == _TOO_MANY and "per day" in said:
        return QuotaExhaustedError(
            f"Google's quota of the day is used up: {at.quote(said)}", provider="psi", status=status
        )
    wait = retry_after(response)
    if said.startswith("Unable to process request"):
        return ProviderUnavailableError(
            f"Google asks to wait: {at.quote(said)}",
            provider="psi",
            status=status,
            retry_after=_THROTTLE_S if wait is None else wait,
        )
    return google_errors.classify(status, answer, at, provider="psi", retry_after=wait)
