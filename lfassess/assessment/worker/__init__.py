"""The Celery application and what runs in a worker process beside its tasks."""
