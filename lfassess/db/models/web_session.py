"""Browsers that are signed in to the pages."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from lfassess.db.models.base import Base


class WebSession(Base):
    """``digest`` is an HMAC of the API key under the browser's token, which is not stored."""

    __tablename__ = "web_sessions"

    digest: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime]
