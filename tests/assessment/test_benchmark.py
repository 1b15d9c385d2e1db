"""An audit is compared with the store's others of its kind, once, and only where they are enough."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from lfassess.assessment.completion import benchmark, reports, rescore
from lfassess.assessment.intake.submission import submit_batch, submit_lead
from lfassess.clients.storage import storage_for
from lfassess.db.commands import batches, retention
from lfassess.db.models import CheckRun
from lfassess.scoring import load_rules
from lfassess.scoring.benchmark import LEAST, Benchmark, Group
from tests.support import OrchestratorHarness, keeping_reports

pytestmark = pytest.mark.integration

_LEAD = text("""
INSERT INTO leads (name, country, dedupe_key, industry)
VALUES (:name, 'US', :name, :industry) RETURNING id
""")
_AUDIT = text("""
INSERT INTO assessments (lead_id, status, open_independent_checks, open_checks, score, grade, sandbox,
                         scoring_version, scoring_details, category, batch_id, finished_at)
VALUES (:lead, :status, 0, 0, :score, 'C', :sandbox, :version, CAST(:summary AS jsonb), :category,
        :batch, now()) RETURNING id
""")


def summary(score, areas=3, speed=None):
    names = ("security", "first_impression", "accessibility")[:areas]
    made = {name: {"score": score, "grade": "C", "weight": 0.3} for name in names}
    if speed is not None:
        made["speed"] = {"score": speed, "grade": "C", "weight": 0.1}
    return {"weights": dict.fromkeys(made, 0.3), "areas": made}


class Store:
    def __init__(self, database):
        self.database, self.leads = database, 0

    def lead(self, industry=None):
        self.leads += 1
        with self.database.session() as session:
            values = {"name": f"lead {self.leads}", "industry": industry}
            return session.execute(_LEAD, values).scalar_one()

    def audit(self, score, *, lead=None, industry=None, areas=3, speed=None, **values):
        given = {"status": "completed", "sandbox": False, "version": "7", "category": None,
                 "batch": None} | values  # fmt: skip
        lead = lead or self.lead(industry)
        with self.database.session() as session:
            made = session.execute(
                _AUDIT,
                given | {"lead": lead, "score": score,
                         "summary": json.dumps(summary(score, areas, speed))},
            ).scalar_one()  # fmt: skip
            if given["batch"]:
                session.execute(
                    text("INSERT INTO batch_leads VALUES (:batch, :lead, NULL, :audit)"),
                    {"batch": given["batch"], "lead": lead, "audit": made},
                )
            return made

    def audits(self, scores, **values):
        return [self.audit(score, **values) for score in scores]

    def batch(self, *, finished=True):
        with self.database.session() as session:
            return session.execute(
                text("INSERT INTO batches (name, finished_at)"
                     " VALUES ('list', CASE WHEN :f THEN now() END) RETURNING id"),
                {"f": finished},
            ).scalar_one()  # fmt: skip

    def freeze(self, *ids, **values):
        with self.database.session() as session:
            return benchmark.freeze(session, ids, **values)

    def keep_report(self, audit):
        with self.database.session() as session:
            session.execute(
                text("INSERT INTO artefacts (assessment_id, name, content_type, uri, size)"
                     " VALUES (:id, 'report.html', 'text/html', 'x', 1)"),
                {"id": audit},
            )  # fmt: skip

    def stored(self, audit):
        with self.database.session() as session:
            return session.execute(
                text("SELECT benchmark, category, report_due_at FROM assessments WHERE id = :id"),
                {"id": audit},
            ).one()

    def groups(self, audit):
        found = self.stored(audit).benchmark
        return Benchmark.from_json(found).groups if found else {}


@pytest.fixture
def store(database):
    return Store(database)


def test_a_score_is_compared_with_one_audit_of_each_other_lead(store):
    store.audits(range(LEAST - 1))
    twice = store.lead()
    store.audits([99, 3], lead=twice)  # the later one counts
    mine = store.audit(3, speed=50)
    assert store.freeze(mine) == 1
    made = store.groups(mine)[Group.ALL]
    assert (made.overall.n, made.overall.below, made.overall.equal) == (LEAST, 3, 2)
    assert sum(made.bands) == LEAST
    assert made.areas["security"].n == LEAST
    assert "speed" not in made.areas  # nobody else has it
    assert Group.TRADE not in store.groups(mine)


@pytest.mark.parametrize(
    "other",
    [{"sandbox": True}, {"version": "6"}, {"status": "failed"}, {"areas": 2}],
)
def test_what_is_of_another_kind_is_not_counted(store, other):
    store.audits(range(LEAST - 1))
    store.audit(40, **other)
    mine = store.audit(50)
    assert store.freeze(mine) == 0
    assert store.stored(mine).benchmark is None
    store.audit(40)
    assert store.freeze(mine) == 1


def test_emulated_audits_are_compared_with_each_other(store):
    store.audits(range(LEAST), sandbox=True)
    mine = store.audit(50, sandbox=True)
    assert store.freeze(mine) == 1
    assert store.groups(mine)[Group.ALL].overall.better_than == 100


def test_the_trade_is_googles_before_the_lists(store):
    store.audits([40] * LEAST, industry="plumber")
    store.audits([60] * LEAST, industry="roofer", category="dentist")
    mine = store.audit(50, industry="roofer", category="plumber")
    dentist = store.audit(50, industry="dentist")
    alone = store.audit(50, industry="roofer")
    store.freeze(mine, dentist, alone)
    assert store.groups(mine)[Group.TRADE].overall.better_than == 100
    assert store.groups(dentist)[Group.TRADE].overall.better_than == 0
    assert Group.TRADE not in store.groups(alone)


def test_a_batchs_audits_are_compared_with_each_other_when_it_ends(store):
    batch = store.batch(finished=False)
    store.audits([90] * 5)
    members = store.audits(range(LEAST + 1), batch=batch)
    store.keep_report(members[0])
    assert store.freeze(members[0]) == 0  # its batch still runs
    assert store.freeze(batch_id=batch) == LEAST + 1
    best = store.groups(members[-1])
    assert best[Group.BATCH].overall.better_than == 100
    assert best[Group.ALL].overall.n == LEAST + 5
    assert store.stored(members[0]).report_due_at is not None
    assert store.stored(members[1]).report_due_at is None  # its report is no file


def test_what_was_compared_once_stays(store):
    store.audits(range(LEAST))
    mine = store.audit(50)
    store.freeze(mine)
    before = store.stored(mine).benchmark
    store.audits([99] * LEAST)
    assert store.freeze(mine) == 0
    assert store.stored(mine).benchmark == before


def test_googles_trade_expires_with_what_google_told(store):
    store.audits([40] * LEAST, industry="plumber")
    mine = store.audit(50, category="plumber")
    store.freeze(mine)
    with store.database.session() as session:
        session.execute(
            text("INSERT INTO check_runs (assessment_id, lead_id, name, queue, depends_on_others, status,"
                 " content_expires_at) SELECT id, lead_id, 'gbp', 'assessment', false, 'completed',"
                 " now() - interval '1 day' FROM assessments WHERE id = :id"),
            {"id": mine},
        )  # fmt: skip
        retention.expire(session, mine)
    assert store.stored(mine).category is None
    assert store.stored(mine).benchmark["trade"] is None
    assert list(store.groups(mine)) == [Group.ALL]


@pytest.fixture
def harness(settings, database):
    return OrchestratorHarness(keeping_reports(settings), database)


def version():
    return load_rules().version


def ended(harness, lead):
    """Assess a lead to its end; returns the assessment's row."""
    submit_lead(harness.orchestrator, lead)
    harness.drain()
    return harness.row(
        "SELECT * FROM assessments WHERE lead_id = :lead ORDER BY id DESC LIMIT 1", lead=lead
    )


