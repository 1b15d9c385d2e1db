"""The Celery tasks: each only names a step and hands over to the orchestrator."""

from __future__ import annotations

from typing import Any

from celery import Task

from lfassess.assessment.orchestrator import (
    Orchestrator,
    coordinate_assessment,
    leave_to_the_reconciler,
)
from lfassess.assessment.worker.celery_app import app
from lfassess.assessment.worker.celery_config import PREFIX
from lfassess.checks import all_checks
from lfassess.errors import ServiceUnreachableError

__all__ = [
    "TASKS",
    "coordinate_assessment",
    "gbp_task",
    "llm_analysis_task",
    "pagespeed_task",
    "security_task",
    "semrush_task",
    "visual_task",
]


def _task_for(name: str) -> Task[Any, Any]:
    def run(lead_id: int, assessment_id: int | None = None) -> None:
        try:
            Orchestrator.of(app.runtime).run_check(name, lead_id, assessment_id)
        except ServiceUnreachableError as e:
            leave_to_the_reconciler(lead_id, name, e)

    run.__doc__ = f"Run the {name} check of the lead's open assessment."
    task: Task[Any, Any] = app.task(name=f"{PREFIX}.{name}_task")(run)
    return task


TASKS = {name: _task_for(name) for name in all_checks()}

pagespeed_task = TASKS["pagespeed"]
security_task = TASKS["security"]
gbp_task = TASKS["gbp"]
semrush_task = TASKS["semrush"]
visual_task = TASKS["visual"]
onpage_task = TASKS["onpage"]
llm_analysis_task = TASKS["llm_analysis"]
