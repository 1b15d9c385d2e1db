"""Who a browser is: a random token in its cookie; Postgres knows the tokens that are signed in.

Postgres holds no token, only its HMAC over the API key: whoever reads the table can neither use a
session nor guess the key from it, and another API key ends all sessions. A visitor who is not
signed in leaves no row. Nothing that is handed out is derived from the API key.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from lfassess.db.commands import web_sessions
from lfassess.db.database import Database
from lfassess.settings import Settings

COOKIE: Final = "lfassess_session"
LASTS_S: Final = 12 * 3600
_BYTES: Final = 24
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{32}")


@dataclass(frozen=True, slots=True)
class Session:
    """One browser's visit; ``token`` is its secret, which form tokens are tied to."""

    token: str
    signed_in: bool


def guest(settings: Settings) -> Session:
    """Return a new session; without an API key everybody is signed in."""
    return Session(secrets.token_urlsafe(_BYTES), signed_in=settings.api_key is None)


def sign_in(settings: Settings, database: Database) -> Session:
    """Return a new session that is signed in, on every process that shares the database.

    Raises:
        ServiceUnreachableError: Postgres can't be reached.
    """
    new = Session(secrets.token_urlsafe(_BYTES), signed_in=True)
    with database.session() as store:
        web_sessions.add(store, _stored_as(new.token, settings), LASTS_S)
    return new


def end(session: Session, settings: Settings, database: Database) -> None:
    """Sign the session out; raises ServiceUnreachableError."""
    with database.session() as store:
        web_sessions.remove(store, _stored_as(session.token, settings))


def read(request: Request, settings: Settings, database: Database) -> Session | None:
    """Return the request's session, or None where it has no cookie that could be ours.

    Raises:
        ServiceUnreachableError: Postgres can't be reached.
    """
    token = request.cookies.get(COOKIE, "")
    if not _TOKEN.fullmatch(token):
        return None
    if settings.api_key is None:
        return Session(token, signed_in=True)
    with database.session() as store:
        signed_in = web_sessions.is_open(store, _stored_as(token, settings))
    return Session(token, signed_in=signed_in)


def _stored_as(token: str, settings: Settings) -> str:
    key = settings.api_key.get_secret_value() if settings.api_key else ""
    return _digest(token, f"lfassess session {key}")


def _digest(token: str, text: str) -> str:
    return hmac.new(token.encode(), text.encode(), hashlib.sha256).hexdigest()


def write(request: Request, response: Response, session: Session) -> None:
    """Give the browser its session."""
    response.set_cookie(
        COOKIE,
        session.token,
        max_age=LASTS_S,
        path="/",
        httponly=True,
        samesite="strict",
        secure=is_tls(request),
    )


def is_tls(request: Request) -> bool:
    """Tell whether the browser came over TLS; a proxy in front says so in a header.

    Anybody may say it: the cookie then only becomes stricter.
    """
    forwarded = request.headers.get("x-forwarded-proto", "")
    return "https" in {request.url.scheme, forwarded.split(",")[0].strip()}


def form_token(session: Session) -> str:
    """Return what every form of this session carries."""
    return _digest(session.token, "lfassess form")


def form_token_fits(session: Session, token: object) -> bool:
    return isinstance(token, str) and hmac.compare_digest(
        form_token(session).encode(), token.encode()
    )


def key_fits(settings: Settings, key: str) -> bool:
    """Compare in constant time; False where no key is configured."""
    expected = settings.api_key
    return expected is not None and hmac.compare_digest(
        expected.get_secret_value().encode(), key.encode()
    )
