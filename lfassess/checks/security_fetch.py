"""Looks at a site for the security check: passively, in about eight requests and two hellos."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit

from lfassess.checks.base import CheckContext, Fetched, Json, Target
from lfassess.checks.security_ask import LONGEST, Asked, as_evidence, ask
from lfassess.checks.security_extras import extras
from lfassess.checks.security_rules.page import facts, host_of
from lfassess.clients import old_tls
from lfassess.clients.website import Page, challenge
from lfassess.errors import (
    CheckError,
    InvalidTargetError,
    ProviderUnavailableError,
    RateLimitedError,
    TargetBlockedError,
    TargetForbiddenError,
    TargetUnreachableError,
)

_PAGE_S: Final = 10.0  # so that a port which swallows packets leaves time for the rest
_HELLOS_S: Final = 5.0
_LOCKED: Final = (401, 403)
_TOO_MANY: Final = 429
_SERVER: Final = 500
_HTTPS: Final = 443


def fetch_site(target: Target, ctx: CheckContext) -> Fetched:
    """Ask the site over http and https, then for its other spelling, CORS and security.txt.

    An address with a port of its own is asked there alone.

    Raises:
        CheckError: neither http nor https gave an answer; that of https, where they differ.
        CheckError: the page's status says that it is none to judge.
        TargetBlockedError: a bot challenge came instead of the page.
    """
    if target.url is None:
        raise InvalidTargetError("The lead has no website.", provider="website")
    http_url, https_url = _addresses(target.url)
    with ThreadPoolExecutor(3) as pool:
        versions = pool.submit(_old_tls, https_url, ctx)
        insecure, secure = pool.map(lambda url: _page(url, ctx), (http_url, https_url))
    main = secure if isinstance(secure, Page) else insecure
    if not isinstance(main, Page):
        raise _telling(secure, insecure)
    _refuse_other_than_pages(main)
    evidence = {
        "url": target.url,
        "host": host_of(target.url),
        "fetched_at": datetime.now(UTC).isoformat(),
        "http": as_evidence(insecure),
        "https": as_evidence(secure),
        "https_error": str(secure) if isinstance(secure, CheckError) else None,
        "old_tls": versions.result(),
        "set_cookies": _cookies(main),
        "page": _facts(main),
        "elapsed_s": round(main.elapsed_s, 3),
    }
    return Fetched(evidence | extras(main, https_url, ctx))


def _addresses(url: str) -> tuple[str | None, str | None]:
    """Return the URLs to ask over http and https."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as e:
        raise InvalidTargetError(f"{url[:200]!r} is no URL.", provider="website") from e
    default = 80 if parts.scheme == "http" else _HTTPS
    if port not in {None, default}:
        return (url, None) if parts.scheme == "http" else (None, url)
    host = parts.netloc.rpartition("@")[2].removesuffix(f":{default}")
    rest = f"//{host}{parts.path or '/'}" + (f"?{parts.query}" if parts.query else "")
    return f"http:{rest}", f"https:{rest}"


def _page(url: str | None, ctx: CheckContext) -> Asked | None:
    return ask(url, ctx, _PAGE_S) if url else None


def _old_tls(https_url: str | None, ctx: CheckContext) -> Json:
    if https_url is None:
        return {"skipped": "security.own_port"}
    parts = urlsplit(https_url)
    deadline = min(ctx.deadline, time.monotonic() + _HELLOS_S)
    try:
        found = old_tls.accepted(
            parts.hostname or "", parts.port or _HTTPS, settings=ctx.settings, deadline=deadline
        )
    except CheckError as e:
        return {"error": str(e)}
    return {"accepted": found}


def _telling(*answers: Asked | None) -> CheckError:
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


def _cookies(main: Page) -> list[list[str]]:
    return [
        [hop.url, value[:LONGEST]]
        for hop in main.hops
        for name, value in hop.headers
        if name.lower() == "set-cookie"
    ]


def _facts(main: Page) -> Json:
    return {
        **facts(main.text, secure=main.url.startswith("https:")),
        "cut": main.cut,
        "unread": main.unread,
    }
