"""Cursors: opaque to callers, an id to us; pages stay right while rows are added."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Final, TypeVar
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from lfassess.api.dependencies import MAX_BIGINT
from lfassess.api.problems import ProblemError
from lfassess.api.schemas.common import Page

T = TypeVar("T")
S = TypeVar("S")
_VERSION: Final = "1:"


def read(cursor: str | None) -> int | None:
    """Return the id before which the page starts; None for the first page.

    Raises:
        ProblemError: it is no cursor.
    """
    if cursor is None:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor.encode() + b"==").decode()
    except (binascii.Error, UnicodeError) as e:
        raise _no_cursor() from e
    number = text.removeprefix(_VERSION)
    if not text.startswith(_VERSION) or not (number.isascii() and number.isdigit()):
        raise _no_cursor()
    if not 0 < int(number) <= MAX_BIGINT:
        raise _no_cursor()
    return int(number)


def write(row_id: int) -> str:
    return base64.urlsafe_b64encode(f"{_VERSION}{row_id}".encode()).decode().rstrip("=")


def page(
    request: Request,
    response: Response,
    rows: list[S],
    limit: int,
    *,
    row_id: Callable[[S], int],
    item: Callable[[S], T],
) -> Page[T]:
    """Make a page of ``limit`` items out of up to ``limit + 1`` rows, with its Link header."""
    more = len(rows) > limit
    shown = rows[:limit]
    following = row_id(shown[-1]) if more else None
    return page_of(request, response, [item(row) for row in shown], following)


def page_of(request: Request, response: Response, items: list[T], following: int | None) -> Page[T]:
    """Make a page of these items; ``following`` is the id where the next goes on, if there is."""
    cursor = write(following) if following is not None else None
    links = [_link(request, None, "first")]
    if cursor is not None:
        links.append(_link(request, cursor, "next"))
    response.headers["Link"] = ", ".join(links)
    return Page(items=items, next_cursor=cursor)


def _link(request: Request, cursor: str | None, rel: str) -> str:
    query = [(k, v) for k, v in request.query_params.multi_items() if k != "cursor"]
    if cursor is not None:
        query.append(("cursor", cursor))
    path = request.url.path + (f"?{urlencode(query)}" if query else "")
    return f'<{path}>; rel="{rel}"'


def _no_cursor() -> ProblemError:
    return ProblemError(422, "invalid_cursor", "That is not a valid cursor.")
