"""Looks at a site for the security check: passively, in about eight requests and two hellos."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from lfassess.checks.base import CheckContext, Fetched, Target
from lfassess.checks.security.evidence import Evidence, OldTls
from lfassess.checks.security.fetch_page import facts
from lfassess.checks.security.fetch_probes import MAX_HEADER, Response, answer_of, ask, secondary
from lfassess.checks.shared import address
from lfassess.checks.shared.domains import host_of
from lfassess.checks.shared.visit import Kind, Met, Visit, dropped, meet
from lfassess.clients import legacy_tls
from lfassess.clients.website import Page
from lfassess.errors import (
    CheckError,
    DeadlineExceededError,
    InvalidTargetError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    TargetForbiddenError,
    TargetUnreachableError,
)

_PAGE_S: Final = 10.0  # so that a port which swallows packets leaves time for the rest
_HELLOS_S: Final = 5.0
_REFUSALS: Final = (503, 999)  # what walls answer as well
_HTTPS: Final = 443


def fetch_site(target: Target, ctx: CheckContext) -> Fetched:
    """Request the site over http and https, then with or without www, CORS and security.txt.

    An address with a port of its own is visited at that port alone.

    ``visit`` says what stands there; where that is no website, nothing else is requested.

    Raises:
        CheckError: neither http nor https gave an answer; that of https, where they differ.
        ProviderTimeoutError: there is HTTPS, and its answer took too long.
        ProviderUnavailableError: the server failed; it may not do so the next time.
    """
    if target.url is None:
        raise InvalidTargetError("The lead has no website.", provider="website")
    http_url, https_url = _addresses(target.url)
    with ThreadPoolExecutor(3) as pool:
        versions = pool.submit(_legacy_tls, https_url, ctx)
        insecure, secure = pool.map(lambda url: _page(url, ctx), (http_url, https_url))
    secure = _own(secure, insecure, target)
    main = secure if isinstance(secure, Page) else insecure
    about = Evidence(
        url=target.url, host=host_of(target.url) or "", fetched_at=datetime.now(UTC).isoformat()
    )
    if not isinstance(main, Page):
        if not _dropped(secure, insecure):
            raise _most_relevant_error(secure, insecure)
        return Fetched(replace(about, visit=dropped().as_json(target.url)).to_json())
    if _hung_up(secure):  # there is HTTPS, for browsers at least
        return Fetched(replace(about, visit=dropped().as_json(target.url)).to_json())
    if isinstance(secure, CheckError) and _may_have_https(secure, versions.result()):
        raise secure
    met = _met(main, target)
    evidence = replace(
        about,
        visit=met.as_json(main.url),
        http=answer_of(insecure),
        https=answer_of(secure),
        https_error=str(secure) if isinstance(secure, CheckError) else None,
        old_tls=versions.result(),
        set_cookies=_cookies(main),
        page=facts(
            main.text, secure=main.url.startswith("https:"), cut=main.cut, unread=main.unread
        ),
        elapsed_s=round(main.elapsed_s, 3),
    )
    if met.judged or met.kind is Kind.UNREAD:
        more = secondary(main, https_url, ctx)
        evidence = replace(
            evidence,
            cors=more.cors,
            cors_answer=more.cors_answer,
            security_txt=more.security_txt,
            variant=more.variant,
        )
    return Fetched(evidence.to_json())


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


def _own(secure: Response | None, insecure: Response | None, target: Target) -> Response | None:
    """Return the answer over https, or an error where it is not the site's that http shows."""
    if not isinstance(secure, Page) or not isinstance(insecure, Page):
        return secure
    here = target.url or ""
    encrypted = any(hop.url.startswith("https:") for hop in insecure.hops)
    if encrypted or not address.is_anothers(secure, here, target.name):
        return secure
    if address.is_nothing(address.met_at(insecure, here, target.name)):
        return secure
    return TargetUnreachableError(
        f"{host_of(here)} has no working HTTPS: its server shows another page there, under a"
        " certificate made out to another name.",
        provider="website",
    )


def _page(url: str | None, ctx: CheckContext) -> Response | None:
    return ask(url, ctx, _PAGE_S) if url else None


def _legacy_tls(https_url: str | None, ctx: CheckContext) -> OldTls:
    if https_url is None:
        return OldTls(skipped="security.own_port")
    parts = urlsplit(https_url)
    deadline = min(ctx.deadline, time.monotonic() + _HELLOS_S)
    try:
        found = legacy_tls.accepted(
            parts.hostname or "", parts.port or _HTTPS, settings=ctx.settings, deadline=deadline
        )
    except CheckError as e:
        return OldTls(error=str(e))
    return OldTls(tuple(found))


def _may_have_https(error: CheckError, old_tls: OldTls) -> bool:
    """Return whether HTTPS was too slow for us, rather than not there.

    A port that let another hello in meanwhile is no closed one.
    """
    if isinstance(error, DeadlineExceededError):
        return True
    late = isinstance(error, ProviderTimeoutError)
    return late and (error.reached or old_tls.accepted is not None)


def _most_relevant_error(*answers: Response | None) -> CheckError:
    """Return the error to end with: a forbidden address, else one that may pass, else https's."""
    errors = [a for a in answers if isinstance(a, CheckError)]
    return min(errors, key=lambda e: (not isinstance(e, TargetForbiddenError), not e.transient))


def _met(main: Page, target: Target) -> Met:
    """Return what stands at the address.

    Raises:
        ProviderUnavailableError: the server failed, which it may not do the next time.
    """
    visit = Visit.from_html(
        target.url or "", main.url, main.status, main.headers, main.text, unread=main.unread
    )
    met = meet(visit, target.name)
    if (
        met.kind is Kind.REFUSED
        and main.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        and main.status not in _REFUSALS
    ):
        raise ProviderUnavailableError(
            f"{host_of(main.url)} answers {main.status} instead of a page.",
            provider="website",
            status=main.status,
        )
    return met


def _dropped(*answers: Response | None) -> bool:
    """Return whether a connection was accepted and broken off, as some do to programs."""
    return any(type(answer) is ProviderUnavailableError for answer in answers)


def _hung_up(answer: Response | None) -> bool:
    """Return whether a connection was broken off after it was made."""
    return isinstance(answer, ProviderUnavailableError) and answer.reached


def _cookies(main: Page) -> tuple[tuple[str, str], ...]:
    return tuple(
        (hop.url, value[:MAX_HEADER])
        for hop in main.hops
        for name, value in hop.headers
        if name.lower() == "set-cookie"
    )
