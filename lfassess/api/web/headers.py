"""The response headers every page carries."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

_POLICY: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
# A report carries its own styles and pictures, and must run nothing whatever a lead's data says.
_REPORT_POLICY: Final = {
    "default-src": "'none'",
    "style-src": "'unsafe-inline'",
    "img-src": "data:",
    "font-src": "data:",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
    "sandbox": "allow-popups allow-popups-to-escape-sandbox",
}


def _joined(policy: dict[str, str]) -> str:
    return "; ".join(f"{name} {sources}" for name, sources in policy.items())


SECURITY: Final = {
    "Content-Security-Policy": _joined(_POLICY),
    "Strict-Transport-Security": "max-age=63072000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}
REPORT: Final = {"Content-Security-Policy": _joined(_REPORT_POLICY)}


def secure(response: Response) -> None:
    """Add the headers; those that a page has set itself stay."""
    for name, value in SECURITY.items():
        response.headers.setdefault(name, value)
