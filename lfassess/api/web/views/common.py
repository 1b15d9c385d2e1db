"""What the views share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query
from pydantic import BeforeValidator, Field
from starlette.requests import Request
from starlette.responses import RedirectResponse

from lfassess.api.dependencies import MAX_BIGINT
from lfassess.api.web.guard import PageRoute
from lfassess.api.web.rendering import FIRST_KEYS
from lfassess.assessment.export import filters
from lfassess.assessment.export.filter_keys import InvalidFilterError
from lfassess.db.queries.lead_filter import EVERY, LeadFilter

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
class Asked:
    """The filter of a page: what the address says, and what is wrong with it."""

    chosen: LeadFilter
    given: Mapping[str, list[str]]  # as typed, by the name of the condition
    wrong: InvalidFilterError | None = None

    @property
    def status(self) -> int:
        return HTTPStatus.UNPROCESSABLE_ENTITY if self.wrong else HTTPStatus.OK

    @property
    def query(self) -> list[tuple[str, str]]:
        """What an address of the same leads has in its query."""
        return [] if self.wrong else filters.pairs_of(self.chosen)

    def export(self, **more: object) -> str:
        """Return the address of the same leads as a file."""
        return f"/api/v1/leads/export?{filters.query_of(self.chosen, **more)}"

    def of(self, name: str) -> list[str]:
        """Return what is asked of this, as a form shows it; at least one text."""
        return self.given.get(name) or [""]

    @property
    def is_detailed(self) -> bool:
        """Whether more is asked than what a form shows at first."""
        return bool(self.given.keys() - set(FIRST_KEYS))


def asked_of(request: Request, *own: str) -> Asked:
    """Return the filter in a page's address.

    Args:
        request: of the page.
        own: parameters of the page that are no filter, beside its number.
    """
    apart = {"page", "said", *own}
    pairs = [(k, v) for k, v in request.query_params.multi_items() if k not in apart]
    try:
        chosen = filters.from_query(pairs)
    except InvalidFilterError as e:
        return Asked(EVERY, _by_name(pairs), e)
    return Asked(chosen, _by_name(filters.pairs_of(chosen)))


def tidied(request: Request) -> RedirectResponse | None:
    """Send the browser on to an address without the fields that a form left empty.

    Such an address is what people pass on. None: this one is.
    """
    pairs = request.query_params.multi_items()
    given = filters.filled(pairs)
    if given == pairs:
        return None
    query = f"?{urlencode(given, safe=',|!.')}" if given else ""
    return RedirectResponse(request.url.path + query, status_code=303)


def _by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        if value.strip():
            found.setdefault(name, []).append(value)
    return found


@dataclass(frozen=True, slots=True)
class Pager:
    """Where a page lies among others of its kind."""

    path: str
    query: Mapping[str, Any] | Sequence[tuple[str, Any]]
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
        pairs = self.query.items() if isinstance(self.query, Mapping) else self.query
        others = [(k, v) for k, v in pairs if k not in changes]
        query = [(k, v) for k, v in [*others, *changes.items()] if v not in {None, "", 1}]
        return f"{self.path}?{urlencode(query)}" if query else self.path
