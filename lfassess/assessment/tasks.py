"""The Celery tasks: each only names a step and hands over to the orchestrator."""

from __future__ import annotations

from typing import Any

from celery import Task

from lfassess.assessment.enqueue import COORDINATE, PREFIX
from lfassess.assessment.orchestrator import Orchestrator
from lfassess.celery_app import app, database_url
from lfassess.checks import all_checks
from lfassess.settings import get_settings


def orchestrator() -> Orchestrator:
    settings = get_settings()
    return Orchestrator(settings, database_url(settings))


@app.task(name=COORDINATE, ignore_result=get_settings().result_backend is None)
def coordinate_assessment(lead_id: int, assessment_id: int | None = None) -> dict[str, Any]:
    """Start the lead's assessment and fan out its checks."""
    return orchestrator().coordinate(lead_id, assessment_id)


def _task_for(name: str) -> Task[Any, Any]:
    def run(lead_id: int, assessment_id: int | None = None) -> None:
        orchestrator().run_check(name, lead_id, assessment_id)

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
