"""Spoils answers of the emulated providers the way the real ones fail."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from starlette.responses import Response
from starlette.types import Message, Receive, Send

_HANG_S: Final = 180.0  # longer than anybody's read timeout
_DRIP_S: Final = 0.2  # between two bytes: no single read ever times out
_GOOGLE: Final = {429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE"}
_TEXTS: Final = {
    429: "Too many requests. Slow down.",
    500: "An internal error has occurred.",
    503: "The service is currently unavailable.",
}


def error_response(provider: str, status: int) -> Response:
    """Return the error as the provider words it."""
    headers = (
        {"Retry-After": "1"}
        if status == HTTPStatus.TOO_MANY_REQUESTS and provider == "openai"
        else {}
    )
    if provider == "semrush":
        text = f"ERROR {status} :: {_TEXTS[status].upper()}"
        return Response(text, status, headers, media_type="text/plain")
    body = _openai_error(status) if provider == "openai" else _google_error(status)
    return Response(json.dumps(body), status, headers, media_type="application/json")


def _google_error(status: int) -> dict[str, Any]:
    error = {"code": status, "message": _TEXTS[status], "status": _GOOGLE[status]}
    return {"error": error}


def _openai_error(status: int) -> dict[str, Any]:
    limited = status == HTTPStatus.TOO_MANY_REQUESTS
    error = {
        "message": _TEXTS[status],
        "type": "requests" if limited else "server_error",
        "param": None,
        "code": "rate_limit_exceeded" if limited else None,
    }
    return {"error": error}


class BufferedResponse:
    """Holds back an answer, to send it spoilt."""

    def __init__(self) -> None:
        self._start: Message = {}
        self.body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")

    @property
    def status(self) -> int:
        status: int = self._start["status"]
        return status

    async def send_cut(self, send: Send) -> None:
        """Promise the whole body and send half; the server then closes the connection."""
        await send(self._start)
        half = self.body[: len(self.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})

    async def send_drip(self, send: Send, receive: Receive) -> None:
        """Send byte after byte, so slowly that only a limit on the whole answer helps."""
        await send(self._start)
        end = asyncio.get_running_loop().time() + _HANG_S
        for byte in self.body[:-1]:
            await send({"type": "http.response.body", "body": bytes([byte]), "more_body": True})
            if await stall(receive, _DRIP_S) or asyncio.get_running_loop().time() > end:
                return

    async def send_malformed(self, send: Send) -> None:
        """Send a complete answer that isn't what its content type says."""
        body = b"<html><title>Bad Gateway</title>" + self.body[: len(self.body) // 2]
        headers = [h for h in self._start["headers"] if h[0].lower() != b"content-length"]
        headers.append((b"content-length", str(len(body)).encode()))
        await send({**self._start, "headers": headers})
        await send({"type": "http.response.body", "body": body})


async def stall(receive: Receive, most: float = _HANG_S) -> bool:
    """Wait until the caller has given up, ``most`` seconds at most; return whether it has."""

    async def gone() -> None:
        while (await receive())["type"] != "http.disconnect":
            pass

    try:
        await asyncio.wait_for(gone(), most)
    except TimeoutError:
        return False
    return True


STATUS_FAULTS: Final[Mapping[str, int]] = {"429": 429, "500": 500, "503": 503}
