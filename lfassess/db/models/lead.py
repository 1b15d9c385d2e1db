"""Leads: the businesses we may sell an audit to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from lfassess.db.models.base import Base, BigId, CreatedAt


class Lead(Base):
    """One business at one place; ``dedupe_key`` begins with its site and tells it from others.

    A competitor of a lead (``rival``) is a row here so that its checks run as any lead's do. It is
    nobody to sell to: no list, count, rank or export has it.
    """

    __tablename__ = "leads"
    __table_args__ = (Index("ix_leads_site", text("split_part(dedupe_key, '|', 1)")),)

    id: Mapped[BigId]
    name: Mapped[str]
    website: Mapped[str | None] = mapped_column(index=True)  # normalised, with scheme
    bare: Mapped[bool] = mapped_column(server_default=text("false"))  # no scheme was given
    phone: Mapped[str | None]
    address: Mapped[str | None]
    country: Mapped[str]  # ISO 3166 alpha-2
    industry: Mapped[str | None]  # its trade, as lfassess.trades names it
    extra: Mapped[dict[str, Any]] = mapped_column(server_default="{}")  # unmapped CSV columns
    pins: Mapped[dict[str, Any]] = mapped_column(server_default="{}")  # {"place_id": "..."}
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    rival: Mapped[bool] = mapped_column(server_default=text("false"))  # somebody's competitor
    do_not_contact: Mapped[bool] = mapped_column(server_default=text("false"))
    created_at: Mapped[CreatedAt]


class CustomField(Base):
    """A column of somebody's list, in the order in which lists brought them."""

    __tablename__ = "custom_fields"

    name: Mapped[str] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(BigInteger, Identity())
