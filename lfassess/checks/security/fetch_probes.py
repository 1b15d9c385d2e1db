"""Single requests to a lead's site and their answers as evidence; the smaller ones side by side."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Final
from urllib.parse import urljoin, urlsplit

from lfassess.checks.base import CheckContext
from lfassess.checks.security.evidence import (
    ON_THE_WAY,
    ORIGIN,
    SECURITY_TXT,
    ContactFile,
    Preflight,
    Variant,
)
from lfassess.checks.security.observatory import HttpResponse, Tls
from lfassess.checks.shared.address import THIN, met_at, www_alternative
from lfassess.checks.shared.domains import host_of
from lfassess.checks.shared.visit import Kind
from lfassess.clients.website import Page, fetch
from lfassess.errors import CheckError, DeadlineExceededError, ProviderTimeoutError

MAX_HEADER: Final = 16_384  # characters of a header that are stored; Node's limit for all of them
_EACH_S: Final = 3.5
_SMALL: Final = 64_000  # bytes of a body that is hardly looked at
_MAX_TXT: Final = 8_000  # characters
_MAX_REDIRECTS: Final = 4  # redirects
_GOOD: Final = 2
_PREFLIGHT: Final = {"Origin": ORIGIN, "Access-Control-Request-Method": "GET"}

Response = Page | CheckError


def ask(
    url: str,
    ctx: CheckContext,
    seconds: float,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    max_bytes: int = 5_000_000,
    max_redirects: int = 10,
) -> Response:
    """Return the answer, or why there is none within ``seconds`` and the check's own deadline."""
    try:
        return fetch(
            url,
            settings=ctx.settings,
            deadline=min(ctx.deadline, time.monotonic() + seconds),
            max_bytes=max_bytes,
            max_redirects=max_redirects,
            headers=headers,
            method=method,
        )
    except CheckError as e:
        return e


def answer_of(page: Response | None) -> HttpResponse | None:
    """Return an answer in the form that the rules read; None where there is none."""
    if not isinstance(page, Page):
        return None
    tls = page.hops[0].tls
    return HttpResponse(
        url=page.url,
        status=page.status,
        ip=page.ip,
        headers=tuple((name, value[:MAX_HEADER]) for name, value in page.headers),
        route=tuple(hop.url for hop in page.hops),
        verified=page.verified,
        tls=Tls(**asdict(tls)) if tls else None,
    )


@dataclass(frozen=True, slots=True)
class Secondary:
    """Answers to the smaller requests; ``cors`` counts 2xx alone, as the Observatory does."""

    cors: HttpResponse | None
    cors_answer: Preflight
    security_txt: ContactFile
    variant: Variant


def secondary(main: Page, https_url: str | None, ctx: CheckContext) -> Secondary:
    """Request the preflight, security.txt and the address with or without www, side by side.

    Args:
        main: the page, whichever way it was reached.
        https_url: of the lead, None where only http is to be requested.
        ctx: of the check.
    """
    with ThreadPoolExecutor(3) as pool:
        preflight = pool.submit(
            ask, main.url, ctx, _EACH_S, method="OPTIONS", headers=_PREFLIGHT, max_bytes=_SMALL
        )
        contact = pool.submit(_contact_file, main, ctx)
        other = pool.submit(_variant, main, https_url, ctx)
    answer = preflight.result()
    return Secondary(*_cors(answer), contact.result(), other.result())


def _cors(answer: Response) -> tuple[HttpResponse | None, Preflight]:
    if isinstance(answer, CheckError):
        return None, Preflight(error=str(answer), late=_is_late(answer))
    seen = Preflight(
        answer.status,
        (answer.header("access-control-allow-origin") or "")[:256],
        (answer.header("access-control-allow-credentials") or "")[:256],
    )
    allows = answer.status // 100 == _GOOD  # a refused preflight allows nothing
    return answer_of(answer) if allows else None, seen


def _contact_file(main: Page, ctx: CheckContext) -> ContactFile:
    if not main.url.startswith("https:"):
        return ContactFile(skipped="security.no_https")  # valid over https alone (RFC 9116 §3)
    url = urljoin(main.url, SECURITY_TXT)
    answer = ask(url, ctx, _EACH_S, max_bytes=_SMALL, max_redirects=_MAX_REDIRECTS)
    if isinstance(answer, CheckError):
        return ContactFile(error=str(answer), late=_is_late(answer))
    text = answer.text[:_MAX_TXT] if answer.status // 100 == _GOOD else ""
    return ContactFile(answer.url, answer.status, text)


def _variant(main: Page, https_url: str | None, ctx: CheckContext) -> Variant:
    """Visit the address with or without www over https, or over http where https gives nothing."""
    host = www_alternative(main.requested_url)
    if host is None:
        return Variant(skipped="security.no_other_spelling")
    if https_url is None:
        return Variant(host, skipped="security.own_port")
    if host in {host_of(hop.url) for hop in main.hops if hop.url.startswith("https:")}:
        return Variant(host, skipped=ON_THE_WAY)
    path = urlsplit(main.requested_url).path or "/"
    end = time.monotonic() + _EACH_S  # for both together
    answer = ask(
        f"https://{host}{path}", ctx, _EACH_S, max_bytes=_SMALL, max_redirects=_MAX_REDIRECTS
    )
    if isinstance(answer, CheckError) and not isinstance(answer, ProviderTimeoutError):
        left = end - time.monotonic()
        answer = ask(
            f"http://{host}{path}", ctx, left, max_bytes=_SMALL, max_redirects=_MAX_REDIRECTS
        )
    if isinstance(answer, CheckError):
        return Variant(host, error=str(answer), late=_is_late(answer))
    met = met_at(answer, answer.requested_url, "")
    reasons = [hop.tls.error for hop in answer.hops if hop.tls and hop.tls.error]
    return Variant(
        host,
        answer.url,
        answer.status,
        nothing=met.shown if met.kind is Kind.NO_SITE and met.code != THIN else None,
        route=tuple(hop.url for hop in answer.hops),
        verified=answer.verified,
        tls_error=reasons[0] if reasons else None,
    )


def _is_late(error: CheckError) -> bool:
    """Return whether an error says nothing about the site."""
    return isinstance(error, ProviderTimeoutError | DeadlineExceededError)
