"""Measures a page on a phone and a desktop, by Google where there's a key, else on this machine."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

from lfassess.checks.base import (
    BilledResponse,
    CheckContext,
    Fetched,
    Json,
    Target,
    Usage,
    UsualCost,
)
from lfassess.checks.pagespeed.catalogue import UNMEASURED
from lfassess.checks.pagespeed.fetch_lighthouse import (
    fetch_here,
    may_load_next_time,
    no_web_page,
    with_files,
)
from lfassess.checks.shared.visit import Visit, meet, met_in
from lfassess.clients import pagespeed, website
from lfassess.clients.endpoint import Endpoint
from lfassess.config_files import read_toml
from lfassess.errors import (
    CheckError,
    DeadlineExceededError,
    DeferredError,
    InvalidTargetError,
    NoWebPageError,
    TargetUnreachableError,
)
from lfassess.settings import Settings

_AGAIN: Final = " again"  # so that the second request is not answered from the cached first
_VISIT_S: Final = 4.0
_BYTES: Final = 500_000


def asks_google(settings: Settings) -> bool:
    return pagespeed.endpoint(settings) is not None


def usual_cost(settings: Settings) -> UsualCost | None:
    """Return the cost of a phone and a desktop at Google; on this machine they are free."""
    if settings.local_lighthouse:
        return None
    return UsualCost("psi", 2, 2 * _usd_per_call())


def fetch_audit(target: Target, ctx: CheckContext) -> Fetched:
    """Audit the page on a phone and a desktop: by Google where there's a key, else here.

    Raises:
        InvalidTargetError: the lead has no website.
        CheckError: the phone could not be audited; a desktop may fail alone.
    """
    if target.url is None:
        raise InvalidTargetError("The lead has no website.", provider="lighthouse")
    at = pagespeed.endpoint(ctx.settings)
    visit = plain_visit(target, ctx)
    met = met_in({"visit": visit})
    if met and met.kind in UNMEASURED:
        return Fetched({"source": "psi" if at else "lighthouse", "visit": visit})
    fetched = fetch_here(target.url, ctx) if at is None else ask_google(target.url, ctx, at)
    return replace(fetched, evidence={**fetched.evidence, "visit": visit})


def ask_google(url: str, ctx: CheckContext, at: Endpoint) -> Fetched:
    """Have Google audit a phone and a desktop side by side; the desktop may fail alone.

    A page that Google could not load is audited once more before that counts as a fact.
    """

    def audit(strategy: pagespeed.Strategy) -> Json:
        return _ask(url, ctx, at, strategy)

    with ThreadPoolExecutor(2, thread_name_prefix="pagespeed") as pool:
        mobile, desktop = pool.submit(audit, "mobile"), pool.submit(audit, "desktop")
    evidence: Json = {"source": "psi"}
    try:
        try:
            evidence["mobile"] = mobile.result()
        except TargetUnreachableError as e:
            evidence["mobile"] = _audit_again(url, ctx, at, e)
    except NoWebPageError as e:
        return Fetched({"source": "psi", "fault": no_web_page(e)}, sandbox=at.sandbox)
    except TargetUnreachableError as e:
        evidence["fault"] = {"said": e.message, "status": e.status}
        return Fetched(evidence, sandbox=at.sandbox)
    try:
        evidence |= {"desktop": desktop.result(), "desktop_scope": "all"}
    except DeferredError:
        raise
    except CheckError as e:
        evidence["desktop_error"] = e.code
    return with_files(evidence, sandbox=at.sandbox)


def _ask(
    url: str, ctx: CheckContext, at: Endpoint, strategy: pagespeed.Strategy, mark: str = ""
) -> Json:
    def do() -> BilledResponse:
        answer = pagespeed.ask(url, at=at, strategy=strategy, deadline=ctx.deadline)
        return BilledResponse(answer, Usage(calls=1, cost_usd=_usd_per_call()))

    request = pagespeed.request_id(url, at=at, strategy=strategy) + mark
    return pagespeed.checked(ctx.ledger.call("psi", request, do), url)


def _audit_again(url: str, ctx: CheckContext, at: Endpoint, first: TargetUnreachableError) -> Json:
    if not may_load_next_time(first):
        raise first
    try:
        return _ask(url, ctx, at, "mobile", _AGAIN)
    except DeadlineExceededError:
        raise first from None


def plain_visit(target: Target, ctx: CheckContext) -> Json | None:
    """Return what a plain request met, as metrics["visit"]; None where nothing answered.

    What is no website isn't worth a measurement.
    """
    assert target.url
    deadline = min(ctx.deadline, time.monotonic() + _VISIT_S)
    try:
        page = website.fetch(target.url, settings=ctx.settings, deadline=deadline, max_bytes=_BYTES)
    except CheckError:
        return None  # Lighthouse says why, if it can't load it either
    visit = Visit.from_html(
        target.url, page.url, page.status, page.headers, page.text, unread=page.unread
    )
    return meet(visit, target.name).as_json(page.url)


def _usd_per_call() -> float:
    return float(read_toml("providers.toml")["psi"]["usd_per_1000"]) / 1000
