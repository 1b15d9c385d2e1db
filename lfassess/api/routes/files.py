"""What an assessment has produced: its report and its files."""

from __future__ import annotations

from datetime import UTC, datetime
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
        examples=["desktop.webp"],
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


def _record(database: Database, assessment_id: int) -> tuple[AssessmentRecord, ReviewDecision]:
    with database.session() as session:
        stored = assessments.load(session, assessment_id)
        decided = review.decided(session, assessment_id)
        session.expunge_all()
    return stored, decided


def _ended(database: Database, assessment_id: int) -> tuple[AssessmentRecord, ReviewDecision]:
    stored, decided = _record(database, assessment_id)
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
def list_artefacts(
    database: Connected, settings: Configured, assessment_id: AssessmentId
) -> list[Artefact]:
    """Return names, types and sizes; the report is among them as it is now."""
    stored, decided = _record(database, assessment_id)
    own = assessment_links(assessment_id)["artefacts"]
    files = [
        (f.name, f.content_type, f.size, f.created_at)
        for f in stored.artefacts
        if f.name not in rendering.STORED
    ]
    if stored.has_report:
        now = datetime.now(UTC)
        made = rendering.render_texts(stored, settings, decided)
        files += [(name, kind, len(text.encode()), now) for name, kind, text in made]
    return [
        Artefact(name=name, content_type=kind, size=size, created_at=at, link=f"{own}/{name}")
        for name, kind, size, at in sorted(files)
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
    """Return a picture, or the report as it is now; the name is never made into a path."""
    missing = NotFoundError("There is no such file.")
    if name in rendering.STORED:
        stored, decided = _record(database, assessment_id)
        if not stored.has_report:
            raise missing
        made = rendering.render_texts(stored, settings, decided)
        return next(
            Response(text, media_type=kind, headers=REPORT)
            for each, kind, text in made
            if each == name
        )
    if "\x00" in name:  # which Postgres does not take
        raise missing
    with database.session() as session:
        found = listing.artefact(session, assessment_id, name)
    data = storage_for(settings).get(found.uri) if found is not None else None
    if found is None or data is None:
        raise missing
    return Response(data, media_type=found.content_type, headers=REPORT)
