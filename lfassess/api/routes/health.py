"""Health, readiness and metrics."""

from __future__ import annotations

from fastapi import APIRouter
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from starlette.requests import Request
from starlette.responses import Response

from lfassess import __version__
from lfassess.api.openapi import COMMON
from lfassess.api.readiness import Readiness
from lfassess.api.schemas.health import Alive, Ready

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="Is the process alive", openapi_extra={"security": []})
def healthz() -> Alive:
    """Answer, without asking anybody else."""
    return Alive(status="ok", version=__version__)


@router.get(
    "/readyz",
    summary="What is there to work with",
    responses={503: {"model": Ready, "description": "Postgres can't be used."}},
    openapi_extra={"security": []},
)
def readyz(request: Request, response: Response) -> Ready:
    """Ask Postgres, Redis and the workers.

    Without Redis or workers the answer is still 200, `degraded`: Postgres stores submissions.
    """
    readiness: Readiness = request.app.state.readiness
    found = readiness.ask()
    if found.status == "unavailable":
        response.status_code = 503
    return found


@router.get(
    "/metrics",
    response_class=Response,
    summary="Prometheus metrics",
    responses={
        200: {"content": {"text/plain": {"schema": {"type": "string"}}}},
        401: COMMON[401],
        429: COMMON[429],
    },
)
def metrics(request: Request) -> Response:
    """Return queue depth, work in flight, outcomes, latencies, cost and quotas."""
    text = generate_latest(request.app.state.metrics)
    return Response(text, media_type=CONTENT_TYPE_PLAIN_0_0_4)
