"""Signing in with the API key, and out."""

from __future__ import annotations

import math
import re
from typing import Annotated, Final

from fastapi import Form
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lfassess.api.dependencies import Configured, Connected
from lfassess.api.rate_limit import WrongKeys
from lfassess.api.web import session
from lfassess.api.web.rendering import render
from lfassess.api.web.views.common import Word, back_to, new_router

router = new_router()

# A path on this site: a second slash or a backslash would make browsers read a host's name.
_LOCAL: Final = re.compile(r"/(?![/\\])[^\x00-\x20\x7f]*")


@router.get("/login")
def login_form(request: Request, next: Word = "/") -> Response:  # noqa: A002 - the query's name
    visit: session.Session = request.state.visit
    if visit.signed_in:
        return RedirectResponse(_local(next), status_code=303)
    return render(request, "login.html.j2", {"next": _local(next), "wrong": None})


@router.post("/login")
def login(
    request: Request,
    settings: Configured,
    database: Connected,
    key: Annotated[str, Form(max_length=1_000)] = "",
    next: Annotated[str, Form(max_length=1_000)] = "/",  # noqa: A002 - the form's name
) -> Response:
    values = {"next": _local(next)}
    if not session.key_fits(settings, key.strip()):
        wrong_keys: WrongKeys = request.app.state.wrong_keys
        if wait := wrong_keys.note(request):
            wrong = f"Too many wrong keys; try again in {math.ceil(wait)} s."
            return render(request, "login.html.j2", {**values, "wrong": wrong}, status=429)
        wrong = "That is not the API key."
        return render(request, "login.html.j2", {**values, "wrong": wrong}, status=401)
    request.state.visit = session.sign_in(settings, database)
    return RedirectResponse(_local(next), status_code=303)


@router.post("/logout")
def logout(request: Request, settings: Configured, database: Connected) -> Response:
    session.end(request.state.visit, settings, database)
    request.state.visit = session.guest(settings)
    return back_to("/login", "signed-out")


def _local(path: str) -> str:
    return path if _LOCAL.fullmatch(path) else "/"
