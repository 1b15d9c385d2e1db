"""The sandbox's web application: emulated providers, demo sites and the request log."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any, Final

from fastapi import APIRouter, FastAPI, HTTPException
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from lfassess.sandbox.profiles import PROFILES, Profile
from lfassess.sandbox.request_log import RequestLog
from lfassess.sandbox.site_answers import answer_host, answer_path
from lfassess.sandbox.sites import DOMAIN, all_sites, redo, undo_all
from lfassess.sandbox.traffic import ProviderTraffic

_PREFIXES: Final = {"openai": "/openai/v1"}
_OWN_NAMES: Final = frozenset({"127.0.0.1", "localhost"})
_METHODS: Final = ["GET", "HEAD", "POST", "OPTIONS"]


def create_app(
    profile: Profile = PROFILES["fast"], *, seed: int = 1, any_name: bool = False
) -> FastAPI:
    """Return the application; routers find the seed in ``request.app.state.seed``.

    Args:
        profile: how the emulated providers behave.
        seed: what their data and faults are derived from.
        any_name: answer to whatever name this server is called by.
    """
    log = RequestLog()
    app = FastAPI(title="lfassess sandbox", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.seed = seed
    app.state.log = log
    by_host = Router([Route("/{path:path}", answer_host, methods=_METHODS)])
    app.host("{name}" + DOMAIN, by_host)
    providers = _provider_routers()
    for name, router in providers.items():
        app.include_router(router, prefix=_PREFIXES.get(name, f"/{name}"))
    app.include_router(_own_routes(log), prefix="/_sandbox")
    app.add_route("/site/{name}/{path:path}", answer_path, methods=_METHODS)
    app.add_api_route("/", _index)
    app.add_middleware(
        ProviderTraffic,
        providers=frozenset(providers),
        profile=profile,
        seed=seed,
        log=log,
    )
    if not any_name:
        app.add_middleware(_KnownHosts)
    return app


class _KnownHosts:
    """Answers 404 for names nobody gave us, as a server of several sites does."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        host = Headers(scope=scope).get("host", "").partition(":")[0].lower()
        known = host in _OWN_NAMES or host.endswith(DOMAIN)
        app = self.app if known else Response("There is no such site.\n", 404)
        await app(scope, receive, send)


def _provider_routers() -> dict[str, APIRouter]:
    """Return the router of every module in lfassess.sandbox.providers, by module name."""
    package = importlib.import_module("lfassess.sandbox.providers")
    names = [m.name for m in pkgutil.iter_modules(package.__path__) if not m.name.startswith("_")]
    modules = {name: importlib.import_module(f"{package.__name__}.{name}") for name in names}
    return {name: m.router for name, m in modules.items() if hasattr(m, "router")}


def _own_routes(log: RequestLog) -> APIRouter:
    router = APIRouter()

    @router.get("/requests")
    def requests(provider: str | None = None) -> list[dict[str, Any]]:
        return log.requests(provider)

    @router.get("/summary")
    def summary() -> dict[str, Any]:
        return log.summary()

    @router.post("/reset", status_code=204, response_class=Response)
    def reset() -> None:
        log.reset()
        undo_all()

    @router.post("/sites/{name}")
    def redo_site(name: str, like: str) -> dict[str, str]:
        """Let a site look like another from now on, as after a relaunch, or when it is parked."""
        if (made := redo(name, like)) is None:
            raise HTTPException(404, "There is no such site.")
        return made.describe()

    return router


def _index() -> dict[str, Any]:
    return {
        "sites": [s.describe() | {"path": f"/site/{s.name}/"} for s in all_sites().values()],
        "requests": "/_sandbox/requests",
        "summary": "/_sandbox/summary",
    }