def test_a_single_audit_is_compared_before_its_report_is_written(harness, store):
    store.audits(range(LEAST), version=version())
    row = ended(harness, harness.add_lead())
    assert row["score"] is not None
    found = Benchmark.from_json(row["benchmark"]).groups[Group.ALL].overall
    assert (found.score, found.n) == (row["score"], LEAST)
    report = harness.row("SELECT uri FROM artefacts WHERE name = 'report.json'")
    said = json.loads(storage_for(harness.settings).get(report["uri"]))
    assert said["benchmark"]["groups"][0]["n"] == LEAST


def test_an_earlier_audit_of_the_lead_is_none_of_the_others(harness, store):
    lead = harness.add_lead()
    store.audit(40, lead=lead, version=version())
    store.audits(range(LEAST), version=version())
    row = ended(harness, lead)
    assert Benchmark.from_json(row["benchmark"]).groups[Group.ALL].overall.n == LEAST


def test_the_scores_of_many_are_read_once_in_a_while(harness, store, monkeypatch):
    monkeypatch.setattr(benchmark, "_LARGE", LEAST)
    monkeypatch.setattr(benchmark, "_recent", {})
    store.audits(range(LEAST), version=version())
    ended(harness, harness.add_lead())
    store.audits([1, 2], version=version())
    row = ended(harness, harness.add_lead(name="Another", website="https://another.example/"))
    found = Benchmark.from_json(row["benchmark"])
    assert found.groups[Group.ALL].overall.n == LEAST
    monkeypatch.setattr(benchmark, "_recent", {})
    row = ended(harness, harness.add_lead(name="Third", website="https://third.example/"))
    assert Benchmark.from_json(row["benchmark"]).groups[Group.ALL].overall.n == LEAST + 4


