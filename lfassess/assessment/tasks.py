"""The Celery tasks: each only names a step and hands over to the orchestrator."""

from __future__ import annotations

import logging
from typing import Any

from celery import Task

from lfassess.assessment.enqueue import COORDINATE, PREFIX
from lfassess.assessment.orchestrator import Orchestrator
from lfassess.celery_app import app, database_url
from lfassess.checks import all_checks
from lfassess.errors import LfassessError, ServiceUnreachableError
from lfassess.settings import get_settings

logger = logging.getLogger(__name__)


def orchestrator() -> Orchestrator:
    settings = get_settings()
    return Orchestrator(settings, database_url(settings))


@app.task(
    name=COORDINATE, ignore_result=get_settings().result_backend is None, throws=(LfassessError,)
)
def coordinate_assessment(lead_id: int, assessment_id: int | None = None) -> dict[str, Any]:
    """Start the lead's assessment and fan out its checks."""
    try:
        return orchestrator().coordinate(lead_id, assessment_id)
    except ServiceUnreachableError as e:
        _leave_to_the_reconciler(lead_id, "coordinate", e)
        return {"lead_id": lead_id, "assessment_id": assessment_id, "started": False}


def _leave_to_the_reconciler(lead_id: int, step: str, error: ServiceUnreachableError) -> None:
    """Note that a step will be sent again; to Celery and Flower that is no failure of the task."""
    logger.warning("lead %s %s: %s (sent again when it is back)", lead_id, step, error)


def _task_for(name: str) -> Task[Any, Any]:
    def run(lead_id: int, assessment_id: int | None = None) -> None:
        try:
            orchestrator().run_check(name, lead_id, assessment_id)
        except ServiceUnreachableError as e:
            _leave_to_the_reconciler(lead_id, name, e)

    run.__doc__ = f"Run the {name} check of the lead's open assessment."
    task: Task[Any, Any] = app.task(name=f"{PREFIX}.{name}_task")(run)
    return task


TASKS = {name: _task_for(name) for name in all_checks()}

pagespeed_task = TASKS["pagespeed"]
security_task = TASKS["security"]
gbp_task = TASKS["gbp"]
semrush_task = TASKS["semrush"]
visual_task = TASKS["visual"]
llm_analysis_task = TASKS["llm_analysis"]
