"""Single requests to a lead's site and their answers as evidence; the smaller ones side by side."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final
from urllib.parse import urljoin, urlsplit

from lfassess.checks.base import CheckContext, Json
from lfassess.checks.security.rules_headers import ORIGIN
from lfassess.checks.security.rules_security_txt import MAX_CHARS, PATH
from lfassess.checks.security.rules_transport import ON_THE_WAY
from lfassess.checks.shared.address import THIN, met_at, www_alternative
from lfassess.checks.shared.domains import host_of
from lfassess.checks.shared.visit import Kind
from lfassess.clients.website import Page, fetch
from lfassess.errors import CheckError, DeadlineExceededError, ProviderTimeoutError

MAX_HEADER: Final = 16_384  # characters of a header that are stored; Node's limit for all of them
_EACH_S: Final = 3.5
_SMALL: Final = 64_000  # bytes of a body that is hardly looked at
_FEW: Final = 4  # redirects
_GOOD: Final = 2
_PREFLIGHT: Final = {"Origin": ORIGIN, "Access-Control-Request-Method": "GET"}

Asked = Page | CheckError


def ask(
    url: str,
    ctx: CheckContext,
    seconds: float,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    max_bytes: int = 5_000_000,
    max_redirects: int = 10,
) -> Asked:
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


def as_evidence(page: Asked | None) -> Json | None:
    """Return an answer in the form that the rules read; None where there is none."""
    if not isinstance(page, Page):
        return None
    tls = page.hops[0].tls  # of the lead's own host, not of where it leads
    return {
        "url": page.url,
        "status": page.status,
        "ip": page.ip,
        "headers": [[k, v[:MAX_HEADER]] for k, v in page.headers],
        "route": [hop.url for hop in page.hops],
        "verified": page.verified,
        "tls": tls.as_json() if tls else None,
    }


def secondary(main: Page, https_url: str | None, ctx: CheckContext) -> Json:
    """Ask for the preflight, security.txt and the other spelling of the address.

    Args:
        main: the page, whichever way it was reached.
        https_url: of the lead, None where only http is to be asked.
        ctx: of the check.

    Returns:
        ``cors`` (answers of 2xx alone, as the Observatory counts them), ``cors_answer``,
        ``security_txt`` and ``variant``; of what had no answer, {"error": why}.
    """
    with ThreadPoolExecutor(3) as pool:
        preflight = pool.submit(
            ask, main.url, ctx, _EACH_S, method="OPTIONS", headers=_PREFLIGHT, max_bytes=_SMALL
        )
        contact = pool.submit(_contact_file, main, ctx)
        other = pool.submit(_variant, main, https_url, ctx)
    return {
        **_cors(preflight.result()),
        "security_txt": contact.result(),
        "variant": other.result(),
    }


def _cors(answer: Asked) -> Json:
    if isinstance(answer, CheckError):
        return {"cors": None, "cors_answer": _gap(answer)}
    seen = {
        "status": answer.status,
        "allow_origin": (answer.header("access-control-allow-origin") or "")[:256],
        "allow_credentials": (answer.header("access-control-allow-credentials") or "")[:256],
    }
    allows = answer.status // 100 == _GOOD  # a refused preflight allows nothing
    return {"cors": as_evidence(answer) if allows else None, "cors_answer": seen}


def _contact_file(main: Page, ctx: CheckContext) -> Json:
    if not main.url.startswith("https:"):
        return {"skipped": "security.no_https"}  # it counts over https alone (RFC 9116 §3)
    url = urljoin(main.url, PATH)
    answer = ask(url, ctx, _EACH_S, max_bytes=_SMALL, max_redirects=_FEW)
    if isinstance(answer, CheckError):
        return _gap(answer)
    text = answer.text[:MAX_CHARS] if answer.status // 100 == _GOOD else ""
    return {"url": answer.url, "status": answer.status, "text": text}


def _variant(main: Page, https_url: str | None, ctx: CheckContext) -> Json:
    """Visit the other spelling over https, or over http where https does not answer."""
    host = www_alternative(main.requested_url)
    if host is None:
        return {"skipped": "security.no_other_spelling"}
    if https_url is None:
        return {"host": host, "skipped": "security.own_port"}
    if host in {host_of(hop.url) for hop in main.hops if hop.url.startswith("https:")}:
        return {"host": host, "skipped": ON_THE_WAY}
    path = urlsplit(main.requested_url).path or "/"
    end = time.monotonic() + _EACH_S  # for both together
    answer = ask(f"https://{host}{path}", ctx, _EACH_S, max_bytes=_SMALL, max_redirects=_FEW)
    if isinstance(answer, CheckError) and not isinstance(answer, ProviderTimeoutError):
        left = end - time.monotonic()
        answer = ask(f"http://{host}{path}", ctx, left, max_bytes=_SMALL, max_redirects=_FEW)
    if isinstance(answer, CheckError):
        return {"host": host, **_gap(answer)}
    met = met_at(answer, answer.requested_url, "")
    reasons = [hop.tls.error for hop in answer.hops if hop.tls and hop.tls.error]
    return {
        "host": host,
        "url": answer.url,
        "status": answer.status,
        "nothing": met.shown if met.kind is Kind.NO_SITE and met.code != THIN else None,
        "route": [hop.url for hop in answer.hops],
        "verified": answer.verified,
        "tls_error": reasons[0] if reasons else None,
    }


def _gap(error: CheckError) -> Json:
    """Return why there is no answer; ``late`` tells that it says nothing about the site."""
    late = isinstance(error, ProviderTimeoutError | DeadlineExceededError)
    return {"error": str(error), "late": late}
