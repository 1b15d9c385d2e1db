"""States as the live tables get them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lfassess.db.queries.batch_view import Situation
from lfassess.db.queries.progress import AssessmentState, CheckState, Totals

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def check(name="security", status="completed", **values):
    started = NOW - timedelta(seconds=4) if status != "pending" else None
    finished = NOW if status in {"completed", "failed"} else None
    defaults = {
        "skip_text": None,
        "attempt_count": 1,
        "score": 80 if status == "completed" else None,
        "started_at": started,
        "finished_at": finished,
        "next_attempt_at": None,
        "deferred_reason": None,
        "error_code": None,
        "error_message": None,
        "inconclusive_reason": None,
        "sandbox": False,
        "reused_from": None,
    }
    return CheckState(name, status, **(defaults | values))


def state(*checks, status="in_progress", **values):
    defaults = {
        "id": 1,
        "lead_id": 1,
        "lead_name": "Harbour Bakery",
        "website": "https://bakery.test/",
        "score": None,
        "grade": None,
        "completeness": None,
        "sandbox": False,
        "created_at": NOW,
        "started_at": NOW - timedelta(seconds=9),
        "finished_at": None,
    }
    return AssessmentState(status=status, checks=checks, **(defaults | values))


def totals(**values):
    defaults = {
        "leads": 10,
        "pending": 2,
        "in_progress": 3,
        "completed": 4,
        "failed": 1,
        "cancelled": 0,
        "not_submitted": 0,
        "partial": 1,
        "cost_usd": 1.5,
        "first_started": NOW,
        "last_finished": NOW,
    }
    return Totals(**({"deferred": 0, "active": 0} | defaults | values))


def situation(**values):
    defaults = {
        "name": "leads.csv",
        "cancelled": False,
        "paused": None,
        "deferred": (),
        "failing": (),
        "waiting": 0,
        "running": 3,
        "workers": 2,
        "sandbox": False,
    }
    return Situation(**(defaults | values))
