"""Times filtered lists of 100,000 audited leads.

Run it on an empty database of its own: python -m scripts.bench_filters postgresql://…/empty
It prints processor time, which other work on the machine changes little; --wall prints what passes
on the clock, for a machine that does nothing else.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Iterator
from typing import Final

import psutil
from sqlalchemy import text
from sqlalchemy.orm import Session

from lfassess.assessment.export import filters
from lfassess.assessment.export.files import Export, Order
from lfassess.db.database import Database
from lfassess.db.queries import batch, leads, opportunities
from lfassess.db.queries.lead_filter import LeadFilter
from scripts.bench_pages import seed

_MAX_S: Final = 0.3
_RUNS: Final = 7
FILTERS: Final = (
    "",
    "grade=D,F",
    "score=<20",
    "speed=<50&security=..80",
    "finding=no-https,gbp-few-reviews",
    "tech=WordPress|Wix",
    "field=Tier=gold",
    "field=Employees>=490",
    "change=worse",
    "review=needs_review",
    "status=pending",
    "status=completed&grade=F&tech=Shopify&finding=no-https&review=needs_review",
    "q=Lead 99",
    "batch=2&grade=!A",
    "country=DE",
)

# Of every lead: what ranking made of its audit, columns of its list; of every fifth an older audit.
_MORE: Final = """
UPDATE leads SET country = CASE WHEN id % 5 = 0 THEN 'DE' ELSE 'US' END,
       phone = '+1415555' || lpad((id % 10000)::text, 4, '0'),
       extra = jsonb_build_object('Tier', (ARRAY['gold', 'silver', 'bronze'])[1 + id % 3],
                                  'Employees', (id % 500)::text, 'Owner', 'Ann ' || id);
UPDATE assessments SET grade = (ARRAY['A', 'B', 'C', 'D', 'F'])[1 + id % 5] WHERE score IS NOT NULL;
INSERT INTO opportunities (lead_id, assessment_id, version, score, need, worth, reach, out, why,
                           findings, parts, codes, technologies)
SELECT lead_id, id, '1', (id * 7919 % 1000) / 10.0, id % 101, id % 97, id % 89,
       CASE WHEN id % 20 = 0 THEN 'nothing_to_fix' END, 'Slow; and 3 more to fix.',
       '[{"code": "no-https", "title": "The site has no HTTPS", "impact": "high"}]',
       '{"need": {}, "worth": {}, "reach": {}}',
       (ARRAY['no-https', 'gbp-few-reviews', 'slow-largest-paint', 'no-hsts']
       )[1 + id % 2 : 2 + id % 3],
       (ARRAY['WordPress', 'Wix', 'Shopify', 'Stripe'])[1 + id % 4 : 1 + id % 4]
  FROM assessments WHERE status = 'completed';
INSERT INTO assessments (id, lead_id, status, open_independent_checks, open_checks, created_at,
                         finished_at, score, grade, scoring_version, scoring_details)
OVERRIDING SYSTEM VALUE
SELECT -id, lead_id, 'completed', 0, 0, created_at - interval '90 days',
       finished_at - interval '90 days', (score + id % 30) % 101, 'C', scoring_version, '{}'
  FROM assessments WHERE status = 'completed' AND id % 5 = 0;
INSERT INTO custom_fields (name) VALUES ('Tier'), ('Employees'), ('Owner')
"""


def _fill(database: Database) -> None:
    seed(database)
    with database.session() as session:
        if session.scalar(text("SELECT count(*) FROM opportunities")):
            return
        session.execute(text("SET LOCAL statement_timeout = 0"))
        for statement in _MORE.split(";\n"):
            session.execute(text(statement))
    with database.autocommit() as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _questions(chosen: LeadFilter) -> Iterator[tuple[str, Callable[[Session], object]]]:
    yield "ranked", lambda s: opportunities.ranked(s, chosen, limit=50)
    yield "totals", lambda s: opportunities.totals(s, chosen)
    yield "page", lambda s: opportunities.ranked_and_totals(s, chosen, limit=50)
    yield "list", lambda s: leads.newest(s, chosen, limit=50)
    yield "count", lambda s: leads.count(s, chosen)
    selection = batch.Selection(chosen)
    yield "batch", lambda s: batch.leads(s, 1, selection, of=90_000)


def _median_ms(
    database: Database, ask: Callable[[Session], object], *, wall: bool = False
) -> float:
    """Return what a question takes of a processor, or on the clock.

    Postgres must run on this machine.
    """
    taken = []
    for _ in range(_RUNS):
        with database.session() as session:
            server = psutil.Process(session.scalar(text("SELECT pg_backend_pid()")) or 0)
            began = time.perf_counter() if wall else _busy_s(server)
            ask(session)
            taken.append((time.perf_counter() if wall else _busy_s(server)) - began)
    return 1000 * statistics.median(taken)


def _busy_s(server: psutil.Process) -> float:
    times = server.cpu_times()
    return times.user + times.system + time.process_time()


def main() -> None:
    """Seed, time each filter on each list, then the export."""
    database, wall = Database(sys.argv[1]), "--wall" in sys.argv
    _fill(database)
    print(f"due {_median_ms(database, lambda s: opportunities.due(s, '1')):.0f} ms")
    names = [name for name, _ in _questions(LeadFilter())]
    unit = f"{'clock' if wall else 'processor'}, median ms"
    print(f"{unit:75}", *(f"{name:>7}" for name in names))
    for words in FILTERS:
        chosen = filters.read([words])
        taken = [_median_ms(database, ask, wall=wall) for _, ask in _questions(chosen)]
        marks = "  <- too long" if max(taken[:5]) > 1000 * _MAX_S else ""
        print(f"{words or 'all':75}", *(f"{ms:7.0f}" for ms in taken), marks)
    for order in (Order(), Order("xlsx"), Order("jsonl")):
        began = time.perf_counter()
        size = sum(map(len, Export(database, LeadFilter(), order).written()))
        print(f"{order.fmt}: {size:,} bytes in {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    main()
