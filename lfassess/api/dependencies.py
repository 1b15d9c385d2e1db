"""What routes and pages share: settings, database, identifiers and page parameters."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Annotated, Final

from celery import Celery
from fastapi import Depends, Header, Path, Query
from starlette.requests import Request

from lfassess.assessment.execution import enqueue
from lfassess.assessment.orchestrator import Orchestrator
from lfassess.db.database import Database
from lfassess.settings import Settings

MAX_BIGINT: Final = 2**63 - 1  # what Postgres's bigint holds
MAX_PAGE: Final = 200


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def broker_of(request: Request) -> Celery | None:
    """Return the broker this application was given; None takes the one of the settings."""
    broker: Celery | None = getattr(request.app.state, "broker", None)
    return broker


def orchestrator_of(request: Request) -> Orchestrator:
    """Return what starts work; its messages go to this application's broker."""
    plain = Orchestrator(_settings(request), _database(request))
    broker = broker_of(request)
    return replace(plain, send=partial(enqueue.send, app=broker)) if broker else plain


Configured = Annotated[Settings, Depends(_settings)]
Connected = Annotated[Database, Depends(_database)]
Work = Annotated[Orchestrator, Depends(orchestrator_of)]

AssessmentId = Annotated[
    int, Path(ge=1, le=MAX_BIGINT, description="The assessment's id.", examples=[1])
]
BatchId = Annotated[int, Path(ge=1, le=MAX_BIGINT, description="The batch's id.", examples=[1])]
LeadId = Annotated[int, Path(ge=1, le=MAX_BIGINT, description="The lead's id.", examples=[1])]

Limit = Annotated[int, Query(ge=1, le=MAX_PAGE, description="At most so many items.")]
Cursor = Annotated[
    str | None,
    Query(max_length=64, description="Where to go on: next_cursor of the page before."),
]
IdempotencyHeader = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="The same key with the same request gets the same answer, for 24 hours.",
        examples=["import-2026-05-01"],
    ),
]
