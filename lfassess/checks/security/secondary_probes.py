"""The smaller questions of the security check, side by side once the page is known."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Final
from urllib.parse import urljoin, urlsplit

from lfassess.checks.base import CheckContext, Json
from lfassess.checks.security import security_txt
from lfassess.checks.security.headers import ORIGIN
from lfassess.checks.security.page import host_of
from lfassess.checks.security.probe import Asked, as_evidence, ask
from lfassess.checks.security.transport import ON_THE_WAY
from lfassess.checks.shared.address import THIN, met_at, www_alternative
from lfassess.checks.shared.visit import Kind
from lfassess.clients.website import Page
from lfassess.errors import CheckError, DeadlineExceededError, ProviderTimeoutError

_EACH_S: Final = 3.5
_SMALL: Final = 64_000  # bytes of a body that is hardly looked at
_FEW: Final = 4  # redirects
_GOOD: Final = 2
_PREFLIGHT: Final = {"Origin": ORIGIN, "Access-Control-Request-Method": "GET"}


def extras(main: Page, https_url: str | None, ctx: CheckContext) -> Json:
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
    url = urljoin(main.url, security_txt.PATH)
    answer = ask(url, ctx, _EACH_S, max_bytes=_SMALL, max_redirects=_FEW)
    if isinstance(answer, CheckError):
        return _gap(answer)
    text = answer.text[: security_txt.MAX_CHARS] if answer.status // 100 == _GOOD else ""
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
