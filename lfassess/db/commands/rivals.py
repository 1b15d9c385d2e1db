"""Competitors measured beside a lead: noted, given an assessment, and waited for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session, defer

from lfassess.db.database import ConnectionLike
from lfassess.db.models import OPEN, Assessment, AssessmentRival, CheckRun
from lfassess.statuses import RivalRefusal, RivalSource, SkipCode


@dataclass(frozen=True, slots=True)
class NamedRival:
    """A competitor as somebody named it, and why it is not measured, if it is not."""

    site: str
    website: str
    source: RivalSource
    bare: bool = False
    refused: RivalRefusal | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """What competitors of an assessment are looked for by."""

    id: int
    lead_id: int
    batch_id: int | None
    status: str
    priority: int
    asked: int  # how many are to be measured
    max_age_s: float
    lighthouse_runs: int | None
    website: str | None
    site_url: str | None
    country: str
    extra: dict[str, Any]


_BESIDE = text("""
SELECT a.id, a.lead_id, a.batch_id, a.status, a.priority, a.rivals_asked AS asked, a.max_age_s,
       a.lighthouse_runs, l.website, a.site_url, l.country, l.extra
  FROM assessments a JOIN leads l ON l.id = a.lead_id
 WHERE a.id = :id AND NOT a.scoring_details ? 'cancelled' FOR NO KEY UPDATE OF a
""")


def beside(session: Session, assessment_id: int) -> Beside | None:
    """Return what competitors are looked for by, with the row locked.

    None where none are asked for, or the assessment was cancelled.
    """
    row = session.execute(_BESIDE, {"id": assessment_id}).mappings().one_or_none()
    return Beside(**row) if row is not None and row["asked"] else None


def ask(session: Session, assessment_ids: Sequence[int], rivals: int) -> None:
    """Have so many competitors measured beside each of these assessments, or more if more were."""
    query = text("""
    UPDATE assessments SET rivals_asked = greatest(rivals_asked, :rivals) WHERE id = ANY(:ids)
    """)
    session.execute(query, {"ids": list(assessment_ids), "rivals": rivals})


_NOTE = text("""
INSERT INTO assessment_rivals (assessment_id, position, site, website, bare, source, refused)
SELECT :assessment_id, count(*) + 1, :site, :website, :bare, :source, :refused
  FROM assessment_rivals WHERE assessment_id = :assessment_id
ON CONFLICT (assessment_id, site) DO NOTHING
""")


def note(session: Session, assessment_id: int, named: Sequence[NamedRival]) -> None:
    """Add competitors to those of an assessment, in this order; each site is there once."""
    for rival in named:
        session.execute(
            _NOTE,
            {
                "assessment_id": assessment_id,
                "site": rival.site,
                "website": rival.website,
                "bare": rival.bare,
                "source": rival.source.value,
                "refused": rival.refused.value if rival.refused else None,
            },
        )


def noted(session: Session, assessment_id: int) -> list[AssessmentRival]:
    """Return an assessment's competitors in their order, refused ones too."""
    query = select(AssessmentRival).where(AssessmentRival.assessment_id == assessment_id)
    ordered = query.order_by(AssessmentRival.position, AssessmentRival.id)
    return list(session.scalars(ordered, execution_options={"populate_existing": True}))


# Its key begins with no site, so that a list's row for the same business is a lead of its own.
_LEAD = text("""
INSERT INTO leads (name, website, country, dedupe_key, bare, rival)
VALUES (:name, :website, :country, :key, :bare, true)
ON CONFLICT (dedupe_key) DO UPDATE SET website = excluded.website, bare = excluded.bare
RETURNING id
""")


def lead_of(session: Session, rival: AssessmentRival, country: str) -> int:
    """Return the id of the row that a competitor is measured as, looked at from a country."""
    values = {
        "name": rival.site,
        "website": rival.website,
        "country": country,
        "key": f"rival:{rival.site}|{country}",
        "bare": rival.bare,
    }
    return int(session.execute(_LEAD, values).scalar_one())


