"""A store of generated leads, and the same leads as Python has them."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field

from sqlalchemy import text

from lfassess.db.models.assessment import AREAS

CODES = ("no-https", "gbp-few-reviews", "slow-largest-paint")
TECHNOLOGIES = ("WordPress", "Wix", "Shopify")
TIERS = ("gold", "silver, old", 'the "best"', "")
STATUSES = ("pending", "completed", "failed", "cancelled")
STATES = ("needs_review", "approved", "issued")


@dataclass
class Audit:
    score: int | None = None
    grade: str | None = None
    areas: dict = field(default_factory=dict)
    version: str = "3"
    review: str | None = None
    partial: bool = False


@dataclass
class MadeLead:
    id: int
    name: str
    country: str
    industry: str | None
    extra: dict
    do_not_contact: bool
    batches: set = field(default_factory=set)
    audits: list = field(default_factory=list)  # completed ones, oldest first
    newest: str | None = None  # status, where the newest assessment is another one
    codes: list = field(default_factory=list)
    technologies: list = field(default_factory=list)
    figures: dict = field(default_factory=dict)

    @property
    def last(self):
        return self.audits[-1] if self.audits else None

    @property
    def status(self):
        return self.newest or ("completed" if self.audits else None)


def leads(count=120, seed=20):
    """Return leads of all kinds, the same each time."""
    pick = random.Random(seed)
    return [_lead(pick, number) for number in range(1, count + 1)]


def _lead(pick, number):
    made = MadeLead(
        id=number,
        name=pick.choice(("Harbour Bakery", "Smith & Sons, Ltd", "100% Clean_Co", "Nord")),
        country=pick.choice(("US", "DE")),
        industry=pick.choice((None, "plumber", "bakery")),
        extra={
            name: value
            for name, value in (
                ("Tier", pick.choice(TIERS)),
                ("A=B", pick.choice(("1", "-2.5", "12 or so", "1000"))),
            )
            if pick.random() < 0.8
        },
        do_not_contact=pick.random() < 0.15,
        batches={batch for batch in (1, 2) if pick.random() < 0.5},
    )
    made.audits = [_audit(pick) for _ in range(pick.choice((0, 1, 1, 2, 3)))]
    if pick.random() < 0.3:
        made.newest = pick.choice(STATUSES)
        if made.newest == "completed":
            made.newest = None
    if made.audits:
        made.codes = [code for code in CODES if pick.random() < 0.5]
        made.technologies = [name for name in TECHNOLOGIES if pick.random() < 0.4]
        made.figures = {name: pick.choice((0, 33.3, 50, 90)) for name in
                        ("opportunity", "need", "worth", "reach")}  # fmt: skip
    return made


def _audit(pick):
    score = pick.choice((None, 10, 39, 40, 44, 90))
    unseen = pick.choice(((), (), AREAS[:2]))
    return Audit(
        score=score,
        grade=None if score is None else pick.choice("ABCDF"),
        areas={a: None if a in unseen else pick.choice((0, 50, 51, 100)) for a in AREAS},
        version=pick.choice(("3", "3", "2")),
        review=pick.choice((None, *STATES)),
        partial=pick.random() < 0.3,
    )


def fill(database, made):
    """Store the leads under the ids they have."""
    with database.session() as session:
        for batch in (1, 2):
            session.execute(
                text("INSERT INTO batches (id, name) OVERRIDING SYSTEM VALUE VALUES (:id, 'b')"),
                {"id": batch},
            )
        for lead in made:
            _store(session, lead)


def _store(session, lead):
    run = session.execute
    values = {
        "id": lead.id, "name": lead.name, "country": lead.country, "industry": lead.industry,
        "extra": json.dumps(lead.extra), "no": lead.do_not_contact,
    }  # fmt: skip
    run(
        text("INSERT INTO leads (id, name, country, industry, extra, do_not_contact, dedupe_key)"
             " OVERRIDING SYSTEM VALUE VALUES (:id, :name, :country, :industry,"
             " CAST(:extra AS jsonb), :no, CAST(:id AS text))"),
        values,
    )  # fmt: skip
    made = None
    for audit in lead.audits:
        made = _assessment(session, lead.id, "completed", audit)
    if lead.audits:
        run(
            text("INSERT INTO opportunities (lead_id, assessment_id, version, score, need, worth,"
                 " reach, why, findings, parts, codes, technologies) VALUES (:lead, :audit, '1',"
                 " :opportunity, :need, :worth, :reach, 'Slow.', '[]', '{}', :codes, :tech)"),
            {"lead": lead.id, "audit": made, **lead.figures, "codes": lead.codes,
             "tech": lead.technologies},
        )  # fmt: skip
    if lead.newest:
        _assessment(session, lead.id, lead.newest, Audit())
    for batch in lead.batches:
        run(
            text("INSERT INTO batch_leads (batch_id, lead_id, line, assessment_id)"
                 " VALUES (:batch, :lead, :lead, :audit)"),
            {"batch": batch, "lead": lead.id, "audit": made},
        )  # fmt: skip


def _assessment(session, lead_id, status, audit):
    details = {"areas": {a: {"score": s} for a, s in audit.areas.items() if s is not None}}
    if status == "cancelled":
        status, details = "failed", {"cancelled": True}
    made = session.scalar(
        text("INSERT INTO assessments (lead_id, status, open_independent_checks, open_checks,"
             " score, grade, scoring_version, scoring_details) VALUES (:lead, :status, 0, 0,"
             " :score, :grade, :version, CAST(:details AS jsonb)) RETURNING id"),
        {"lead": lead_id, "status": status, "score": audit.score, "grade": audit.grade,
         "version": audit.version, "details": json.dumps(details)},
    )  # fmt: skip
    if audit.partial:
        session.execute(
            text("INSERT INTO check_runs (assessment_id, lead_id, name, queue, depends_on_others,"
                 " status) VALUES (:id, :lead, 'gbp', 'assessment', false, 'failed')"),
            {"id": made, "lead": lead_id},
        )  # fmt: skip
    if audit.review:
        session.execute(
            text("INSERT INTO reviews (assessment_id, state) VALUES (:id, :state)"),
            {"id": made, "state": audit.review},
        )
    return made
