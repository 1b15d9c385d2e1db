"""Makes a store large: finished audits copied over and over, leads that wait let in for real."""

from __future__ import annotations

from typing import Any, Final

from psycopg import Connection
from sqlalchemy import DateTime

from lfassess.db.models.base import Base

# What an audit has of its own, parents first. Files aren't copied: what a lead has of them is
# counted on disk, and a hundred thousand times that would say no more.
_TABLES: Final = (
    "assessments", "artefacts", "check_runs", "opportunities", "reviews", "attempts",
    "provider_calls",
)  # fmt: skip
# Copies lie in the past, each a little further, as if a busy installation had made them: what looks
# at the last minutes or the last day finds as many as it would there.
_APART: Final = "interval '1.2 s'"  # 3,000 leads an hour
_COPIES: Final = """
CREATE TEMP TABLE copies AS
SELECT a.id AS old_assessment, a.lead_id AS old_lead, copy,
       nextval(pg_get_serial_sequence('assessments', 'id')) AS new_assessment,
       nextval(pg_get_serial_sequence('leads', 'id')) AS new_lead
  FROM (SELECT id, lead_id, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS n
          FROM assessments WHERE id = ANY(%(samples)s)) a
  JOIN generate_series(0, %(count)s - 1) copy ON copy %% a.n = a.place
"""
_LEADS: Final = """
INSERT INTO leads ({columns}) OVERRIDING SYSTEM VALUE
SELECT {values} FROM copies k JOIN leads t ON t.id = k.old_lead
"""
_OWN: Final = """
INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE
SELECT {values} FROM copies k JOIN {table} t ON t.{key} = k.old_assessment
"""
# A check run's rows find the copy of their check run by its name.
_BELOW: Final = """
INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE
SELECT {values} FROM copies k
  JOIN check_runs o ON o.assessment_id = k.old_assessment
  JOIN check_runs n ON n.assessment_id = k.new_assessment AND n.name = o.name
  JOIN {table} t ON t.check_run_id = o.id
"""
_REPLACED: Final = {
    "lead_id": "k.new_lead",
    "assessment_id": "k.new_assessment",
    "check_run_id": "n.id",
    "batch_id": "NULL",
    "dedupe_key": "'copy:' || k.new_lead",
    "website": "t.website || '&copy=' || k.new_lead",
    "site_key": "t.site_key || '&copy=' || k.new_lead",
    "request_key": "md5(t.request_key || k.new_lead)",
}


def copy_finished(connection: Connection[Any], samples: list[int], count: int) -> None:
    """Copy finished audits, taken in turn, with all their rows: leads, checks, evidence, calls.

    Args:
        connection: to the store; all or nothing is copied.
        samples: ids of the assessments to copy.
        count: how many copies there will be.
    """
    with connection.transaction():
        connection.execute("SET LOCAL statement_timeout = 0")
        chosen = {"samples": samples, "count": count}
        connection.execute(_COPIES, chosen)
        connection.execute("CREATE UNIQUE INDEX ON copies (new_assessment)")
        connection.execute(_filled(_LEADS, "leads", "k.new_lead"))
        for table in _TABLES:
            below = "check_run_id" in Base.metadata.tables[table].columns
            connection.execute(_filled(_BELOW if below else _OWN, table, "k.new_assessment"))
        connection.execute("DROP TABLE copies")


def _filled(statement: str, table: str, identity: str) -> str:
    own = Base.metadata.tables[table]
    identities = {"leads": identity, "assessments": identity}
    earlier = {
        column.name: f"t.{column.name} - (k.copy + 1) * {_APART}"
        for column in own.columns
        if isinstance(column.type, DateTime)
    }
    values = {
        column.name: identities[table]
        if column.name == "id"
        else (_REPLACED | earlier).get(column.name, f"t.{column.name}")
        for column in own.columns
        if column.computed is None and (column.name != "id" or table in identities)
    }
    return statement.format(
        table=table,
        columns=", ".join(values),
        values=", ".join(values.values()),
        key="id" if table == "assessments" else "assessment_id",
    )
