"""Security: headers, cookies, redirects and TLS, seen passively with a handful of requests."""

from __future__ import annotations

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
from lfassess.errors import CheckError, InvalidTargetError, TargetBlockedError
from lfassess.settings import Settings

_PREFLIGHT = {
    "Origin": "https://http-observatory.security.mozilla.org",
    "Access-Control-Request-Method": "GET",
}


def fetch_site(target: Target, ctx: CheckContext) -> Fetched:
    """Ask the site over http and https, and for its cross-origin policy.

    An address with a port of its own is asked there alone.

    Raises:
        CheckError: neither http nor https gave an answer; that of https, where they differ.
        TargetBlockedError: a bot challenge came instead of the page.
    """
    if target.url is None:
        raise InvalidTargetError("The lead has no website.", provider="website")
    http_url, https_url = _addresses(target.url)
    with ThreadPoolExecutor(2) as pool:
        insecure, secure = pool.map(lambda url: _ask(url, ctx), (http_url, https_url))
    main = secure if isinstance(secure, Page) else insecure
    if not isinstance(main, Page):
        raise _worse(secure, insecure)
    if reason := challenge(main):
        raise TargetBlockedError(
            f"{host_of(target.url)} answered with {reason}.", provider="website"
        )
    return Fetched(_evidence(target.url, insecure, secure, main, _cors(main.url, ctx)))


def _addresses(url: str) -> tuple[str | None, str | None]:
    """Return the URLs to ask over http and https."""
    parts = urlsplit(url)
    default = {"http": 80, "https": 443}[parts.scheme]
    if parts.port not in {None, default}:
        return (url, None) if parts.scheme == "http" else (None, url)
    rest = f"//{parts.hostname}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")
    return f"http:{rest}", f"https:{rest}"


def _ask(url: str | None, ctx: CheckContext, method: str = "GET") -> Page | CheckError | None:
    if url is None:
        return None
    headers = _PREFLIGHT if method == "OPTIONS" else None
    try:
        return fetch(
            url, settings=ctx.settings, deadline=ctx.deadline, headers=headers, method=method
        )
    except CheckError as e:
        return e


def _worse(*answers: Page | CheckError | None) -> CheckError:
    return next(a for a in answers if isinstance(a, CheckError))


def _cors(url: str, ctx: CheckContext) -> Page | CheckError | None:
    return _ask(url, ctx, method="OPTIONS")


def _evidence(
    url: str,
    insecure: Page | CheckError | None,
    secure: Page | CheckError | None,
    main: Page,
    cors: Page | CheckError | None,
) -> Json:
    visit = [*((hop.url, hop.headers) for hop in main.redirects), (main.url, main.headers)]
    return {
        "url": url,
        "host": host_of(url),
        "fetched_at": datetime.now(UTC).isoformat(),
        "http": _answer(insecure),
        "https": _answer(secure),
        "https_error": str(secure) if isinstance(secure, CheckError) else None,
        "cors": _answer(cors),
        "set_cookies": [
            [u, v] for u, headers in visit for k, v in headers if k.lower() == "set-cookie"
        ],
        "page": facts(main.text, secure=main.url.startswith("https:")),
        "elapsed_s": round(main.elapsed_s, 3),
    }


def _answer(page: Page | CheckError | None) -> Json | None:
    if not isinstance(page, Page):
        return None
    tls = page.tls.as_json() if page.tls else None
    return {
        "url": page.url,
        "status": page.status,
        "headers": [[k, v] for k, v in page.headers],
        "route": [*(hop.url for hop in page.redirects), page.url],
        "verified": page.tls is None or page.tls.verified,
        "tls": tls,
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
