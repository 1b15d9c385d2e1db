"""PageSpeed: how fast and how well built the page is, by Lighthouse."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Final

from lfassess.checks.base import Check, CheckContext, Fetched, Json, Paid, Queue, Target, Usage
from lfassess.checks.pagespeed.fetch_lighthouse import fetch_here, no_web_page
from lfassess.checks.pagespeed.judge import judge
from lfassess.checks.pagespeed.kinds import KINDS
from lfassess.checks.pagespeed.preflight import glance
from lfassess.checks.pagespeed.visited import UNMEASURED
from lfassess.checks.shared.visit import met_in
from lfassess.clients import pagespeed
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

_AGAIN: Final = " again"  # so that the ledger does not answer the second look from the first
_RUN_S: Final = 20.0  # for each run that was asked for beyond the first
_ASKED_FOR_WRONG: Final = range(400, 500)


def fetch_audit(target: Target, ctx: CheckContext) -> Fetched:
    """Audit the page on a phone and a desktop: by Google where there's a key, else here.

    The evidence is {source: psi | lighthouse, mobile: result, desktop: result or absent,
    desktop_scope: all | performance, desktop_error: why there is none}; a result has the form of
    `lfassess.clients.lighthouse.normal`, Google's with field data. Where Google could not load the
    page, it is {source: psi, fault: {said, status}}; of a file that is no web page it is {source,
    fault: {said, no_web_page: true, type}}, whoever looked. ``visit`` is what a plain request met;
    where that is no website, nothing is measured.
    """
    if target.url is None:
        raise InvalidTargetError("The lead has no website.", provider="lighthouse")
    at = pagespeed.endpoint(ctx.settings)
    visit = glance(target, ctx)
    met = met_in({"visit": visit})
    if met and met.kind in UNMEASURED:
        return Fetched({"source": "psi" if at else "lighthouse", "visit": visit})
    fetched = fetch_here(target.url, ctx) if at is None else ask_google(target.url, ctx, at)
    return replace(fetched, evidence={**fetched.evidence, "visit": visit})


def ask_google(url: str, ctx: CheckContext, at: Endpoint) -> Fetched:
    """Have Google audit a phone and a desktop side by side; the desktop may fail alone.

    A page that Google could not load is looked at once more before that is taken for a fact.
    """

    def look(strategy: pagespeed.Strategy) -> Json:
        return _ask(url, ctx, at, strategy)

    with ThreadPoolExecutor(2, thread_name_prefix="pagespeed") as pool:
        mobile, desktop = pool.submit(look, "mobile"), pool.submit(look, "desktop")
    evidence: Json = {"source": "psi"}
    try:
        try:
            evidence["mobile"] = mobile.result()
        except TargetUnreachableError as e:
            evidence["mobile"] = _look_again(url, ctx, at, e)
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
    return Fetched(evidence, sandbox=at.sandbox)


def _ask(
    url: str, ctx: CheckContext, at: Endpoint, strategy: pagespeed.Strategy, mark: str = ""
) -> Json:
    def do() -> Paid:
        answer = pagespeed.ask(
            url, settings=ctx.settings, at=at, strategy=strategy, deadline=ctx.deadline
        )
        price = read_toml("providers.toml")["psi"]["usd_per_1000"] / 1000
        return Paid(answer, Usage(calls=1, cost_usd=price))

    request = pagespeed.request_id(url, at=at, strategy=strategy) + mark
    return pagespeed.checked(ctx.ledger.call("psi", request, do), url)


def _look_again(url: str, ctx: CheckContext, at: Endpoint, first: TargetUnreachableError) -> Json:
    if first.status in _ASKED_FOR_WRONG or isinstance(first, NoWebPageError):
        raise first
    try:
        return _ask(url, ctx, at, "mobile", _AGAIN)
    except DeadlineExceededError:
        raise first from None


def _more_time_s(settings: Settings) -> float:
    """Return what runs that were asked for need beyond the usual time."""
    asked = settings.lighthouse_runs if _queue(settings) == "lighthouse" else None
    return _RUN_S * ((asked or 1) - 1)


def _queue(settings: Settings) -> Queue:
    return "assessment" if pagespeed.endpoint(settings) else "lighthouse"


CHECK = Check(
    name="pagespeed",
    title="PageSpeed",
    fetch=fetch_audit,
    judge=judge,
    kinds=KINDS,
    queue=_queue,
    time_limit_s=75,
    depends_on="page",
    more_time_s=_more_time_s,
)
