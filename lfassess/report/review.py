"""Finds what a person should look at before an audit is sold; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from lfassess import scoring
from lfassess.checks.shared.json_access import get_number, get_object, get_text
from lfassess.checks.shared.visit import Kind, overall
from lfassess.db.models import CheckRun, Status

Json = Mapping[str, Any]
Runs = Mapping[str, CheckRun]  # by check name

# Reason codes, and what they ask of whoever reviews the audit.
REASONS: Final = {
    "weak-match": "The Google profile may be another business's: compare name, address and phone.",
    "challenge-page": "The website turned an automated visit away: look at it by hand.",
    "no-site": "No website of the business was found at the address: look what stands there.",
    "platform-page": "The address leads to a platform's page: does the business have a website?",
    "other-domain": "The address leads to another domain: is that the same business?",
    "low-coverage": "Little could be assessed: is this worth selling, or should it run again?",
    "dropped-recommendations": "The language model wrote things no finding carries; they were "
    "dropped. Read what is left.",
    "unfounded-figures": "The language model named figures that were never measured: check them.",
    "contradicting-sources": "Two sources say different things: find out which is right.",
    "tampering": "Something looks as if a stranger had changed the site: look first.",
}

_MIN_ASSESSED: Final = 4  # of the seven areas; a skipped check's are missing as well
_MIN_SHARE: Final = 2 / 3  # of the checks that were to run
_SURE: Final = 60  # confidence from which the check takes a profile for the business's
_WEAK: Final = frozenset({"gbp.weak_match", "gbp.ambiguous", "gbp.no_match"})
_WALLS: Final = (".bot_wall", ".turned_away", ".refused")
_DROPPED: Final = ("dropped_recommendations", "removed_links", "removed_claims")
_CLOSED: Final = frozenset({"CLOSED_PERMANENTLY", "FUTURE_OPENING"})


def reasons(check_runs: Iterable[CheckRun]) -> list[str]:
    """Return the codes, of ``REASONS`` and in its order, that ask for a person; [] is fit to sell.

    Args:
        check_runs: of one assessment that has ended.
    """
    runs = {run.name: run for run in check_runs}
    return [code for code in REASONS if _RULES[code](runs)]


def seen(check_runs: Iterable[CheckRun]) -> dict[str, str]:
    """Return what was seen behind a reason, by its code, where a few words can say it."""
    runs = {run.name: run for run in check_runs}
    figures = _metrics(runs, "llm_analysis").get("strange_figures")
    known = [str(figure) for figure in figures] if isinstance(figures, list) else []
    met = overall({name: run.metrics for name, run in runs.items()})
    found = {"unfounded-figures": ", ".join(known), "no-site": met.shown if met else ""}
    return {code: text for code, text in found.items() if text}


def _weak_match(runs: Runs) -> bool:
    metrics = _metrics(runs, "gbp")
    if _reason_code(metrics) in _WEAK:
        return True
    confidence = get_number(get_object(metrics, "match"), "confidence")
    return metrics.get("found") is True and confidence is not None and confidence < _SURE


def _challenge_page(runs: Runs) -> bool:
    return any(_walled(run) for run in runs.values())


def _walled(run: CheckRun) -> bool:
    return run.error_code == "target_blocked" or (_reason_code(run.metrics) or "").endswith(_WALLS)


def _met(runs: Runs) -> Kind | None:
    met = overall({name: run.metrics for name, run in runs.items()})
    return met.kind if met else None


def _low_coverage(runs: Runs) -> bool:
    requested = [run for run in runs.values() if run.status != Status.SKIPPED]
    ended = [run for run in requested if run.status == Status.COMPLETED]
    assessed = scoring.assess(scoring.results_of(ended), scoring.load_rules()).assessed
    return assessed < _MIN_ASSESSED or len(ended) < _MIN_SHARE * len(requested)


def _dropped(runs: Runs) -> bool:
    metrics = _metrics(runs, "llm_analysis")
    counts = [get_number(metrics, key) for key in _DROPPED]
    return any(count for count in counts) or _reason_code(metrics) == "llm.ungrounded"


def _unfounded(runs: Runs) -> bool:
    return bool(_metrics(runs, "llm_analysis").get("strange_figures"))


def _tampering(runs: Runs) -> bool:
    """Something looks as if a stranger had changed the site."""
    return bool(_metrics(runs, "onpage").get("needs_review"))


def _contradiction(runs: Runs) -> bool:
    return any(rule(runs) for rule in (_reached_by_some, _closed_but_online, _error_but_measured))


def _reached_by_some(runs: Runs) -> bool:
    """One check met nobody where another saw the website."""
    site = [runs[name] for name in ("pagespeed", "security", "visual") if name in runs]
    missed = [run for run in site if run.error_code == "target_unreachable"]
    return bool(missed) and any(run.score is not None for run in site)


def _closed_but_online(runs: Runs) -> bool:
    """Google calls the business closed, or not yet open, while its website is alive."""
    return get_text(_metrics(runs, "gbp"), "status") in _CLOSED and _score(runs, "visual") > 0


def _error_but_measured(runs: Runs) -> bool:
    """The browser got an error page where Lighthouse measured a page."""
    status = get_number(get_object(_metrics(runs, "visual"), "mobile"), "status") or 0
    return status >= HTTPStatus.BAD_REQUEST and _score(runs, "pagespeed") > 0


def _metrics(runs: Runs, name: str) -> Json:
    found = runs[name].metrics if name in runs else None
    return found if isinstance(found, dict) else {}


def _score(runs: Runs, name: str) -> int:
    return (runs[name].score or 0) if name in runs else 0


def _reason_code(metrics: object) -> str | None:
    return get_text(get_object(metrics, "reason"), "code")


def words(codes: Sequence[str]) -> list[str]:
    """Return what each reason asks of the reviewer."""
    return [REASONS.get(code, code) for code in codes]


_RULES: Final[Mapping[str, Callable[[Runs], bool]]] = {
    "weak-match": _weak_match,
    "challenge-page": _challenge_page,
    "no-site": lambda runs: _met(runs) is Kind.NO_SITE,
    "platform-page": lambda runs: _met(runs) is Kind.PLATFORM,
    "other-domain": lambda runs: _met(runs) is Kind.ELSEWHERE,
    "low-coverage": _low_coverage,
    "dropped-recommendations": _dropped,
    "unfounded-figures": _unfounded,
    "contradicting-sources": _contradiction,
    "tampering": _tampering,
}
