"""What each error code means, and what an operator should do about it."""

from __future__ import annotations

from functools import cache
from typing import Final

from lfassess.errors import LfassessError

_ADVICE: Final = {
    "provider_unavailable": "The provider had trouble; try these leads again later.",
    "provider_timeout": "The provider or website was too slow; try these leads again later.",
    "rate_limited": "Lower its rate: providers.toml in LFASSESS_CONFIG_DIR.",
    "bad_answer": "The provider's answer made no sense; try again, then report it with the log.",
    "browser_busy": "Wait, or add a browser worker: `lfassess scale 2 --kind browser`.",
    "browser_crashed": "See the browser worker's log and its memory; `lfassess doctor` tests it.",
    "provider_rejected": "The request was wrong for this lead; look at its data.",
    "quota_exhausted": "The quota or balance is used up; top it up or wait for the next period.",
    "credential_rejected": "Check the key and what it may use; `lfassess doctor` shows its source.",
    "target_unreachable": "The lead's website does not answer: a finding in itself; check the URL.",
    "no_web_page": "The address leads to a file; correct the lead's website.",
    "target_blocked": "The website blocks automated visits; assess it by hand.",
    "target_port": "Correct the lead's website, or set LFASSESS_TARGET_PORTS.",
    "target_forbidden": "The URL leads to a private address; correct the lead.",
    "target_too_large": "The page is larger than the limit; assess it by hand.",
    "invalid_target": "Correct the lead's website.",
    "tool_missing": "Install what is missing; `lfassess doctor` says what and how.",
    "browser_exposed": "`lfassess doctor` says how the browser's ports are closed to others.",
    "content_refused": "The language model declined; the report uses recommendations by rule.",
    "deadline_exceeded": "This machine was busy or the site slow: `lfassess status`, then retry.",
    "storage_failed": "Is the disk full, is S3 reachable? Fix it, then retry these checks.",
    "parked": "Nothing to do: it goes on by itself; `lfassess status` says when and why.",
    "worker_lost": "Workers died on this check; see their logs and the machine's memory.",
    "internal_error": "A fault in lfassess: the worker's log has the traceback; please report it.",
    "configuration": "A setting or folder is wrong; `lfassess doctor` says which.",
}


def advice_for(code: str) -> str:
    """Return one line of advice for the code."""
    return _ADVICE.get(code, "See the worker's log: `lfassess logs`.")


def cause_of(code: str) -> str:
    """Return what the code means, as its error says it."""
    return _causes().get(code, "An error that this version does not know.")


@cache
def _causes() -> dict[str, str]:
    found, families = {}, [LfassessError]
    while families:
        family = families.pop()
        found[family.code] = (family.__doc__ or "").strip().splitlines()[0]
        families += family.__subclasses__()
    return found
