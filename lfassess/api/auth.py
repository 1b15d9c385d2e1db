"""Who may ask: the key, the loopback rule where there is none, and the rate."""

from __future__ import annotations

import hmac
import math
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from lfassess.api.callers import (
    LOOPBACK_NAMES,
    comes_from_another_account,
    comes_from_elsewhere,
)
from lfassess.api.problems import problem
from lfassess.api.rate_limit import Rate, RateLimiter, WrongKeys
from lfassess.errors import ServiceUnreachableError
from lfassess.settings import Settings

HEALTH: Final = frozenset({"/healthz", "/readyz"})
RATE: Final = Rate(per_second=50, burst=200)
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})

IsPage = Callable[[Scope], bool]
SignedIn = Callable[[Request], bool]


class AuthMiddleware:
    """Refuses, before anything is read, what may not ask; pages guard themselves."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        settings: Settings,
        is_page: IsPage,
        signed_in: SignedIn,
        wrong_keys: WrongKeys,
        rate: Rate = RATE,
    ) -> None:
        self._app = app
        self._settings = settings
        self._is_page = is_page
        self._signed_in = signed_in
        self._callers = RateLimiter(rate)
        self._wrong_keys = wrong_keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in HEALTH and not self._is_page(scope):
            refused = await self._refusal(Request(scope))
            if refused is not None:
                await refused(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _refusal(self, request: Request) -> JSONResponse | None:
        if self._settings.api_key is None:
            caller = "this machine"
            refused = _not_from_here(request)
        else:
            caller = "key"
            refused = await self._without_key(request, self._settings.api_key.get_secret_value())
        if refused is not None:
            return refused
        wait = self._callers.take(caller)
        return _too_many(wait, "Too many requests.") if wait else None

    async def _without_key(self, request: Request, expected: str) -> JSONResponse | None:
        given = _given_key(request)
        if given is None:
            if request.method in _SAFE and await self._has_session(request):
                return None
            return _unauthorised("There is no API key in the request.")
        if hmac.compare_digest(given.encode(), expected.encode()):
            return None
        if wait := self._wrong_keys.note(request):
            return _too_many(wait, "Too many wrong keys.")
        return _unauthorised("That is not the API key.")

    async def _has_session(self, request: Request) -> bool:
        try:
            return await run_in_threadpool(self._signed_in, request)
        except ServiceUnreachableError:  # nobody can be known while Postgres is away
            return False


def _given_key(request: Request) -> str | None:
    """Return X-API-Key, or the bearer token, which is what Prometheus can send."""
    key = request.headers.get("x-api-key")
    if key is not None:
        return key
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _not_from_here(request: Request) -> JSONResponse | None:
    """Refuse what other machines, or other websites in a browser here, ask without a key.

    Another website can point its own name at 127.0.0.1, so the name asked for counts, too.
    """
    if comes_from_elsewhere(request):
        return problem(403, "loopback_only", "Without an API key only this machine is answered.")
    if comes_from_another_account(request):
        return problem(
            403,
            "other_account",
            "Without an API key only the account that runs lfassess is answered.",
            hint="Set LFASSESS_API_KEY to let others in.",
        )
    if request.url.hostname not in LOOPBACK_NAMES:
        return problem(421, "wrong_host", "Without an API key only loopback names are answered.")
    origin = request.headers.get("origin")
    if request.method not in _SAFE and origin and urlsplit(origin).netloc != request.url.netloc:
        return problem(403, "other_origin", "Another website may not ask for this.")
    return None


def _unauthorised(detail: str) -> JSONResponse:
    return problem(
        401,
        "unauthorised",
        detail,
        hint="Send it as X-API-Key.",
        headers={"WWW-Authenticate": 'ApiKey realm="lfassess", Bearer realm="lfassess"'},
    )


def _too_many(wait: float, detail: str) -> JSONResponse:
    return problem(429, "too_many_requests", detail, headers={"Retry-After": str(math.ceil(wait))})
