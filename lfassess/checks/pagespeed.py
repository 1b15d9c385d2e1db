"""PageSpeed: how fast and how well built the page is, by Lighthouse."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from lfassess.checks.base import (
    Check,
    CheckContext,
    Fetched,
    Json,
    Judgement,
    Queue,
    Source,
    Target,
    Usage,
)
from lfassess.checks.loose import dict_in, text_in
from lfassess.checks.pagespeed_rules import measures
from lfassess.checks.pagespeed_rules.error_page import error_status, is_refusal
from lfassess.checks.pagespeed_rules.findings import find
from lfassess.checks.pagespeed_rules.kinds import KINDS, finding
from lfassess.clients import lighthouse, pagespeed
from lfassess.clients.endpoint import Endpoint
from lfassess.configs import read_toml
from lfassess.errors import CheckError, InvalidTargetError
from lfassess.settings import Settings


def fetch_audit(target: Target, ctx: CheckContext) -> Fetched:
    """Audit the page as a phone sees it: by Google where there's a key, else on this machine.

    The evidence is {source: psi | lighthouse, mobile: result, desktop: result or absent}; a result
    has the shape of `lfassess.clients.pagespeed.run`.
    """
    if target.url is None:
        raise InvalidTargetError("The lead has no website.", provider="lighthouse")
    at = pagespeed.endpoint(ctx.settings)
    if at is not None:
        return ask_google(target.url, ctx, at)
    result = lighthouse.audit(
        target.url, settings=ctx.settings, strategy="mobile", deadline=ctx.deadline
    )
    return Fetched({"source": "lighthouse", "mobile": result})


def ask_google(url: str, ctx: CheckContext, at: Endpoint) -> Fetched:
    """Have Google audit a phone and a desktop side by side; the desktop may fail alone."""

    def run(strategy: pagespeed.Strategy) -> Json:
        return pagespeed.run(
            url, settings=ctx.settings, at=at, strategy=strategy, deadline=ctx.deadline
        )

    with ThreadPoolExecutor(2, thread_name_prefix="pagespeed") as pool:
        mobile, desktop = pool.submit(run, "mobile"), pool.submit(run, "desktop")
    evidence: Json = {"source": "psi", "mobile": mobile.result()}
    try:
        evidence["desktop"] = desktop.result()
    except CheckError as e:
        evidence["desktop_error"] = e.code
    price = read_toml("providers.toml")["psi"]["usd_per_1000"]
    return Fetched(evidence, usage=Usage(calls=2, cost_usd=2 * price / 1000), sandbox=at.sandbox)


def judge(evidence: Json) -> Judgement:
    """Take Lighthouse's performance on a phone as the score; a null score is never 0.

    https://developer.chrome.com/docs/lighthouse/performance/performance-scoring
    """
    result = dict_in(evidence, "mobile")
    if status := error_status(result):
        return _error_page(status)
    mobile = measures.device(result)
    score = mobile["categories"]["performance"]
    if score is None:
        return Judgement(inconclusive="Lighthouse could not measure the page")
    desktop = _desktop(dict_in(evidence, "desktop"))
    metrics = {
        "source": text_in(evidence, "source"),
        "lighthouse_version": text_in(result, "lighthouseVersion"),
        "fetched_at": text_in(result, "fetchTime"),
        "mobile": mobile,
        **({"desktop": desktop} if desktop else {}),
    }
    return Judgement(tuple(find(result, mobile, desktop)), metrics, score=score)


def _desktop(result: Json) -> Json | None:
    return measures.device(result) if result and not error_status(result) else None


def _error_page(status: str) -> Judgement:
    if is_refusal(status):
        return Judgement(inconclusive=f"the site refused the visit with status {status}")
    return Judgement(
        (finding("page-not-found", f"status {status}", source=Source.API),),
        inconclusive="the address leads to an error page",
    )


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
)
