"""Who a browser is: a signed cookie, without anything kept on the server."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from functools import cache
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from lfassess.settings import Settings

COOKIE: Final = "lfassess_session"
LASTS_S: Final = 12 * 3600
_SIGNED_IN, _GUEST = "in", "guest"


@dataclass(frozen=True, slots=True)
class Session:
    """One browser's visit; ``nonce`` ties form tokens to it."""

    nonce: str
    expires: int  # seconds since 1970
    signed_in: bool


@cache
def _process_secret() -> bytes:
    return secrets.token_bytes(32)


def _secret(settings: Settings, purpose: str) -> bytes:
    """Derive a key of its own for each purpose, so that a cookie never stands in for a token."""
    key = settings.api_key
    root = key.get_secret_value().encode() if key else _process_secret()
    return hmac.digest(root, f"lfassess pages {purpose}".encode(), hashlib.sha256)


def _sign(settings: Settings, purpose: str, text: str) -> str:
    return hmac.new(_secret(settings, purpose), text.encode(), hashlib.sha256).hexdigest()


def start(settings: Settings, *, signed_in: bool) -> Session:
    """Return a new session; without an API key everybody is signed in."""
    return Session(
        nonce=secrets.token_urlsafe(18),
        expires=int(time.time()) + LASTS_S,
        signed_in=signed_in or settings.api_key is None,
    )


def read(request: Request, settings: Settings) -> Session | None:
    """Return the request's session, or None where its cookie is missing, forged or too old."""
    text, _, mac = request.cookies.get(COOKIE, "").rpartition(".")
    if not hmac.compare_digest(_sign(settings, "session", text).encode(), mac.encode()):
        return None
    level, expires, nonce = text.split(".", 2)
    if int(expires) < time.time():
        return None
    return Session(nonce, int(expires), signed_in=level == _SIGNED_IN)


def is_signed_in(request: Request, settings: Settings) -> bool:
    """Tell whether the browser may read what it asks for."""
    found = read(request, settings)
    return settings.api_key is None or (found is not None and found.signed_in)


def write(request: Request, response: Response, session: Session, settings: Settings) -> None:
    """Give the browser its session."""
    text = f"{_SIGNED_IN if session.signed_in else _GUEST}.{session.expires}.{session.nonce}"
    response.set_cookie(
        COOKIE,
        f"{text}.{_sign(settings, 'session', text)}",
        max_age=LASTS_S,
        path="/",
        httponly=True,
        samesite="strict",
        secure=is_tls(request),
    )


def is_tls(request: Request) -> bool:
    """Tell whether the browser came over TLS; a proxy in front says so in a header."""
    forwarded = request.headers.get("x-forwarded-proto", "")
    return "https" in {request.url.scheme, forwarded.split(",")[0].strip()}


def form_token(session: Session, settings: Settings) -> str:
    """Return what every form of this session carries."""
    return _sign(settings, "form", session.nonce)


def form_token_fits(session: Session, settings: Settings, token: object) -> bool:
    return isinstance(token, str) and hmac.compare_digest(
        form_token(session, settings).encode(), token.encode()
    )


def key_fits(settings: Settings, key: str) -> bool:
    """Compare in constant time; False where no key is configured."""
    expected = settings.api_key
    return expected is not None and hmac.compare_digest(
        expected.get_secret_value().encode(), key.encode()
    )
