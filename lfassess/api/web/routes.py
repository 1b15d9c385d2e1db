"""All routes of the pages."""

from __future__ import annotations

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.routing import Match
from starlette.types import Scope

from lfassess.api.web import session
from lfassess.api.web.views import (
    assessments,
    batches,
    changes,
    failures,
    files,
    leads,
    login,
    operations,
    overview,
    reviews,
    shares,
    static,
    submit,
    suppressions,
    system,
)
from lfassess.db.database import Database
from lfassess.settings import Settings

router = APIRouter(include_in_schema=False)
for view in (
    static,
    login,
    overview,
    batches,
    assessments,
    files,
    changes,
    suppressions,
    leads,  # its ids would take the addresses of the two before
    failures,
    operations,
    reviews,
    shares,
    system,
    submit,
):
    router.include_router(view.router)


def include(app: FastAPI) -> None:
    """Add the pages."""
    app.include_router(router)


def is_page(scope: Scope) -> bool:
    """Tell whether the path is one of the pages'."""
    return any(route.matches(scope)[0] != Match.NONE for route in router.routes)


def is_signed_in(request: Request, settings: Settings, database: Database) -> bool:
    """Tell whether a browser with a session asks; it may read what its pages show.

    Raises:
        ServiceUnreachableError: Postgres, which knows the sessions, can't be reached.
    """
    found = session.read(request, settings, database)
    return found is not None and found.signed_in
