"""What every call to an emulated provider goes through: delay, faults and the request log."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import Collection
from datetime import UTC, datetime
from random import Random
from typing import Any, Final
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lfassess.sandbox.faults import STATUS_FAULTS, BufferedResponse, error_response, stall
from lfassess.sandbox.pricing import NOTHING, Bill
from lfassess.sandbox.profiles import FAULTS, Profile
from lfassess.sandbox.request_log import LoggedRequest, RequestLog, mask_key
from lfassess.sandbox.sites import DOMAIN

FAULT_HEADER: Final = "X-Sandbox-Fault"
_HINT_FIELDS: Final = ("domain", "target", "url")


class ProviderTraffic:
    """ASGI middleware; leaves everything alone that isn't a provider's path.

    A router may set ``request.state.bill`` and ``request.state.lead_hint``. The same calls
    with the same seed get the same delays and faults; a repeated call draws again.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        providers: Collection[str],
        profile: Profile,
        seed: int,
        log: RequestLog,
    ) -> None:
        self.app = app
        self._providers = providers
        self._profile = profile
        self._seed = seed
        self._log = log
        self._seen: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        provider = self._provider(scope)
        if provider is None:
            await self.app(scope, receive, send)
            return
        call = _Call(provider, scope, await _read_body(receive), receive, send, log=self._log)
        rng = self._rng(call)
        latency = self._profile.draw_latency(provider, rng)
        call.fault = call.headers.get(FAULT_HEADER) or self._profile.draw_fault(rng)
        try:
            await asyncio.sleep(latency)
            await call.answer(self.app)
        finally:
            call.record()

    def _provider(self, scope: Scope) -> str | None:
        if scope["type"] != "http" or _host(scope).endswith(DOMAIN):
            return None
        first = scope["path"].strip("/").partition("/")[0]
        return first if first in self._providers else None

    def _rng(self, call: _Call) -> Random:
        what = f"{call.scope['method']} {call.scope['path']} {call.scope['query_string']!r}"
        digest = hashlib.sha256(what.encode() + call.body).hexdigest()
        self._seen[digest] += 1
        return Random(f"{self._seed}:{digest}:{self._seen[digest]}")  # noqa: S311 - repeatable


class _Call:
    """One provider call on its way."""

    def __init__(
        self,
        provider: str,
        scope: Scope,
        body: bytes,
        receive: Receive,
        send: Send,
        *,
        log: RequestLog,
    ) -> None:
        self.provider = provider
        self.scope = scope
        self.body = body
        self.headers = Headers(scope=scope)
        self.fault: str | None = None
        self.status: int | None = None
        self.at = datetime.now(UTC).isoformat(timespec="milliseconds")
        self._receive = receive
        self._send = send
        self._log = log
        self._recorded = False
        self._body_sent = False
        scope.setdefault("state", {})

    async def answer(self, app: ASGIApp) -> None:
        if self.fault is None:
            await app(self.scope, self._replay, self._pass_on)
        elif self.fault not in FAULTS:
            await self._respond(Response(f"{FAULT_HEADER}: one of {', '.join(FAULTS)}\n", 400))
        elif self.fault in STATUS_FAULTS:
            await self._respond(error_response(self.provider, STATUS_FAULTS[self.fault]))
        elif self.fault == "timeout":
            await stall(self._receive)
        else:
            await self._spoil(app)

    async def _spoil(self, app: ASGIApp) -> None:
        captured = BufferedResponse()
        await app(self.scope, self._replay, captured.send)
        self.status = captured.status
        self.record()
        if self.fault == "cut":
            await captured.send_cut(self._send)
        elif self.fault == "drip":
            await captured.send_drip(self._send, self._receive)
        else:
            await captured.send_malformed(self._send)

    async def _respond(self, response: Response) -> None:
        await response(self.scope, self._replay, self._pass_on)

    async def _pass_on(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        elif not message.get("more_body"):
            self.record()
        await self._send(message)

    async def _replay(self) -> Message:
        if self._body_sent:
            return await self._receive()
        self._body_sent = True
        return {"type": "http.request", "body": self.body, "more_body": False}

    def record(self) -> None:
        """Log the call, once; before its answer ends, so that the caller finds it in the log."""
        if not self._recorded:
            self._recorded = True
            self._log.record(self._logged())

    def _logged(self) -> LoggedRequest:
        query = parse_qs(self.scope["query_string"].decode("latin-1"))
        report = query.get("type")
        state: dict[str, Any] = self.scope["state"]
        bill: Bill = state.get("bill", NOTHING)
        return LoggedRequest(
            at=self.at,
            provider=self.provider,
            method=self.scope["method"],
            path=self.scope["path"] + (f"?type={report[0]}" if report else ""),
            key_used=mask_key(self._key(query)),
            status=self.status,
            cost_units=bill.units,
            cost_usd=bill.usd,
            fault=self.fault,
            lead_hint=state.get("lead_hint") or self._lead_hint(query),
        )

    def _key(self, query: dict[str, list[str]]) -> str | None:
        bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
        return self.headers.get("X-Goog-Api-Key") or query.get("key", [None])[0] or bearer or None

    def _lead_hint(self, query: dict[str, list[str]]) -> str | None:
        for field in _HINT_FIELDS:
            if field in query:
                return query[field][0]
        try:
            body = json.loads(self.body or b"{}")
        except ValueError:
            return None
        hint = body.get("textQuery") if isinstance(body, dict) else None
        return hint if isinstance(hint, str) else None


async def _read_body(receive: Receive) -> bytes:
    body: bytes = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if message["type"] != "http.request" or not message.get("more_body"):
            return body


def _host(scope: Scope) -> str:
    return Headers(scope=scope).get("host", "").partition(":")[0].lower()
