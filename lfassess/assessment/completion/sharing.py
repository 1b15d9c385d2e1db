"""Links that show one report, or its teaser, to whoever has them."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from lfassess.assessment.completion import review, webhooks
from lfassess.assessment.completion.rendering import (
    Format,
    audit_report,
    render_as,
    require_allowed,
)
from lfassess.db.commands import assessments, shares
from lfassess.db.commands.shares import Kind, Opened
from lfassess.db.database import Database
from lfassess.db.models import OPEN, Lead
from lfassess.errors import NotFoundError, UsageError
from lfassess.settings import Settings

MAX_DAYS: Final = 365
PREFIX: Final = "/s/"
_FORMATS: Final[dict[Kind, Format]] = {"report": "html", "teaser": "teaser-html"}
_BYTES: Final = 32  # of the secret: nobody guesses 256 bits


@dataclass(frozen=True, slots=True)
class NewLink:
    """A link that was just made; its secret is stored nowhere."""

    id: int
    path: str

    def url(self, settings: Settings, served_at: str) -> str:
        """Return the address that others open: below LFASSESS_PUBLIC_URL, else where we serve."""
        return (settings.public_url or served_at).rstrip("/") + self.path


def share(database: Database, assessment_id: int, kind: Kind, *, days: int) -> NewLink:
    """Make a link to an approved audit.

    Raises:
        NotFoundError: there is no such audit.
        UsageError: it still runs, nobody approved it, or its business may not be contacted.
    """
    if not 1 <= days <= MAX_DAYS:
        raise UsageError(f"A link is valid for 1 to {MAX_DAYS} days, not {days}.")
    token = secrets.token_urlsafe(_BYTES)
    with database.session() as session:
        stored = assessments.load(session, assessment_id)
        if stored.assessment.status in OPEN:
            raise UsageError(f"Audit {assessment_id} still runs; share it when it has ended.")
        if review.decided(session, assessment_id).draft:
            raise UsageError(
                f"Audit {assessment_id} is a draft: nobody has approved it.",
                hint=f"Look at it and approve it: lfassess review {assessment_id}",
            )
        require_allowed(stored.lead, _FORMATS[kind])
        made = shares.create(session, assessment_id, kind, _hash(token), days=days)
    return NewLink(made, PREFIX + token)


def shown(database: Database, settings: Settings, token: str) -> bytes:
    """Return what a link shows, as HTML, and count that it was opened.

    Raises:
        NotFoundError: the link is wrong, has run out or was revoked, or its business may not be
            contacted any more: nobody learns which.
    """
    with database.session() as session:
        opened = shares.open_(session, _hash(token))
        if opened is None:
            raise NotFoundError("This link doesn't work any more.")
        stored = assessments.load(session, opened.assessment_id)
        fmt = _FORMATS[opened.kind]
        try:
            require_allowed(stored.lead, fmt)
        except UsageError as e:
            raise NotFoundError("This link doesn't work any more.") from e  # and isn't counted
        _emit_opened(session, settings, opened, stored.lead)
        decided = review.decided(session, opened.assessment_id)
        session.expunge_all()
    return render_as(audit_report(stored, settings, decided), settings, fmt)


def _emit_opened(session: Session, settings: Settings, opened: Opened, lead: Lead) -> None:
    """Note for webhooks that a link was opened, once an hour at most; nothing of who did it."""
    if not opened.after_a_while:
        return
    facts = {
        "share_id": opened.id,
        "assessment_id": opened.assessment_id,
        "kind": opened.kind,
        "opened": opened.opened,
        "lead": {"id": lead.id, "name": lead.name, "website": lead.website},
    }
    webhooks.enqueue_event(
        session, settings, "share.opened", assessment_id=opened.assessment_id, facts=facts
    )


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="replace")).digest()
