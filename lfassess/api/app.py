"""The web application: API, health, metrics and pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from lfassess import __version__
from lfassess.api import docs, metrics, openapi, problems
from lfassess.api.auth import RATE, AuthMiddleware
from lfassess.api.body_limit import BodyLimit
from lfassess.api.rate_limit import Rate, WrongKeys
from lfassess.api.readiness import Readiness
from lfassess.api.routes import (
    assessments,
    batches,
    changes,
    events,
    failures,
    files,
    health,
    leads,
    shares,
    suppressions,
    work,
)
from lfassess.api.security_headers import SecureHeaders
from lfassess.api.web import routes as pages
from lfassess.assessment.runtime import Runtime
from lfassess.clients import browser


def create_app(runtime: Runtime, *, rate: Rate = RATE) -> FastAPI:
    """Return the application; it opens its connections when it needs them.

    Args:
        runtime: what it works with; without an API key only this machine is answered.
        rate: what one caller may ask for.
    """
    app = FastAPI(
        title="lfassess",
        version=__version__,
        docs_url=None,  # FastAPI's pages load scripts from elsewhere
        redoc_url=None,
        lifespan=_lifespan,
        redirect_slashes=False,
    )
    app.state.runtime = runtime
    app.state.readiness = Readiness(runtime)
    app.state.metrics = metrics.registry(runtime)
    app.state.streams = 0
    app.state.wrong_keys = WrongKeys()
    problems.install(app)
    openapi.install(app)
    _include(app)
    _guard(app, runtime, rate)
    return app


def _include(app: FastAPI) -> None:
    api = APIRouter(prefix="/api/v1", responses=openapi.COMMON)
    for resource in (
        *(assessments, files, batches, events),
        *(changes, leads, shares, suppressions),  # "changed" is no lead's id
        *(failures, work),
    ):
        api.include_router(resource.router)
    app.include_router(api)
    app.include_router(health.router)
    app.include_router(docs.router)
    pages.include(app)


def _guard(app: FastAPI, runtime: Runtime, rate: Rate) -> None:
    """Add what stands before every route; what is added last sees a request first."""
    settings = runtime.settings

    def signed_in(request: Request) -> bool:
        return pages.is_signed_in(request, settings, runtime.database)

    app.add_middleware(
        AuthMiddleware,
        settings=settings,
        is_page=pages.is_page,
        signed_in=signed_in,
        wrong_keys=app.state.wrong_keys,
        rate=rate,
    )
    app.add_middleware(BodyLimit)  # before the gate: who has no key sends no riddles either
    app.add_middleware(SecureHeaders)
    if settings.trusted_proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.trusted_proxies))


@asynccontextmanager
async def _lifespan(_app: FastAPI) -> AsyncIterator[None]:
    yield
    browser.shutdown()  # a PDF may have started one
