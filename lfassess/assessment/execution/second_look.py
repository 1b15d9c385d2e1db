"""Judges a check again once the others have ended, where their evidence tells it more.

Checks run side by side, and none waits for another. A judgement that would gain from another
check's evidence says so (``metrics["awaits"]``). Whoever needs the results next, the dependent
check or the close, has it made again: twice does no harm, and a worker that dies loses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from lfassess.assessment.execution.completion import judged
from lfassess.checks.base import AWAITS, Check, Json, Judgement
from lfassess.checks.shared.json_access import get_object, get_texts
from lfassess.db.commands import check_runs
from lfassess.db.database import ConnectionLike


def again(
    session: ConnectionLike,
    assessment_id: int,
    metrics: Mapping[str, object],
    checks: Mapping[str, Check],
) -> bool:
    """Judge again whatever awaits what is there by now; return whether any judgement changed.

    Args:
        session: the open transaction, or one that commits by itself.
        assessment_id: whose checks, the independent ones of which have ended.
        metrics: the stored ones, by check name.
        checks: by name.
    """
    changed = False
    for name, others in _awaiting(metrics, checks).items():
        evidence = check_runs.evidence_of(session, assessment_id, [name, *others])
        found = second(checks[name], evidence)
        if found is not None:
            changed |= check_runs.revise(session, assessment_id, name, judged(*found))
    return changed


def second(check: Check, evidence: Mapping[str, Json]) -> tuple[Json, Judgement] | None:
    """Return a check's evidence with what the others', by name, adds, and what it makes of that.

    None where they add nothing.
    """
    if check.second_look is None or check.name not in evidence:
        return None
    more = check.second_look(evidence[check.name], evidence)
    return None if more is None else (more, check.judge(more))


def _awaiting(metrics: Mapping[str, object], checks: Mapping[str, Check]) -> dict[str, list[str]]:
    known = {name: get_texts(get_object({"m": m}, "m"), AWAITS) for name, m in metrics.items()}
    return {name: others for name, others in known.items() if others and name in checks}
