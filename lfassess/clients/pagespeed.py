"""PageSpeed Insights v5: Google runs Lighthouse and adds what real visitors measured."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import Any, Final, Literal
from urllib.parse import urlencode

from lfassess.clients import google_errors
from lfassess.clients.endpoint import Endpoint, find_endpoint
from lfassess.clients.http import Answer, provider_session, request
from lfassess.clients.lighthouse.failures import error_for
from lfassess.clients.lighthouse.filmstrip import THUMBNAILS, TIMES
from lfassess.clients.lighthouse.normal import (
    AUDIT_KEYS,
    CATEGORIES,
    ITEMIZED,
    RESULT_KEYS,
    normal_form,
)
from lfassess.config_files import read_toml
from lfassess.errors import (
    CheckError,
    CredentialError,
    InvalidResponseError,
    ProviderUnavailableError,
    QuotaExhaustedError,
)
from lfassess.settings import SANDBOX_KEY, Settings

Json = dict[str, Any]
Strategy = Literal["mobile", "desktop"]

FIELD_DATA: Final = ("loadingExperience", "originLoadingExperience")
_PATHS: Final = {
    "configSettings": "configSettings/formFactor",
    "environment": "environment/benchmarkIndex",
}
FIELDS: Final = ",".join(
    (
        *FIELD_DATA,
        *(f"lighthouseResult/{_PATHS.get(key, key)}" for key in RESULT_KEYS),
        "lighthouseResult/categories/*/score",
        "lighthouseResult/categories/*/auditRefs",
        *(f"lighthouseResult/audits/*/{key}" for key in AUDIT_KEYS),
    )
)
# Of a phone also its frames, some 200 kB, and which files are meant. An audit that is named may
# give only what is named of it, so all of it is.
PHONE_FIELDS: Final = ",".join(
    (
        FIELDS,
        *(f"lighthouseResult/audits/{name}/details" for name in (THUMBNAILS, TIMES)),
        *(
            f"lighthouseResult/audits/{name}/{key}"
            for name in ITEMIZED
            for key in (*AUDIT_KEYS, "details")
        ),
    )
)
_PATH: Final = "/pagespeedonline/v5/runPagespeed"
_DONE_BELOW: Final = 300
_BAD_REQUEST: Final = 400
_FIELDS_REFUSED: Final = re.compile(
    r"field (?:selection|mask)|\"location\": \"fields\"", re.IGNORECASE
)

_THROTTLE_S: Final = 60.0  # Google slows down those who ask about one site again and again
# At least two letters: "Lighthouse returned error: Something went wrong." carries no code.
_CODE: Final = re.compile(r"Lighthouse returned error: ([A-Z][A-Z_]+)")


def endpoint(settings: Settings) -> Endpoint | None:
    """Return where PageSpeed Insights is asked, or None where Lighthouse runs here.

    The sandbox's emulator is asked only where LFASSESS_PAGESPEED_BASE_URL names it: its demo sites
    can be measured for real. It never gets a real key.
    """
    own, sandbox = settings.pagespeed_base_url, settings.sandbox_url
    if own and sandbox and own.startswith(sandbox.rstrip("/") + "/"):
        return Endpoint(own.rstrip("/"), SANDBOX_KEY, sandbox=True)
    if settings.local_lighthouse:
        return None
    return find_endpoint(
        settings,
        own_base=own,
        public_base="https://pagespeedonline.googleapis.com",
        sandbox_path="/psi",
        key=settings.google_api_key,
    )


def request_id(url: str, *, at: Endpoint, strategy: Strategy) -> str:
    """Return what identifies the request: method, path and parameters, without the key."""
    place = "sandbox" if at.sandbox else at.base_url
    return f"GET {place}{_PATH}?{urlencode({'url': url, 'strategy': strategy})}"


def ask(url: str, *, at: Endpoint, strategy: Strategy, deadline: float) -> Json:
    """Have Google audit one page.

    Args:
        url: the page, with its scheme.
        at: from endpoint().
        strategy: which device is emulated.
        deadline: time.monotonic() by which it must be done.

    Returns:
        The result as `lfassess.clients.lighthouse.audit` gives it, and, where Google has them,
        ``loadingExperience`` and ``originLoadingExperience``: what visitors of the page and of the
        whole site measured in the last 28 days. It may say ``runtimeError``: see checked().

    Raises:
        TargetUnreachableError, TargetBlockedError, ProviderTimeoutError: the site's doing.
        CredentialError, QuotaExhaustedError, RateLimitedError, ProviderUnavailableError,
        ProviderRejectedError, InvalidResponseError: Google's.
    """
    response, answer = _asked(url, at, strategy, deadline, _fields_of(strategy))
    if response.status == _BAD_REQUEST and _FIELDS_REFUSED.search(json.dumps(answer)):
        # Whether Google lets one audit's details be named beside all audits' scores is written
        # nowhere: an audit without frames is better than none.
        response, answer = _asked(url, at, strategy, deadline, FIELDS)
    if response.status >= _DONE_BELOW or "error" in answer:
        raise classify(response, answer, at, url)
    result = _result(answer)
    failure = _failure(result, url)
    if failure and failure.transient:
        raise failure  # it may succeed next time, so it isn't cached
    return result


def _fields_of(strategy: Strategy) -> str:
    return PHONE_FIELDS if strategy == "mobile" else FIELDS


def _asked(
    url: str, at: Endpoint, strategy: Strategy, deadline: float, fields: str
) -> tuple[Answer, Json]:
    with provider_session() as session:
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
                "fields": fields,
            },
        )
    return response, google_errors.body_of(response, provider="psi", who="PageSpeed Insights")


def checked(result: Json, url: str) -> Json:
    """Return the result; raises what ask() raises where Lighthouse gave up for good."""
    if failure := _failure(result, url):
        raise failure
    return result


def _result(answer: Json) -> Json:
    """Keep what was asked for, should Google send more."""
    result = answer.get("lighthouseResult")
    if not isinstance(result, dict) or not result:
        raise InvalidResponseError("PageSpeed Insights' answer has no result.", provider="psi")
    return normal_form(result) | {key: answer[key] for key in FIELD_DATA if key in answer}


def _failure(result: Json, url: str) -> CheckError | None:
    failure = result.get("runtimeError")
    code = failure.get("code") if isinstance(failure, dict) else None
    if not isinstance(failure, dict) or not isinstance(code, str) or code in {"", "NO_ERROR"}:
        return None
    return error_for(code, str(failure.get("message") or ""), url, provider="psi")


def classify(response: Answer, answer: Json, at: Endpoint, url: str) -> CheckError:
    """Return the error to raise; by what the message says, as one failure came with 400 and 500.

    Args:
        response: for its status and headers.
        answer: its body, {} where that was no JSON.
        at: whose key is masked in the message.
        url: the page that was asked about.
    """
    error = answer.get("error")
    said = str(error.get("message") or "") if isinstance(error, dict) else ""
    status = response.status
    if code := _CODE.search(said):
        return error_for(code[1], said, url, provider="psi")
    if said.startswith("API key not valid"):
        return CredentialError(
            "Google does not know the API key.",
            provider="psi",
            status=status,
            hint="Check GOOGLE_API_KEY.",
        )
    if status == HTTPStatus.TOO_MANY_REQUESTS and "per day" in said:
        return QuotaExhaustedError(
            f"Google's quota of the day is used up: {at.quote(said)}", provider="psi", status=status
        )
    wait = response.retry_after()
    if said.startswith("Unable to process request"):
        return ProviderUnavailableError(
            f"Google asks to wait: {at.quote(said)}",
            provider="psi",
            status=status,
            retry_after=_THROTTLE_S if wait is None else wait,
        )
    return google_errors.classify(status, answer, at, provider="psi", retry_after=wait)
