"""The API on one page, without scripts; the OpenAPI description is at /openapi.json."""

from __future__ import annotations

import base64
import hashlib
from typing import Any, Final

from fastapi import APIRouter
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

router = APIRouter(include_in_schema=False)

_STYLE: Final = Markup(
    "body{font:16px/1.5 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem;"
    "color-scheme:light dark}code{font-size:.9em}h2{margin-top:2.5rem}h3{margin-bottom:.25rem}"
    "table{border-collapse:collapse}td,th{text-align:left;padding:.15rem .75rem .15rem 0;"
    "vertical-align:top}p{margin:.25rem 0 .5rem}"
)
_HASH: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'none'"
)


@router.get("/docs")
def docs(request: Request) -> HTMLResponse:
    """List the operations."""
    described = request.app.openapi()
    body = Markup().join(_tag(tag, described) for tag in described["tags"])
    page = Markup(
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>{title}</title>'
        '<style>{style}</style><h1>{title}</h1>{about}<p><a href="/openapi.json">OpenAPI</a></p>'
        "{body}</html>"
    ).format(
        title="lfassess API",
        style=_STYLE,
        about=_paragraphs(described["info"]["description"]),
        body=body,
    )
    return HTMLResponse(page, headers={"Content-Security-Policy": _POLICY})


def _paragraphs(text: str) -> Markup:
    return Markup().join(
        Markup("<p>{}</p>").format(part) for part in text.replace("`", "").split("\n\n")
    )


def _tag(tag: dict[str, str], described: dict[str, Any]) -> Markup:
    found = [
        _operation(method, path, operation)
        for path, operations in described["paths"].items()
        for method, operation in operations.items()
        if tag["name"] in operation["tags"]
    ]
    head = Markup("<h2>{}</h2><p>{}</p>").format(tag["name"], tag["description"])
    return head + Markup().join(found)


def _operation(method: str, path: str, operation: dict[str, Any]) -> Markup:
    text = operation.get("description", "").replace("`", "")
    head = Markup("<h3><code>{} {}</code></h3><p>{}. {}</p>").format(
        method.upper(), path, operation["summary"], text
    )
    rows = Markup().join(
        Markup("<tr><th><code>{}</code><td>{}<td>{}").format(
            p["name"], p["in"], p.get("description", "")
        )
        for p in operation.get("parameters", [])
    )
    return head + (Markup("<table>{}</table>").format(rows) if rows else Markup())
