"""Runs checks in this process, without Redis or Postgres."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from lfassess import scoring
from lfassess.assessment.execution import second_look
from lfassess.checks import all_checks
from lfassess.checks.base import CheckContext, Fetched, Judgement, Target
from lfassess.errors import LfassessError
from lfassess.findings.consolidate import once_each
from lfassess.settings import Settings


def run_prerequisite_checks(
    target: Target,
    settings: Settings,
    tell: Callable[[str], None],
    only: Collection[str] | None = None,
    keep: Callable[[str, Fetched], None] | None = None,
) -> dict[str, dict[str, Any]]:
    """Run every independent check on the target, or ``only`` those, one after the other.

    ``keep`` is called with each check's name and what it fetched, pictures included.

    Returns:
        What would have been stored of each, by check name; failures are logged and stored as such.
    """
    results: dict[str, dict[str, Any]] = {}
    evidence: dict[str, dict[str, Any]] = {}
    for check in all_checks().values():
        if only is not None and check.name not in only:
            continue
        if check.depends_on_others or check.applicable(target, settings):
            continue
        tell(f"{check.title} ...")
        try:
            fetched = check.fetch(target, CheckContext(settings, check.deadline(settings)))
        except LfassessError as e:
            tell(f"  failed: {e}")
            results[check.name] = {"status": "failed", "score": None, "findings": [], "metrics": {}}
            continue
        evidence[check.name] = fetched.evidence
        if keep:
            keep(check.name, fetched)
        results[check.name] = {
            "status": "completed",
            "sandbox": fetched.sandbox,
            **_stored(check.judge(fetched.evidence)),
        }
    for name in evidence:
        if found := second_look.second(all_checks()[name], evidence):
            results[name] |= _stored(found[1])
    return once_each(results)


def _stored(judgement: Judgement) -> dict[str, Any]:
    return {
        "score": scoring.check_score(judgement, scoring.load_rules()),
        "findings": [f.as_json() for f in judgement.findings],
        "metrics": judgement.stored_metrics,
        "inconclusive": judgement.inconclusive,
    }
