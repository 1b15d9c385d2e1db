"""Leads: the businesses we may sell an audit to, who of them to call, and who not to."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, String, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from lfassess.db.models.base import Base, BigId, CreatedAt


class Lead(Base):
    """One business at one place; ``dedupe_key`` begins with its site and tells it from others.

    A competitor of a lead (``rival``) is a row here so that its checks run as any lead's do. It is
    nobody to sell to: no list, count, rank or export has it.
    """

    __tablename__ = "leads"
    __table_args__ = (
        Index("ix_leads_site", text("split_part(dedupe_key, '|', 1)")),
        Index("ix_leads_do_not_contact", "id", postgresql_where=text("do_not_contact")),
    )

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


class Opportunity(Base):
    """One per lead that has a completed audit; lists of leads filter and order by it."""

    __tablename__ = "opportunities"
    __table_args__ = (
        Index(
            "ix_opportunities_order",
            text("score DESC"),
            text("need DESC"),
            "lead_id",
            postgresql_where=text("out IS NULL"),
        ),
        Index("ix_opportunities_codes", "codes", postgresql_using="gin"),
        Index("ix_opportunities_technologies", "technologies", postgresql_using="gin"),
    )

    lead_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("leads.id", ondelete="CASCADE"), primary_key=True
    )
    assessment_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("assessments.id", ondelete="CASCADE"), index=True
    )
    version: Mapped[str]  # of configs/ranking.toml
    score: Mapped[float]  # 0-100, as need, worth and reach
    need: Mapped[float]
    worth: Mapped[float]
    reach: Mapped[float]
    out: Mapped[str | None]  # why it has no place in the ranking
    why: Mapped[str]  # one sentence
    findings: Mapped[list[Any]]  # the three to speak of: {check, code, severity, title, evidence}
    parts: Mapped[dict[str, Any]]  # points by factor and part
    codes: Mapped[list[str]] = mapped_column(ARRAY(String()))  # of all findings to fix
    technologies: Mapped[list[str]] = mapped_column(ARRAY(String()))  # by their names
    ranked_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Suppression(Base):
    """A domain (with its subdomains), a phone number as E.164, or an e-mail address."""

    __tablename__ = "suppressions"
    __table_args__ = (CheckConstraint("kind IN ('domain', 'phone', 'email')", name="kind"),)

    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), unique=True)  # in order of entry
    note: Mapped[str | None]
    created_at: Mapped[CreatedAt]
