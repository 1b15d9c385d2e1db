"""Shim, so that `celery -A assessment_orchestrator worker` works."""
