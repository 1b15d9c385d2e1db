"""Links that show one report, or its teaser, to whoever has them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from lfassess.api import cursors
from lfassess.api.dependencies import (
    MAX_BIGINT,
    Configured,
    Connected,
    Cursor,
    IdempotencyHeader,
    Limit,
)
from lfassess.api.idempotency import Answer, request_hash, run_idempotent
from lfassess.api.schemas import outreach as shapes
from lfassess.api.schemas.common import Page
from lfassess.api.serializers import PREFIX
from lfassess.assessment.completion import sharing
from lfassess.db.commands import shares as commands
from lfassess.db.database import Database
from lfassess.db.queries import shares
from lfassess.db.queries.shares import SharedLink
from lfassess.errors import NotFoundError

router = APIRouter(prefix="/shares", tags=["shares"])

ShareId = Annotated[int, Path(ge=1, le=MAX_BIGINT, description="The link's id.", examples=[1])]


@router.post(
    "",
    status_code=201,
    response_model=shapes.ShareMade,
    summary="Make a link to a report or teaser",
)
def make(
    request: Request,
    database: Connected,
    settings: Configured,
    body: Annotated[shapes.NewShare, Body()],
    key: IdempotencyHeader = None,
) -> JSONResponse:
    """Make a link to an approved audit, which works without a key until it expires or is revoked.

    Its address is said this once: only a hash of it is stored, so that a request repeated with the
    same Idempotency-Key is answered without it.
    """

    def do() -> Answer:
        made = sharing.share(database, body.assessment_id, body.kind, days=body.days)
        url = made.url(settings, str(request.base_url))
        answer = {**_shape(_stored(database, made.id)), "url": url}
        return 201, shapes.ShareMade.model_validate(answer).model_dump(mode="json")

    hashed = request_hash(request, body.model_dump())
    return run_idempotent(database, key, hashed, do, never_stored=("url",))


@router.get("", summary="List links")
def list_shares(
    *,
    request: Request,
    response: Response,
    database: Connected,
    assessment_id: Annotated[int | None, Query(ge=1, le=MAX_BIGINT)] = None,
    valid: Annotated[bool, Query(description="Only those that still work.")] = False,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[shapes.Share]:
    """List links, newest first, with how often each was opened."""
    before = cursors.read(cursor)
    with database.session() as session:
        found = shares.shares(session, assessment_id, valid=valid, before=before, limit=limit + 1)
    return cursors.page(
        request,
        response,
        found,
        limit,
        row_id=lambda link: link.id,
        item=lambda link: shapes.Share.model_validate(_shape(link)),
    )


@router.get("/{share_id}", summary="One link")
def get_share(database: Connected, share_id: ShareId) -> shapes.Share:
    """Return a link without its address."""
    return shapes.Share.model_validate(_shape(_stored(database, share_id)))


@router.post("/{share_id}/revoke", summary="End a link")
def revoke(database: Connected, share_id: ShareId) -> shapes.Share:
    """End a link at once; one that has ended stays so."""
    with database.session() as session:
        commands.revoke(session, share_id)
    return get_share(database, share_id)


def _stored(database: Database, share_id: int) -> SharedLink:
    with database.session() as session:
        found = shares.share(session, share_id)
    if found is None:
        raise NotFoundError(f"There is no link {share_id}.")
    return found


def _shape(link: SharedLink) -> dict[str, Any]:
    own = f"{PREFIX}/shares/{link.id}"
    return {**asdict(link), "links": {"self": own, "revoke": f"{own}/revoke"}}
