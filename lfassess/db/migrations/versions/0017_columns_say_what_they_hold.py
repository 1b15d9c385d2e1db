"""columns of assessments and check runs say what they hold: codes, counts, infinity"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None
oldest_code = "0017"  # older code asks for the columns by their old names

_RENAMED = {
    "check_runs": {
        "retry_at": "next_attempt_at",
        "parked": "deferred_reason",
        "reason": "skip_reason",
        "attempt": "attempt_count",
        "retries": "retry_count",
        "rescues": "lease_losses",
        "replays": "requeue_count",
        "released_at": "runnable_at",
        "dependent": "depends_on_others",
        "inconclusive": "inconclusive_reason",
        "expires_at": "content_expires_at",
        "expired_at": "content_expired_at",
        "lease_worker": "lease_worker_id",
    },
    "assessments": {
        "independent_left": "open_independent_checks",
        "checks_left": "open_checks",
        "summary": "scoring_details",
    },
}
_INDEXES = {
    "ix_check_runs_parked": "ix_check_runs_deferred",
    "ix_check_runs_replayed": "ix_check_runs_requeued",
    "ix_check_runs_expires_at": "ix_check_runs_content_expires_at",
}

# Words that older code wrote, by what they mean.
_SKIPPED = {
    "no website": "no_website",
    "not wanted": "not_selected",
    "no other check has a result": "no_results",
    "cancelled": "cancelled",
}
_SKIP_CODES = (*_SKIPPED.values(), "not_configured")
_BRANCH = "another branch of the website is having it checked"
_DEFERRED_CODES = (
    "rate", "concurrency", "quota", "breaker", "budget", "browser", "branch", "other",
)  # fmt: skip
_OUTCOMES = ("running", "succeeded", "retry", "failed", "lost", "released", "deferred")


def _in(column: str, words: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(word) for word in words)})"


def upgrade() -> None:
    for table, columns in _RENAMED.items():
        for old, new in columns.items():
            op.alter_column(table, old, new_column_name=new)
    for old, new in _INDEXES.items():
        op.execute(f"ALTER INDEX {old} RENAME TO {new}")
    _say_why_skipped()
    _say_why_deferred()
    _count_checks()
    op.execute("UPDATE attempts SET outcome = 'deferred' WHERE outcome = 'parked'")
    op.execute("UPDATE attempts SET error_code = 'deferred' WHERE error_code = 'parked'")
    op.create_check_constraint(op.f("ck_attempts_outcome"), "attempts", _in("outcome", _OUTCOMES))


def _say_why_skipped() -> None:
    op.add_column("check_runs", sa.Column("skip_code", sa.String(), nullable=True))
    cases = " ".join(f"WHEN '{words}' THEN '{code}'" for words, code in _SKIPPED.items())
    op.execute(f"""
        UPDATE check_runs
           SET skip_code = CASE skip_reason {cases} ELSE 'not_configured' END
         WHERE status = 'skipped'
    """)
    op.execute("""
        UPDATE check_runs SET skip_reason = NULL
         WHERE skip_reason IS NOT NULL AND skip_code IS DISTINCT FROM 'not_configured'
    """)
    op.create_check_constraint(
        op.f("ck_check_runs_skip_code"), "check_runs", _in("skip_code", _SKIP_CODES)
    )
    op.create_check_constraint(
        op.f("ck_check_runs_skipped"), "check_runs", "(status = 'skipped') = (skip_code IS NOT NULL)"
    )


def _say_why_deferred() -> None:
    op.add_column("check_runs", sa.Column("deferred_code", sa.String(), nullable=True))
    op.execute(f"""
        UPDATE check_runs
           SET deferred_code = CASE
               WHEN deferred_reason LIKE 'the rate limit of %' THEN 'rate'
               WHEN deferred_reason LIKE '%calls to % are under way' THEN 'concurrency'
               WHEN deferred_reason LIKE '%quota of today is used up' THEN 'quota'
               WHEN deferred_reason LIKE '% is failing (%' THEN 'breaker'
               WHEN deferred_reason LIKE '%budget is used up' THEN 'budget'
               WHEN deferred_reason LIKE 'The browser was busy%' THEN 'browser'
               WHEN deferred_reason = '{_BRANCH}' THEN 'branch'
               ELSE 'other' END
         WHERE deferred_reason IS NOT NULL
    """)
    op.execute("UPDATE check_runs SET next_attempt_at = 'infinity' WHERE next_attempt_at >= '9000-01-01Z'")
    op.create_check_constraint(
        op.f("ck_check_runs_deferred_code"), "check_runs", _in("deferred_code", _DEFERRED_CODES)
    )
    op.create_check_constraint(
        op.f("ck_check_runs_deferred"),
        "check_runs",
        "(deferred_code IS NULL) = (deferred_reason IS NULL)",
    )


def _count_checks() -> None:
    op.add_column("assessments", sa.Column("checks_completed", sa.Integer(), nullable=True))
    op.add_column("assessments", sa.Column("checks_total", sa.Integer(), nullable=True))
    op.execute("""
        UPDATE assessments
           SET checks_completed = split_part(completeness, '/', 1)::integer,
               checks_total = split_part(completeness, '/', 2)::integer
         WHERE completeness ~ '^[0-9]+/[0-9]+$'
    """)
    op.drop_column("assessments", "completeness")


def downgrade() -> None:
    op.drop_constraint(op.f("ck_attempts_outcome"), "attempts")
    op.execute("UPDATE attempts SET error_code = 'parked' WHERE error_code = 'deferred'")
    op.execute("UPDATE attempts SET outcome = 'parked' WHERE outcome = 'deferred'")

    op.add_column("assessments", sa.Column("completeness", sa.String(), nullable=True))
    op.execute("UPDATE assessments SET completeness = checks_completed || '/' || checks_total")
    op.drop_column("assessments", "checks_total")
    op.drop_column("assessments", "checks_completed")

    op.execute("UPDATE check_runs SET next_attempt_at = '9000-01-01Z' WHERE next_attempt_at = 'infinity'")
    op.drop_constraint(op.f("ck_check_runs_deferred"), "check_runs")
    op.drop_constraint(op.f("ck_check_runs_deferred_code"), "check_runs")
    op.drop_column("check_runs", "deferred_code")

    op.drop_constraint(op.f("ck_check_runs_skipped"), "check_runs")
    op.drop_constraint(op.f("ck_check_runs_skip_code"), "check_runs")
    cases = " ".join(f"WHEN '{code}' THEN '{words}'" for words, code in _SKIPPED.items())
    op.execute(f"""
        UPDATE check_runs SET skip_reason = CASE skip_code {cases} ELSE skip_reason END
         WHERE skip_code IS NOT NULL
    """)
    op.drop_column("check_runs", "skip_code")

    for old, new in _INDEXES.items():
        op.execute(f"ALTER INDEX {new} RENAME TO {old}")
    for table, columns in _RENAMED.items():
        for old, new in columns.items():
            op.alter_column(table, new, new_column_name=old)
