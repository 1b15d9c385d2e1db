"""What an assessment has produced: its report and its files."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from lfassess.api.dependencies import AssessmentId, Configured, Connected
from lfassess.api.problems import ProblemError
from lfassess.api.schemas.assessments import Artefact
from lfassess.api.security_headers import REPORT
from lfassess.api.serializers import assessment_links
from lfassess.assessment.completion import rendering, review
from lfassess.assessment.completion.review import ReviewDecision
from lfassess.clients.storage import storage_for
from lfassess.db.commands import assessments
from lfassess.db.commands.assessments import AssessmentRecord
from lfassess.db.database import Database
from lfassess.db.models import OPEN
from lfassess.db.queries import listing
from lfassess.errors import ConfigurationError, NotFoundError, UsageError
from lfassess.report.model import AuditReport
from lfassess.report.render import Paper
from lfassess.settings import Settings

router = APIRouter(prefix="/assessments/{assessment_id}", tags=["assessments"])

Name = Annotated[
    str,
    Path(
        max_length=200,
        description="As the list of artefacts has it.",
        examples=["desktop.jpg"],
    ),
]
_BINARY: Final = {"schema": {"type": "string", "format": "binary"}}


@router.get(
    "/report",
    response_class=Response,
    summary="The audit report",
    responses={
        200: {
            "description": "The report.",
            "content": {
                "text/html": {"schema": {"type": "string"}},
                "application/json": {"schema": {"type": "object"}},
                "application/pdf": _BINARY,
                "image/png": _BINARY,
            },
        },
        409: {"$ref": "#/components/responses/Conflict"},
    },
)
def report(
    database: Connected,
    settings: Configured,
    assessment_id: AssessmentId,
    *,
    fmt: Annotated[rendering.Format, Query(alias="format")] = "html",
    paper: Annotated[Paper, Query(description="Of the PDF.")] = "A4",
    language: Annotated[
        str | None,
        Query(pattern=r"^[a-z]{2}(-[A-Z]{2})?$", description="Instead of the configured one."),
    ] = None,
) -> Response:
    """Render the report from the rows as they are now; no provider is asked again.

    `teaser` is a single page for a first call, as PDF; `teaser-html` and `teaser-png` likewise.
    Until the audit is approved it carries the mark DRAFT.
    """
    stored, decided = _ended(database, assessment_id)
    rendering.require_allowed(stored.lead, fmt)
    audit = _audit(stored, settings, decided, language)
    name = rendering.file_name(assessment_id, fmt)
    return Response(
        rendering.render_as(audit, settings, fmt, paper),
        media_type=rendering.MEDIA_TYPES[fmt],
        headers={**REPORT, "Content-Disposition": f'inline; filename="{name}"'},
    )


def _ended(database: Database, assessment_id: int) -> tuple[AssessmentRecord, ReviewDecision]:
    with database.session() as session:
        stored = assessments.load(session, assessment_id)
        decided = review.decided(session, assessment_id)
        session.expunge_all()
    if stored.assessment.status in OPEN:
        raise ProblemError(
            409,
            "assessment_open",
            "The assessment still runs; its report comes with its end.",
            headers={"Retry-After": "5"},
        )
    return stored, decided


def _audit(
    stored: AssessmentRecord, settings: Settings, decided: ReviewDecision, language: str | None
) -> AuditReport:
    try:
        return rendering.audit_report(stored, settings, decided, language=language)
    except ConfigurationError as e:
        if language is None:
            raise
        raise UsageError(str(e)) from e  # there is no such language


@router.get("/artefacts", summary="List an assessment's files")
def list_artefacts(database: Connected, assessment_id: AssessmentId) -> list[Artefact]:
    """Return names, types and sizes."""
    with database.session() as session:
        files = assessments.load(session, assessment_id).artefacts
    own = assessment_links(assessment_id)["artefacts"]
    return [
        Artefact(
            name=f.name,
            content_type=f.content_type,
            size=f.size,
            created_at=f.created_at,
            link=f"{own}/{f.name}",
        )
        for f in files
    ]


@router.get(
    "/artefacts/{name}",
    response_class=Response,
    summary="One of an assessment's files",
    responses={
        200: {
            "description": "The file.",
            "content": {
                "application/json": {"schema": {"type": "object"}},
                "text/html": {"schema": {"type": "string"}},
                "*/*": _BINARY,
            },
        }
    },
)
def get_artefact(
    database: Connected, settings: Configured, assessment_id: AssessmentId, name: Name
) -> Response:
    """Return a screenshot or a stored report; the name is looked up, never made into a path."""
    missing = NotFoundError("There is no such file.")
    if "\x00" in name:  # which Postgres does not take
        raise missing
    with database.session() as session:
        found = listing.artefact(session, assessment_id, name)
    data = storage_for(settings).get(found.uri) if found is not None else None
    if found is None or data is None:
        raise missing
    return Response(data, media_type=found.content_type, headers=REPORT)
