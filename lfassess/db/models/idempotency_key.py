"""Idempotency keys: answers of the API that a repeated request gets again."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from lfassess.db.models.base import Base, CreatedAt


class IdempotencyKey(Base):
    """``status`` and ``body`` are null while the first request is still being answered."""

    __tablename__ = "idempotency_keys"

    key: Mapped[str] = mapped_column(primary_key=True)
    request_hash: Mapped[str]
    status: Mapped[int | None]
    body: Mapped[dict[str, Any] | None]
    created_at: Mapped[CreatedAt]
