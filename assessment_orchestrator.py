"""Shim, so that `celery -A assessment_orchestrator worker` works."""

import sys

from lfassess.errors import LfassessError

try:
    from lfassess.assessment.tasks import *  # noqa: F403
    from lfassess.assessment.worker.celery_app import app

    app.runtime  # noqa: B018 - reads the settings
except LfassessError as e:  # a setting that can't be used, before there is an app to tell it
    sys.stderr.write(f"Error: {e.message}\n" + (f"  → {e.hint}\n" if e.hint else ""))
    sys.exit(e.exit_code)

__all__ = ["app"]