def test_a_batchs_audits_are_compared_with_its_last_one_and_reports_made_again(harness, store):
    store.audits(range(LEAST), version=version())
    leads = [harness.add_lead(f"Lead {n}", f"https://{n}.test/") for n in range(2)]
    with harness.database.session() as session:
        batch, _ = batches.create_from_store(
            session, name="two", only=["new"], max_age_s=60, limit=None
        )
    submit_batch(harness.orchestrator, batch, max_age_s=60)
    found = "SELECT * FROM assessments WHERE lead_id = ANY(:leads) ORDER BY id"
    while any(row["status"] != "completed" for row in harness.rows(found, leads=leads)):
        assert all(row["benchmark"] is None for row in harness.rows(found, leads=leads))
        harness.deliver(harness.queue.popleft())
    for row in harness.rows(found, leads=leads):
        assert Benchmark.from_json(row["benchmark"]).groups[Group.ALL].overall.n == LEAST + 1
        assert row["report_due_at"] is not None
    assert reports.write_due(harness.settings, harness.database) == 2
    uris = [
        row["uri"] for row in harness.rows("SELECT uri FROM artefacts WHERE name = 'report.json'")
    ]
    said = [json.loads(storage_for(harness.settings).get(uri))["benchmark"] for uri in uris]
    assert [made["groups"][0]["n"] for made in said] == [LEAST + 1] * 2


def test_a_rescored_audit_is_compared_anew(harness, store):
    store.audits([0] * LEAST, version=version())
    row = ended(harness, harness.add_lead())
    harness.execute(
        "UPDATE assessments SET score = 3, scoring_version = '1' WHERE id = :id", id=row["id"]
    )
    rescore.rescore(harness.database, row["id"], harness.checks)
    assert store.stored(row["id"]).benchmark is None
    rescore.compare(harness.database, [row["id"]])
    assert store.groups(row["id"])[Group.ALL].overall.score == row["score"]


@pytest.mark.parametrize(
    ("run", "trade"),
    [
        ({"metrics": {"category": "Plumber"}}, "plumber"),
        ({"metrics": {"category": "Plumber"}, "inconclusive_reason": "no sure match"}, None),
        ({"metrics": {"category": "Plumber"}, "status": "failed"}, None),
        ({"metrics": None}, None),
    ],
)
def test_googles_category_counts_where_the_profile_is_surely_the_leads(run, trade):
    made = CheckRun(**({"name": "gbp", "status": "completed"} | run))
    assert benchmark.category_of([made]) == trade
