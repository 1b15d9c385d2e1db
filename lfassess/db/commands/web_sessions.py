"""Browsers that are signed in to the pages, by a digest of their token."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session


def add(session: Session, digest: str, lasts_s: float) -> None:
    """Store a session for so many seconds, and delete those that have run out."""
    session.execute(text("DELETE FROM web_sessions WHERE expires_at < clock_timestamp()"))
    session.execute(
        text(
            "INSERT INTO web_sessions (digest, expires_at)"
            " VALUES (:digest, clock_timestamp() + make_interval(secs => :lasts_s))"
        ),
        {"digest": digest, "lasts_s": lasts_s},
    )


def is_open(session: Session, digest: str) -> bool:
    """Tell whether the session was stored and has not run out or been removed."""
    found = session.scalar(
        text(
            "SELECT true FROM web_sessions"
            " WHERE digest = :digest AND expires_at > clock_timestamp()"
        ),
        {"digest": digest},
    )
    return found is not None


def remove(session: Session, digest: str) -> None:
    """End a session; one that is not there is ended already."""
    session.execute(text("DELETE FROM web_sessions WHERE digest = :digest"), {"digest": digest})
