"""The response headers of the API, of the pages and of reports that either shows."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_EVERYWHERE: Final = {
    "Strict-Transport-Security": "max-age=63072000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
# What a lead's data holds must run nothing, even where a browser shows it.
_NOTHING: Final = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

API: Final = {
    **_EVERYWHERE,
    "Content-Security-Policy": _NOTHING,
    "Referrer-Policy": "no-referrer",
}
PAGE: Final = {
    **_EVERYWHERE,
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
# A report carries its own styles and pictures.
REPORT: Final = {
    "Content-Security-Policy": "sandbox allow-popups allow-popups-to-escape-sandbox; "
    f"{_NOTHING}; style-src 'unsafe-inline'; img-src data:; font-src data:"
}


def secure_page(response: Response) -> None:
    """Add a page's headers; those that it has set itself stay."""
    for name, value in PAGE.items():
        response.headers.setdefault(name, value)


class SecureHeaders:
    """Adds the API's headers to every answer; those that a route has set itself stay."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in API.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_secured if scope["type"] == "http" else send)
