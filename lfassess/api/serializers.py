"""From rows to the shapes of the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lfassess.api.schemas import assessments as shapes
from lfassess.api.schemas.batches import Batch
from lfassess.api.schemas.common import LeadName
from lfassess.assessment.completion.rendering import STORED
from lfassess.checks.shared.json_access import get_object
from lfassess.db.commands.assessments import AssessmentRecord
from lfassess.db.fragments import waits_for_someone
from lfassess.db.models import CheckRun, Review, Status
from lfassess.db.queries.progress import AssessmentState, CheckState, percentage
from lfassess.findings.consolidate import consolidate
from lfassess.scoring.benchmark import Benchmark

PREFIX = "/api/v1"


def progress(state: AssessmentState) -> shapes.AssessmentProgress:
    """Return the answer of ``/status``."""
    return shapes.AssessmentProgress.model_validate(
        {
            "assessment_id": state.id,
            "lead_id": state.lead_id,
            "status": state.status,
            "percentage": state.percentage,
            "score": state.score,
            "grade": state.grade,
            "created_at": state.created_at,
            "started_at": state.started_at,
            "finished_at": state.finished_at,
            "checks": {c.name: _check_progress(c) for c in state.checks},
        }
    )


def _check_progress(check: CheckState | CheckRun) -> dict[str, Any]:
    failed = check.status == Status.FAILED
    code, message = check.error_code or "unknown", check.error_message or ""
    return {
        "status": check.status,
        "score": check.score,
        "attempts": check.attempt_count,
        "reason": check.skip_text or check.inconclusive_reason,
        "reused_from": check.reused_from,
        "started_at": check.started_at,
        "finished_at": check.finished_at,
        "next_attempt_at": None
        if waits_for_someone(check.next_attempt_at)
        else check.next_attempt_at,
        "error": {"code": code, "message": message} if failed else None,
        "sandbox": check.sandbox,
    }


def assessment(stored: AssessmentRecord, review: Review | None) -> shapes.Assessment:
    """Return one assessment with everything it found."""
    a, runs = stored.assessment, stored.check_runs
    once = consolidate({run.name: run.findings or [] for run in runs})
    columns = ("id", "batch_id", "completeness", "score", "grade", "scoring_version",
               "sandbox", "created_at", "started_at", "finished_at")  # fmt: skip
    return shapes.Assessment.model_validate(
        {
            **{name: getattr(a, name) for name in columns},
            "status": a.shown_status,
            "lead": LeadName(id=stored.lead.id, name=stored.lead.name, website=stored.lead.website),
            "site": stored.site,
            "percentage": percentage(a.shown_status, [run.status for run in runs]),
            "cost_usd": round(sum(run.cost_usd for run in runs), 6),
            "areas": get_object(a.scoring_details, "areas"),
            "range": get_object(a.scoring_details, "range"),
            "benchmark": Benchmark.from_json(a.benchmark).in_short() if a.benchmark else None,
            "checks": {run.name: _check_result(run, once[run.name]) for run in runs},
            "review": _review(review),
            "artefacts": _files(stored),
            "links": assessment_links(a.id),
        }
    )


def _files(stored: AssessmentRecord) -> list[str]:
    """Return the names under which an assessment's files can be had."""
    made = STORED if stored.has_report else ()
    return sorted({*made, *(f.name for f in stored.artefacts)})


def _review(review: Review | None) -> dict[str, Any] | None:
    if review is None:
        return None
    return {"state": review.state, "reasons": [str(reason) for reason in review.reasons]}


def _check_result(run: CheckRun, findings: Sequence[Any]) -> dict[str, Any]:
    took = run.finished_at - run.started_at if run.started_at and run.finished_at else None
    keys = ("code", "severity", "title", "evidence")
    return {
        **_check_progress(run),
        "duration_s": round(took.total_seconds(), 3) if took is not None else None,
        "cost_usd": round(run.cost_usd, 6),
        "findings": [
            {**{k: str(f.get(k) or "") for k in keys}, "area": f.get("area")}
            for f in findings
            if isinstance(f, dict)
        ],
        "metrics": run.metrics or {},
    }


def assessment_links(assessment_id: int) -> dict[str, str]:
    own = f"{PREFIX}/assessments/{assessment_id}"
    return {
        "self": own,
        "status": f"{own}/status",
        "report": f"{own}/report",
        "artefacts": f"{own}/artefacts",
    }


def listed(row: dict[str, Any]) -> shapes.AssessmentListed:
    lead = LeadName(id=row["lead_id"], name=row["lead_name"], website=row["website"])
    return shapes.AssessmentListed.model_validate({**row, "lead": lead})


def batch(row: dict[str, Any]) -> Batch:
    """Return a batch; 100 percent only when every lead is done."""
    done = row["completed"] + row["failed"] + row["cancelled"]
    return Batch.model_validate(
        {
            **row,
            "percentage": 100 * done // row["leads"] if row["leads"] else 100,
            "links": batch_links(row["id"]),
        }
    )


def batch_links(batch_id: int) -> dict[str, str]:
    own = f"{PREFIX}/batches/{batch_id}"
    return {
        "self": own,
        "events": f"{own}/events",
        "rejects": f"{own}/rejects",
        "assessments": f"{PREFIX}/assessments?batch_id={batch_id}",
    }
