"""What routes and pages share: settings, database, identifiers and page parameters."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Depends, Header, Path, Query
from starlette.requests import Request

from lfassess.assessment.orchestrator import Orchestrator
from lfassess.assessment.runtime import Runtime
from lfassess.db.database import Database
from lfassess.settings import Settings

MAX_BIGINT: Final = 2**63 - 1  # what Postgres's bigint holds
MAX_PAGE: Final = 200


def runtime_of(request: Request) -> Runtime:
    """Return what the application works with."""
    runtime: Runtime = request.app.state.runtime
    return runtime


def _settings(request: Request) -> Settings:
    return runtime_of(request).settings


def _database(request: Request) -> Database:
    return runtime_of(request).database


def orchestrator_of(request: Request) -> Orchestrator:
    """Return what starts work; its messages go to this application's broker."""
    return Orchestrator.of(runtime_of(request))


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
