"""The plain design as a Celery app: prefork, blocking tasks, a chord, a new browser per lead.

It does the same work with the same clients and checks; what it leaves out is what this project
adds: nothing is claimed, cached, limited, resumed or reused.
"""

from __future__ import annotations

import os
import time
from typing import Any

from celery import Celery, chord

from lfassess import scoring
from lfassess.checks import all_checks
from lfassess.checks.base import CheckContext, Target
from lfassess.clients import browser
from lfassess.errors import LfassessError
from lfassess.settings import get_settings

app = Celery("plain", broker=os.environ["PLAIN_REDIS"], backend=os.environ["PLAIN_REDIS"])
app.conf.update(
    task_serializer="json",
    worker_prefetch_multiplier=1,
    task_acks_late=True,
    broker_connection_retry_on_startup=True,
    result_expires=3600,
)
CHECKS = ("pagespeed", "security", "gbp", "semrush", "visual", "onpage")


@app.task
def assess(lead: dict[str, str], began: float) -> None:
    """Fan out the checks of a lead; the last follows when all have ended."""
    chord([check.s(name, lead) for name in CHECKS])(close.s(lead, began))


@app.task
def check(name: str, lead: dict[str, str]) -> dict[str, Any]:
    """Run one check and return its result."""
    return _run(name, lead, {})


@app.task
def close(results: list[dict[str, Any]], lead: dict[str, str], began: float) -> dict[str, Any]:
    """Have the language model look at the results, and note when the lead ended."""
    prior = {result["name"]: result for result in results}
    outcome = _run("llm_analysis", lead, prior)
    app.backend.client.rpush("plain-ended", f"{began} {time.time()} {outcome['status']}")
    return outcome


def _run(name: str, lead: dict[str, str], prior: dict[str, Any]) -> dict[str, Any]:
    one = all_checks()[name]
    target = Target(
        lead["name"], lead["website"], lead["phone"], lead["address"], country=lead["country"]
    )
    context = CheckContext(get_settings(), time.monotonic() + one.time_limit_s, prior)
    try:
        fetched = one.fetch(target, context)
        judgement = one.judge(fetched.evidence)
    except LfassessError as e:
        return {"name": name, "status": "failed", "error": e.code, "findings": [], "metrics": {}}
    finally:
        if name == "visual":
            browser.shutdown()
    return {
        "name": name,
        "status": "completed",
        "score": scoring.check_score(judgement, scoring.load_rules()),
        "findings": [finding.as_json() for finding in judgement.findings],
        "metrics": judgement.stored_metrics,
    }
