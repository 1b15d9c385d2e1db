"""Answers a repeated request from the first one's answer."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse

from lfassess.api.problems import ProblemError
from lfassess.db.commands import idempotency
from lfassess.db.database import Database

Answer = tuple[int, dict[str, Any]]  # status, JSON

_TIDY_EVERY_S: Final = 3600.0


class _Tidying:
    """Remembers when old answers were last deleted."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next = 0.0

    def due(self) -> bool:
        with self._lock:
            if time.monotonic() < self._next:
                return False
            self._next = time.monotonic() + _TIDY_EVERY_S
            return True


_tidying = _Tidying()


def request_hash(request: Request, content: Any) -> str:
    """Return what tells two requests apart: method, path, query and content."""
    parts = [request.method, request.url.path, request.url.query, content]
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def run_idempotent(
    database: Database,
    key: str | None,
    request_hash: str,
    do: Callable[[], Answer],
    *,
    never_stored: Sequence[str] = (),
) -> JSONResponse:
    """Do it, or give the answer that the same key got before.

    An error keeps nothing: the request may be made again with the same key.

    Args:
        database: where answers are stored.
        key: the caller's.
        request_hash: what tells this request from others.
        do: does it.
        never_stored: parts of the answer that are secrets; a repeated request gets null for them.

    Raises:
        ProblemError: 422, the key was used for another request; 409, that one is under way.
    """
    if key is None:
        return _response(do())
    with database.session() as session:
        if _tidying.due():
            idempotency.forget_old(session)
        earlier = idempotency.claim(session, key, request_hash)
    if earlier is not None:
        return _repeat(earlier, request_hash)
    try:
        status, body = do()
    except BaseException:
        with database.session() as session:
            idempotency.release(session, key)
        raise
    with database.session() as session:
        stored = body | dict.fromkeys(never_stored)
        idempotency.keep(session, key, status=status, body=stored)
    return _response((status, body))


def _repeat(earlier: idempotency.Earlier, request_hash: str) -> JSONResponse:
    if earlier.request_hash != request_hash:
        raise ProblemError(
            422, "idempotency_key_reused", "This Idempotency-Key was used for another request."
        )
    if earlier.status is None or earlier.body is None:
        raise ProblemError(
            409,
            "request_under_way",
            "The first request with this Idempotency-Key is still being answered.",
            headers={"Retry-After": "1"},
        )
    response = _response((earlier.status, earlier.body))
    response.headers["Idempotent-Replayed"] = "true"
    return response


def _response(answer: Answer) -> JSONResponse:
    status, body = answer
    headers = {"Location": body["links"]["self"]} if "links" in body else None
    return JSONResponse(body, status, headers=headers)
