"""Security: headers, cookies, redirects and TLS, seen passively with a handful of requests."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from lfassess.checks.base import Check, CheckContext, Fetched, Json, Judgement, Queue, Target
from lfassess.checks.loose import dict_in
from lfassess.checks.observatory import Site, assess
from lfassess.checks.security_findings import KINDS, find
from lfassess.checks.security_page import facts, host_of
from lfassess.clients.website import Page, challenge, fetch
from lfassess.errors import (
    CheckError,
    InvalidTargetError,
    ProviderUnavailableError,
    RateLimitedError,
    TargetBlockedError,
    TargetForbiddenError,
    TargetUnreachableError,
)
from lfassess.settings import Settings

_PAGE_S = 10.0  # so that a port which swallows packets leaves time for the rest
_CORS_S = 4.0
_LOCKED = (401, 403)
_TOO_MANY = 429
_SERVER = 500
_GOOD = 2
_PREFLIGHT = {
    "Origin": "https://http-observatory.security.mozilla.org",
    "Access-Control-Request-Method": "GET",
}


def fetch_site(target: Target, ctx: CheckContext) -> Fetched:
    """Ask the site over http and https, and for its cross-origin policy.

    An address with a port of its own is asked there alone.

    Raises:
        CheckError: neither http nor https gave an answer; that of https, where they differ.
        CheckError: the page's status says that it is none to judge.
        TargetBlockedError: a bot challenge came instead of the page.
    """
    if target.url is None:
        raise InvalidTargetError("The lead has no website.", provider="website")
    http_url, https_url = _addresses(target.url)
    with ThreadPoolExecutor(2) as pool:
        insecure, secure = pool.map(lambda url: _ask(url, ctx), (http_url, https_url))
    main = secure if isinstance(secure, Page) else insecure
    if not isinstance(main, Page):
        raise _telling(secure, insecure)
    _refuse_other_than_pages(main)
    return Fetched(_evidence(target.url, insecure, secure, main, _cors(main.url, ctx)))


def _addresses(url: str) -> tuple[str | None, str | None]:
    """Return the URLs to ask over http and https."""
    parts = urlsplit(url)
    default = 80 if parts.scheme == "http" else 443
    if parts.port not in {None, default}:
        return (url, None) if parts.scheme == "http" else (None, url)
    host = parts.netloc.rpartition("@")[2].removesuffix(f":{default}")
    rest = f"//{host}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")
    return f"http:{rest}", f"https:{rest}"


def _ask(url: str | None, ctx: CheckContext, method: str = "GET") -> Page | CheckError | None:
    if url is None:
        return None
    headers, limit = (_PREFLIGHT, _CORS_S) if method == "OPTIONS" else (None, _PAGE_S)
    deadline = min(ctx.deadline, time.monotonic() + limit)
    try:
        return fetch(url, settings=ctx.settings, deadline=deadline, headers=headers, method=method)
    except CheckError as e:
        return e


def _telling(*answers: Page | CheckError | None) -> CheckError:
    """Return the error to end with: a forbidden address, else one that may pass, else https's."""
    errors = [a for a in answers if isinstance(a, CheckError)]
    return min(errors, key=lambda e: (not isinstance(e, TargetForbiddenError), not e.transient))


def _refuse_other_than_pages(page: Page) -> None:
    """Raise for challenges, and for statuses that the Observatory does not scan either."""
    host, status = host_of(page.url), page.status
    if reason := challenge(page):
        raise TargetBlockedError(f"{host} answered with {reason}.", provider="website")
    if 200 <= status < 400 or status in _LOCKED:  # noqa: PLR2004 - HTTP's classes of status
        return
    error: type[CheckError] = TargetUnreachableError
    if status == _TOO_MANY:
        error = RateLimitedError
    elif status >= _SERVER:
        error = ProviderUnavailableError
    raise error(f"{host} answers {status} instead of a page.", provider="website", status=status)


def _cors(url: str, ctx: CheckContext) -> Page | None:
    """Return the answer to a preflight; one that is refused allows nothing."""
    answer = _ask(url, ctx, method="OPTIONS")
    return answer if isinstance(answer, Page) and answer.status // 100 == _GOOD else None


def _evidence(
    url: str,
    insecure: Page | CheckError | None,
    secure: Page | CheckError | None,
    main: Page,
    cors: Page | None,
) -> Json:
    return {
        "url": url,
        "host": host_of(url),
        "fetched_at": datetime.now(UTC).isoformat(),
        "http": _answer(insecure),
        "https": _answer(secure),
        "https_error": str(secure) if isinstance(secure, CheckError) else None,
        "cors": _answer(cors),
        "set_cookies": [
            [hop.url, v] for hop in main.hops for k, v in hop.headers if k.lower() == "set-cookie"
        ],
        "page": facts(main.text, secure=main.url.startswith("https:")),
        "elapsed_s": round(main.elapsed_s, 3),
    }


def _answer(page: Page | CheckError | None) -> Json | None:
    if not isinstance(page, Page):
        return None
    tls = page.hops[0].tls  # of the lead's own host, not of where it leads
    return {
        "url": page.url,
        "status": page.status,
        "ip": page.ip,
        "headers": [[k, v] for k, v in page.headers],
        "route": [hop.url for hop in page.hops],
        "verified": page.verified,
        "tls": tls.as_json() if tls else None,
    }


def judge(evidence: Json) -> Judgement:
    """Score by MDN HTTP Observatory's rules, and list what is amiss and what is done well.

    The score is the Observatory's, 100 at most; ``metrics["observatory"]`` has it as published.
    """
    site = Site.from_json(evidence)
    if site.auto is None:
        return Judgement(inconclusive="no answer was stored")
    verdict = assess(site)
    metrics: dict[str, Any] = {
        "observatory": verdict.as_json(),
        "tls": _tls(evidence),
        "final_url": site.auto.url,
        "server": site.auto.header("server"),
    }
    return Judgement(
        findings=tuple(find(evidence, site, verdict)),
        metrics=metrics,
        score=min(verdict.score, 100),
    )


def _tls(evidence: Json) -> Json | None:
    return dict_in(dict_in(evidence, "https"), "tls") or None


def _queue(_settings: Settings) -> Queue:
    return "assessment"


CHECK = Check(
    name="security",
    title="Security",
    fetch=fetch_site,
    judge=judge,
    kinds=KINDS,
    queue=_queue,
    time_limit_s=15,
)