_MEASURED = text(f"""
SELECT a.id FROM assessments a
 WHERE a.lead_id = :lead_id
   AND (a.status IN ('pending', 'in_progress')
        OR a.finished_at > clock_timestamp() - make_interval(secs => :max_age_s))
   AND NOT EXISTS (SELECT FROM check_runs c WHERE c.assessment_id = a.id
                      AND c.skip_code = '{SkipCode.CANCELLED}')
 ORDER BY a.id DESC LIMIT 1
""")  # noqa: S608 - constant text, values are bound


def measured(session: Session, lead_id: int, *, max_age_s: float) -> int | None:
    """Return the competitor's assessment that is open or no older than this, result or none.

    One that was cancelled is none: whoever gave it up waited for it no more, others may.
    """
    values = {"lead_id": lead_id, "max_age_s": max_age_s}
    found: int | None = session.execute(_MEASURED, values).scalar_one_or_none()
    return found


def mark(session: Session, assessment_id: int) -> None:
    """Mark a new assessment as a competitor's."""
    query = text("UPDATE assessments SET rival = true WHERE id = :id")
    session.execute(query, {"id": assessment_id})


_HURRY = text("""
UPDATE assessments SET priority = least(priority, :priority)
 WHERE id = :id AND status = 'pending' AND priority > :priority
""")


def hurry(session: Session, assessment_id: int, priority: int) -> None:
    """Let a competitor's open assessment go no later than the lead that waits for it."""
    session.execute(_HURRY, {"id": assessment_id, "priority": priority})


_OPEN = """
SELECT FROM assessment_rivals r JOIN assessments t ON t.id = r.rival_assessment_id
 WHERE r.assessment_id = {of} AND t.status IN ('pending', 'in_progress')
"""
_LOCK_WAITING = text("""
SELECT id FROM assessments
 WHERE id IN (SELECT assessment_id FROM assessment_rivals WHERE rival_assessment_id = ANY(:ids))
 ORDER BY id FOR NO KEY UPDATE
""")
_REPORT_DUE = text(f"""
UPDATE assessments a SET report_due_at = clock_timestamp()
 WHERE a.id = ANY(:ids) AND a.status IN ('completed', 'failed')
   AND NOT EXISTS ({_OPEN.format(of="a.id")})
""")  # noqa: S608 - constant text, values are bound


def ended(session: Session, rival_assessment_ids: Sequence[int]) -> None:
    """Have the reports written that waited for no other competitors; their ends are written.

    Whoever ends locks the leads first: of two that end at once, the second sees the first.
    """
    waiting = list(session.scalars(_LOCK_WAITING, {"ids": list(rival_assessment_ids)}))
    if waiting:
        session.execute(_REPORT_DUE, {"ids": waiting})


def report_if_ended(session: Session, assessment_id: int) -> None:
    """Have an ended assessment's report written now, unless competitors are still measured."""
    session.execute(_REPORT_DUE, {"ids": [assessment_id]})


_MISSING = text("""
SELECT a.rivals_asked - count(r.id) FROM assessments a
  LEFT JOIN assessment_rivals r ON r.assessment_id = a.id
       AND (r.refused IS NULL OR r.source = 'given')
 WHERE a.id = :id GROUP BY a.id
""")


def missing(session: ConnectionLike, assessment_id: int) -> int:
    """Return how many more competitors are asked for than anybody has named."""
    return max(0, int(session.execute(_MISSING, {"id": assessment_id}).scalar_one_or_none() or 0))


@dataclass(frozen=True, slots=True)
class MeasuredRival:
    """A competitor of an assessment with what was measured of it, without evidence."""

    rival: AssessmentRival
    assessment: Assessment | None
    check_runs: list[CheckRun]

    @property
    def is_open(self) -> bool:
        """Whether it is still being measured."""
        return self.assessment is not None and self.assessment.status in OPEN


def load(session: Session, assessment_id: int) -> list[MeasuredRival]:
    """Return an assessment's competitors with their results, in their order."""
    rows = noted(session, assessment_id)
    return [MeasuredRival(row, *_results(session, row.rival_assessment_id)) for row in rows]


def _results(
    session: Session, assessment_id: int | None
) -> tuple[Assessment | None, list[CheckRun]]:
    found = None if assessment_id is None else session.get(Assessment, assessment_id)
    if found is None:
        return None, []
    query = select(CheckRun).where(CheckRun.assessment_id == found.id).order_by(CheckRun.id)
    return found, list(session.scalars(query.options(defer(CheckRun.evidence))))
