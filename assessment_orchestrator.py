"""Shim, so that `celery -A assessment_orchestrator worker` works."""

from lfassess.assessment.tasks import *  # noqa: F403
from lfassess.celery_app import app

__all__ = ["app"]
