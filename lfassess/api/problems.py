"""Every error of the API in one form: application/problem+json (RFC 9457)."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Match

from lfassess.errors import LfassessError
from lfassess.log import redact

logger = logging.getLogger(__name__)

MEDIA_TYPE: Final = "application/problem+json"
_MAX_ERRORS: Final = 20
_METHODS: Final = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")

_NOT_NOW: Final = "Something lfassess needs is missing or out of reach; the server's log has more."
_FAULT: Final = "A fault in lfassess or its set-up; the server's log has more."


class ProblemError(Exception):
    """Ends a request with a problem."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        hint: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.hint = hint
        self.headers = headers


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    hint: str | None = None,
    errors: list[dict[str, str]] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """Return the response.

    Args:
        status: HTTP status.
        code: stable, for programs; the last part of ``type``.
        detail: what happened, for people.
        hint: what to do about it.
        errors: [{"where", "message"}] for each part of the request that is wrong.
        headers: besides the usual ones.
    """
    content: dict[str, Any] = {
        "type": f"urn:lfassess:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": redact(detail),
        "code": code,
    }
    if hint:
        content["hint"] = hint
    if errors:
        content["errors"] = errors
    return JSONResponse(content, status, headers=headers, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Make every error a problem, those of the framework included."""
    app.add_exception_handler(ProblemError, _of_problem)
    app.add_exception_handler(LfassessError, _of_lfassess_error)
    app.add_exception_handler(RequestValidationError, _of_validation)
    app.add_exception_handler(HTTPException, _of_http)
    app.add_exception_handler(Exception, _of_fault)


def _of_problem(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ProblemError)
    return problem(error.status, error.code, error.detail, hint=error.hint, headers=error.headers)


def _of_lfassess_error(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, LfassessError)
    status = error.http_status
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return problem(status, error.code, error.message, hint=error.hint)
    logger.warning("%s: %s", error.code, error)  # addresses and paths are for the log alone
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        return problem(status, error.code, _NOT_NOW, headers={"Retry-After": "5"})
    return problem(status, error.code, _FAULT)


def _of_validation(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    wrong = [
        {"where": ".".join(str(part) for part in e["loc"]), "message": str(e["msg"])}
        for e in error.errors()[:_MAX_ERRORS]
    ]
    return problem(422, "invalid_request", "The request has something wrong in it.", errors=wrong)


def _methods(request: Request) -> list[str]:
    """Return what the path answers; the framework names those of its first route alone."""
    return [
        method
        for method in _METHODS
        if any(
            route.matches({**request.scope, "method": method})[0] == Match.FULL
            for route in request.app.routes
        )
    ]


def _of_http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
    headers = dict(error.headers) if error.headers else None
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers = {"Allow": ", ".join(_methods(request))}
    return problem(error.status_code, code, f"{error.detail}.".replace("..", "."), headers=headers)


def _of_fault(_request: Request, _error: Exception) -> JSONResponse:
    # Starlette raises it again, and the server logs it with its traceback.
    return problem(500, "internal_error", _FAULT)
