"""What the views share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query
from pydantic import BeforeValidator, Field
from starlette.responses import RedirectResponse

from lfassess.api.dependencies import MAX_BIGINT
from lfassess.api.web.guard import PageRoute

Id = Annotated[int, Path(ge=1, le=MAX_BIGINT)]
OptionalId = Annotated[  # a field that a person left empty counts as not given
    Annotated[int, Field(ge=1, le=MAX_BIGINT)] | None, BeforeValidator(lambda v: v or None), Query()
]
PageNumber = Annotated[int, Query(ge=1, le=100_000)]
Word = Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$")]  # Postgres takes no NUL


def new_router() -> APIRouter:
    return APIRouter(route_class=PageRoute, include_in_schema=False)


def back_to(path: str, said: str | None = None, **query: Any) -> RedirectResponse:
    """Send the browser on after a form, so that loading again does not send it twice."""
    given = {k: v for k, v in {**query, "said": said}.items() if v not in {None, ""}}
    return RedirectResponse(path + (f"?{urlencode(given)}" if given else ""), status_code=303)


@dataclass(frozen=True, slots=True)
class Pager:
    """Where a page lies among others of its kind."""

    path: str
    query: dict[str, Any]
    page: int
    size: int
    total: int

    @property
    def first(self) -> int:
        return min(self.total, (self.page - 1) * self.size + 1)

    @property
    def last(self) -> int:
        return min(self.total, self.page * self.size)

    @property
    def earlier(self) -> str | None:
        return self.link(page=self.page - 1) if self.page > 1 else None

    @property
    def later(self) -> str | None:
        return self.link(page=self.page + 1) if self.last < self.total else None

    def link(self, **changes: Any) -> str:
        """Return the address with these parts of the query changed; an empty part is left out."""
        query = {k: v for k, v in {**self.query, **changes}.items() if v not in {None, "", 1}}
        return f"{self.path}?{urlencode(query)}" if query else self.path
