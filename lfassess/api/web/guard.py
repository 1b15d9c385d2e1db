"""What stands before every page: host, upload size, sign-in, form token; and faults as pages."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final
from urllib.parse import quote

from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lfassess.api.body_limit import MAX_UPLOAD
from lfassess.api.callers import (
    LOOPBACK_NAMES,
    comes_from_another_account,
    comes_from_elsewhere,
)
from lfassess.api.security_headers import secure_page
from lfassess.api.web import session
from lfassess.api.web.rendering import problem
from lfassess.assessment.completion.sharing import PREFIX
from lfassess.db.database import Database
from lfassess.errors import LfassessError, NotFoundError, ServiceUnreachableError, UsageError
from lfassess.settings import Settings

_STATIC: Final = "/static/"
_WITHOUT_A_VISIT: Final = (_STATIC, PREFIX)  # nothing is remembered of whoever asks
_PUBLIC: Final = ("/login", *_WITHOUT_A_VISIT)

_Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class PageRoute(APIRoute):
    """A route of the pages."""

    def get_route_handler(self) -> _Handler:
        answer = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            response = await _guarded(request, answer)
            secure_page(response)
            return response

        return guarded


async def _guarded(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    settings: Settings = request.app.state.runtime.settings
    request.state.visit = session.guest(settings)
    if request.url.path.startswith(_WITHOUT_A_VISIT):
        return await _refusal(request, settings) or await _answered(request, answer)
    try:
        found = await _session(request, settings)
    except LfassessError as e:
        return problem(request, _status(e), str(e), e.hint)
    if found is None and _led_here_by_another_site(request):
        return Response("One moment.", headers={"Refresh": "0"}, media_type="text/plain")
    if found is not None:
        request.state.visit = found
    response = await _refusal(request, settings) or await _answered(request, answer)
    if request.state.visit != found:  # new, or signed in just now
        session.write(request, response, request.state.visit)
    return response


async def _session(request: Request, settings: Settings) -> session.Session | None:
    database: Database = request.app.state.runtime.database
    return await run_in_threadpool(session.read, request, settings, database)


def _led_here_by_another_site(request: Request) -> bool:
    """Tell whether the browser held its cookie back, as it does behind another site's link.

    Asked to load the page again it sends the cookie. A new one would end the visit it has.
    """
    return request.method == "GET" and request.headers.get("sec-fetch-site") == "cross-site"


async def _refusal(request: Request, settings: Settings) -> Response | None:
    visit: session.Session = request.state.visit
    if settings.api_key is None and not _names_this_machine(request):
        return problem(request, 421, "Without an API key the pages answer on this machine only.")
    if settings.api_key is None and comes_from_another_account(request):
        return problem(
            request, 403, "Without an API key the pages answer the account that runs lfassess."
        )
    public = request.url.path.startswith(_PUBLIC)
    if not visit.signed_in and not public:
        return _to_login(request)
    if request.method == "POST":
        return await _form_refusal(request, visit)
    return None


def _names_this_machine(request: Request) -> bool:
    """Tell whether the browser is on this machine, and asked for it by name.

    Another website can point its own name at 127.0.0.1 and read what an open server answers.
    """
    return request.url.hostname in LOOPBACK_NAMES and not comes_from_elsewhere(request)


def _to_login(request: Request) -> Response:
    if request.method != "GET" or request.headers.get("x-fragment"):
        return problem(request, 401, "You are not signed in, or your sign-in has run out.")
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"/login?next={quote(asked)}", status_code=303)


async def _form_refusal(request: Request, visit: session.Session) -> Response | None:
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        return problem(request, 411, "The browser did not say how large its form is.")
    if int(length) > MAX_UPLOAD:
        return problem(
            request, 413, f"That is larger than {MAX_UPLOAD // 1024**2} MB; split the file."
        )
    form: FormData = await request.form()  # cached by the request, so that it is read only once
    if session.form_token_fits(visit, form.get("token")):
        return None
    return problem(
        request, 403, "This form is too old, or came from elsewhere. Load the page again."
    )


async def _answered(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
    try:
        return await answer(request)
    except LfassessError as e:
        return problem(request, _status(e), str(e), e.hint)
    except RequestValidationError as e:
        return problem(request, 422, _invalid(e))
    except HTTPException as e:
        return problem(request, e.status_code, str(e.detail))


def _status(error: LfassessError) -> int:
    if isinstance(error, NotFoundError):
        return 404
    if isinstance(error, UsageError):
        return 422
    return 503 if isinstance(error, ServiceUnreachableError) else 500


def _invalid(error: RequestValidationError) -> str:
    names = sorted({str(e["loc"][-1]) for e in error.errors()})
    return f"The address or form has something wrong in: {', '.join(names)}."
