"""Who may ask: the key, the loopback rule where there is none, and the rate."""

from __future__ import annotations

import hmac
import ipaddress
import math
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from lfassess.api.problems import problem
from lfassess.api.throttle import Rate, Throttle
from lfassess.settings import Settings

HEALTH: Final = frozenset({"/healthz", "/readyz"})
RATE: Final = Rate(per_second=50, burst=200)
_GUESSES: Final = Rate(per_second=10 / 60, burst=20)  # wrong keys from one address
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})

IsPage = Callable[[Scope], bool]
SignedIn = Callable[[Request], bool]


class Gate:
    """Refuses, before anything is read, what may not ask; pages guard themselves."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        settings: Settings,
        is_page: IsPage,
        signed_in: SignedIn,
        rate: Rate = RATE,
    ) -> None:
        self._app = app
        self._settings = settings
        self._is_page = is_page
        self._signed_in = signed_in
        self._callers = Throttle(rate)
        self._guesses = Throttle(_GUESSES)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] not in HEALTH and not self._is_page(scope):
            refused = self._refusal(Request(scope))
            if refused is not None:
                await refused(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _refusal(self, request: Request) -> JSONResponse | None:
        if self._settings.api_key is None:
            caller = "this machine"
            refused = _not_from_here(request)
        else:
            caller = "key"
            refused = self._without_key(request, self._settings.api_key.get_secret_value())
        if refused is not None:
            return refused
        wait = self._callers.take(caller)
        return _too_many(wait, "Too many requests.") if wait else None

    def _without_key(self, request: Request, expected: str) -> JSONResponse | None:
        given = _given_key(request)
        if given is None:
            if request.method in _SAFE and self._signed_in(request):
                return None
            return _unauthorised("There is no API key in the request.")
        address = request.client.host if request.client else ""
        if wait := self._guesses.wait_for(address):
            return _too_many(wait, "Too many wrong keys.")
        if hmac.compare_digest(given.encode(), expected.encode()):
            return None
        self._guesses.take(address)
        return _unauthorised("That is not the API key.")


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
    if request.client is not None and not _is_loopback(request.client.host):
        return problem(403, "loopback_only", "Without an API key only this machine is answered.")
    if request.url.hostname not in _LOOPBACK_NAMES:
        return problem(421, "wrong_host", "Without an API key only loopback names are answered.")
    origin = request.headers.get("origin")
    if request.method not in _SAFE and origin and urlsplit(origin).netloc != request.url.netloc:
        return problem(403, "other_origin", "Another website may not ask for this.")
    return None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:  # a unix socket, or a test's client
        return True


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
