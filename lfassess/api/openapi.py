"""The OpenAPI description, completed: keys, problems, and what a batch's body may be."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from lfassess.api.problems import MEDIA_TYPE
from lfassess.api.schemas.batches import NewBatch
from lfassess.api.schemas.common import Problem
from lfassess.api.schemas.outreach import NewSuppressions

DESCRIPTION: Final = """\
Turns business leads into technical audits of their web presence.

Send the API key as `X-API-Key` (or as a bearer token). Errors are `application/problem+json`.
Lists come in pages: follow `next_cursor`, or the `Link` header. A POST with an `Idempotency-Key`
may be repeated safely. Too many requests are answered 429, with `Retry-After`.
"""
TAGS: Final = [
    {"name": "assessments", "description": "One lead, seven checks, one audit report."},
    {"name": "batches", "description": "Many leads at once."},
    {"name": "leads", "description": "The businesses in the store."},
    {"name": "shares", "description": "Links that show one report to whoever has them."},
    {"name": "suppressions", "description": "The do-not-contact list."},
    {"name": "errors", "description": "What fails, and sending it again."},
    {"name": "work", "description": "Pause and resume."},
    {"name": "health", "description": "For load balancers and Prometheus."},
]
_PROBLEMS: Final = {
    "BadRequest": "The body can't be read.",
    "Unauthorised": "The API key is missing or wrong.",
    "NotFound": "There is no such thing.",
    "Conflict": "It can't be done as things stand.",
    "TooLarge": "The request has too many bytes or rows.",
    "UnsupportedMediaType": "The body's type is not one of those named.",
    "Unprocessable": "The request has something wrong in it.",
    "TooManyRequests": "Slow down; Retry-After says how long.",
    "Unavailable": "Postgres, or a program that is needed, can't be used now.",
}
COMMON: Final[dict[int | str, dict[str, Any]]] = {
    401: {"$ref": "#/components/responses/Unauthorised"},
    404: {"$ref": "#/components/responses/NotFound"},
    422: {"$ref": "#/components/responses/Unprocessable"},
    429: {"$ref": "#/components/responses/TooManyRequests"},
    503: {"$ref": "#/components/responses/Unavailable"},
}
_CONFLICT: Final = {"$ref": "#/components/responses/Conflict"}
_OF_BODIES: Final = {
    "400": {"$ref": "#/components/responses/BadRequest"},
    "413": {"$ref": "#/components/responses/TooLarge"},
}


def install(app: FastAPI) -> None:
    """Make the app describe itself completely."""

    def describe() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _describe(app)
        return app.openapi_schema

    app.openapi = describe  # type: ignore[method-assign]  # as FastAPI's documentation has it


def _describe(app: FastAPI) -> dict[str, Any]:
    described = get_openapi(
        title=app.title,
        version=app.version,
        description=DESCRIPTION,
        routes=app.routes,
        tags=TAGS,
    )
    components = described.setdefault("components", {})
    for model in (Problem, NewBatch, NewSuppressions):
        components["schemas"].update(_with_parts(model))
    components["responses"] = {name: _problem(text) for name, text in _PROBLEMS.items()}
    components["securitySchemes"] = {
        "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
        "bearer": {"type": "http", "scheme": "bearer"},
    }
    described["security"] = [{"key": []}, {"bearer": []}]
    for operations in described["paths"].values():
        for operation in operations.values():
            _complete(operation)
    return described


def _with_parts(model: type[BaseModel]) -> dict[str, Any]:
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs", {}), model.__name__: schema}


def _problem(text: str) -> dict[str, Any]:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": text, "content": content}


def _complete(operation: dict[str, Any]) -> None:
    """Reduce references to themselves; add what bodies and repeated requests may end with."""
    responses = operation["responses"]
    for status, response in responses.items():
        if "$ref" in response:
            responses[status] = {"$ref": response["$ref"]}
    if any(p["name"] == "Idempotency-Key" for p in operation.get("parameters", [])):
        responses.setdefault("409", _CONFLICT)
    if "requestBody" in operation:
        responses.update(_OF_BODIES)
