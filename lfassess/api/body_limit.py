"""Bounds what a request may send, said in advance or not, and how it may say so."""

from __future__ import annotations

from typing import Final

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lfassess.api.problems import problem

MAX_UPLOAD: Final = 32 * 1024 * 1024  # bytes; 100,000 rows of a usual lead list are about 12 MB
MAX_BODY: Final = 256 * 1024
_UPLOADS: Final = (
    *("/api/v1/batches", "/submit/file", "/submit/preview"),
    *("/api/v1/suppressions", "/leads/do-not-contact/import"),
)
_MIB: Final = 1024 * 1024


def limit_for(path: str) -> int:
    """Return how many bytes a request to this path may have."""
    return MAX_UPLOAD if path in _UPLOADS else MAX_BODY


class BodyLimit:
    """Answers 413 for what is too large; reads no more of it than the limit."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if _lengths(scope) > 1:
            await _ambiguous(scope, receive, send)
            return
        limit = limit_for(scope["path"])
        if _announced(scope) > limit:
            await problem(413, "too_large", _detail(limit))(scope, receive, send)
            return
        await self._app(scope, _Counted(receive, limit), send)


class _Counted:
    """Passes the body on until it is too much."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._limit = limit
        self._seen = 0

    async def __call__(self) -> Message:
        message = await self._receive()
        self._seen += len(message.get("body", b""))
        if self._seen > self._limit:
            raise HTTPException(413, _detail(self._limit))
        return message


def _lengths(scope: Scope) -> int:
    return sum(name in {b"content-length", b"transfer-encoding"} for name, _ in scope["headers"])


# A proxy that reads one and a server that reads the other see different requests (smuggling).
_ambiguous: Final = problem(
    400,
    "ambiguous_length",
    "The request says how long it is in two ways.",
    headers={"Connection": "close"},
)


def _announced(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


def _detail(limit: int) -> str:
    size = f"{limit // _MIB} MiB" if limit >= _MIB else f"{limit // 1024} KiB"
    return f"The request is larger than {size}."
