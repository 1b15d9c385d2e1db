"""Workers rank what an upgrade or an expiry has left unranked, some at a time."""

from __future__ import annotations

import pytest

from lfassess.assessment.completion import ranking
from lfassess.assessment.completion.ranking import BackgroundRanking
from lfassess.assessment.intake.submission import submit_lead
from lfassess.db.commands import opportunities
from tests.support import OrchestratorHarness

pytestmark = pytest.mark.integration


@pytest.fixture
def bench(settings, database):
    """Three audits that were ranked when they ended."""
    bench = OrchestratorHarness(settings, database)
    for name in ("a", "b", "c"):
        submit_lead(bench.orchestrator, bench.add_lead(name, f"https://{name}.test/"))
    bench.drain()
    assert ranked(bench) == 3
    return bench


def ranked(bench):
    version = ranking.ranking.load_rules().version
    return bench.row("SELECT count(*) AS n FROM opportunities WHERE version = :v", v=version)["n"]


@pytest.mark.parametrize(
    "lost", ["DELETE FROM opportunities", "UPDATE opportunities SET version = 'of old'"]
)
def test_some_are_ranked_at_a_time_until_none_is_left(bench, lost):
    bench.execute(lost)
    tick = BackgroundRanking(bench.database, at_a_time=2)
    assert [(tick(), ranked(bench)) for _ in range(3)] == [(True, 2), (True, 3), (False, 3)]


def test_a_fault_in_one_audit_is_logged_once_and_holds_up_no_other(bench, monkeypatch, caplog):
    bench.execute("DELETE FROM opportunities")
    rank, first = ranking.rank, bench.row("SELECT min(id) AS id FROM assessments")["id"]

    def broken(session, stored, dismissed=()):
        if stored.assessment.id == first:
            raise RuntimeError("no such figure")
        rank(session, stored, dismissed)

    monkeypatch.setattr(ranking, "rank", broken)
    tick = BackgroundRanking(bench.database, at_a_time=1)
    assert [tick() for _ in range(4)] == [True, True, True, False]
    assert ranked(bench) == 2
    assert caplog.text.count("can't be ranked") == 1


def test_workers_take_turns(bench):
    bench.execute("DELETE FROM opportunities")
    with bench.database.session() as another:
        assert opportunities.is_only_ranking(another)
        assert BackgroundRanking(bench.database)() is False
    assert ranked(bench) == 0
