"""Helpers for orchestration tests: checks that cost nothing, and a queue in a list."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text

from lfassess.assessment.execution.enqueue import Message
from lfassess.assessment.intake.submission import submit_lead
from lfassess.assessment.orchestrator import Orchestrator
from lfassess.assessment.runtime import Runtime
from lfassess.assessment.worker.celery_config import COORDINATE
from lfassess.checks.base import Check, CheckContext, Fetched, Judgement, Scope, Target
from lfassess.db.database import Database
from lfassess.db.models import Lead
from lfassess.settings import Settings
from lfassess.timings import TIMINGS

Fetch = Callable[[Target, CheckContext], Fetched]


def fetch_nothing(_target: Target, _ctx: CheckContext) -> Fetched:
    return Fetched({})


def raising(error: Exception) -> Fetch:
    """A fetch that ends with this error."""

    def fetch(_target: Target, _ctx: CheckContext) -> Fetched:
        raise error

    return fetch


def make_check(
    name: str,
    fetch: Fetch = fetch_nothing,
    *,
    score: int | None = 80,
    depends_on_others: bool = False,
    needs_website: bool = True,
    skip: str | None = None,
    depends_on: Scope = "lead",
) -> Check:
    return Check(
        name=name,
        title=name.title(),
        fetch=fetch,
        judge=lambda _evidence: Judgement(score=score),
        kinds={},
        queue=lambda _settings: "llm" if depends_on_others else "assessment",
        time_limit_s=5,
        needs_website=needs_website,
        depends_on_others=depends_on_others,
        depends_on=depends_on,
        skip_reason=lambda _settings: skip,
    )


def six_checks(**fetches: Fetch) -> dict[str, Check]:
    """The spec's six, each doing nothing by default."""
    names = ("pagespeed", "security", "gbp", "semrush", "visual")
    checks = {n: make_check(n, fetches.get(n, fetch_nothing)) for n in names}
    checks["llm_analysis"] = make_check(
        "llm_analysis",
        fetches.get("llm_analysis", fetch_nothing),
        score=None,
        depends_on_others=True,
    )
    return checks


_OLD_ENOUGH = """
SELECT pg_postmaster_start_time() < clock_timestamp() - make_interval(secs => :grace) AS yes
"""


def keeping_reports(settings: Settings) -> Settings:
    """Return settings with which every audit's end leaves its report as files."""
    return settings.model_copy(update={"store_reports": True})


@dataclass
class OrchestratorHarness:
    """An orchestrator on a real database, whose messages wait in a list."""

    settings: Settings
    database: Database
    checks: Mapping[str, Check] = field(default_factory=six_checks)
    queue: deque[Message] = field(default_factory=deque)
    sent: list[Message] = field(default_factory=list)
    _runtime: Runtime | None = None

    def send(self, messages: Iterable[Message]) -> bool:
        for message in messages:
            self.queue.append(message)
            self.sent.append(message)
        return True

    @property
    def orchestrator(self) -> Orchestrator:
        return Orchestrator(self.runtime, self.checks, self.send)

    @property
    def runtime(self) -> Runtime:
        """What its settings and its database, which tests replace, make now."""
        made = self._runtime
        if made is None or made.settings is not self.settings or made.database is not self.database:
            made = self._runtime = Runtime(self.settings, self.database)
        return made

    def wait_until_leases_count(self) -> None:
        """Wait until Postgres has run for long enough that an expired lease says a worker is lost."""
        while not self.row(_OLD_ENOUGH, grace=TIMINGS.restart_grace)["yes"]:
            time.sleep(0.2)

    def deliver(self, message: Message) -> None:
        """Do what a worker does with the message."""
        if message.task == COORDINATE:
            self.orchestrator.coordinate(message.lead_id, message.assessment_id)
            return
        name = message.task.rpartition(".")[2].removesuffix("_task")
        self.orchestrator.run_check(name, message.lead_id, message.assessment_id)

    def drain(self) -> None:
        """Deliver until nothing waits."""
        while self.queue:
            self.deliver(self.queue.popleft())

    def add_lead(self, name: str = "Harbour Bakery", website: str | None = "https://bakery.test/"):
        with self.database.session() as session:
            lead = Lead(name=name, website=website, country="US", dedupe_key=f"{website}|{name}")
            session.add(lead)
            session.flush()
            return lead.id

    def rows(self, sql: str, **values: Any) -> list[Any]:
        with self.database.session() as session:
            return list(session.execute(text(sql), values).mappings())

    def row(self, sql: str, **values: Any) -> Any:
        (row,) = self.rows(sql, **values)
        return row

    def assessment(self) -> Any:
        """The only assessment's row."""
        return self.row("SELECT * FROM assessments")

    def check(self, name: str) -> Any:
        """The only check run of that name."""
        return self.row("SELECT * FROM check_runs WHERE name = :name", name=name)

    def execute(self, sql: str, **values: Any) -> None:
        with self.database.session() as session:
            session.execute(text(sql), values)


def audited(
    harness: OrchestratorHarness, lead: int, score: int, findings: Iterable[Any] = ()
) -> int:
    """Audit a lead to a given score, with these findings of PageSpeed's; return the audit's id."""
    audit, _ = submit_lead(harness.orchestrator, lead)
    harness.drain()
    harness.execute("UPDATE assessments SET score = :s WHERE id = :a", s=score, a=audit)
    harness.execute(
        "UPDATE check_runs SET findings = CAST(:rows AS jsonb)"
        " WHERE assessment_id = :audit AND name = 'pagespeed'",
        rows=json.dumps(list(findings)),
        audit=audit,
    )
    return audit
