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
def harness(settings, database):
    """Three audits that were ranked when they ended."""
    harness = OrchestratorHarness(settings, database)
    for name in ("a", "b", "c"):
        submit_lead(harness.orchestrator, harness.add_lead(name, f"https://{name}.test/"))
    harness.drain()
    assert ranked(harness) == 3
    return harness


def ranked(harness):
    version = ranking.ranking.load_rules().version
    return harness.row("SELECT count(*) AS n FROM opportunities WHERE version = :v", v=version)["n"]


@pytest.mark.parametrize(
    "lost", ["DELETE FROM opportunities", "UPDATE opportunities SET version = 'of old'"]
)
def test_some_are_ranked_at_a_time_until_none_is_left(harness, lost):
    harness.execute(lost)
    tick = BackgroundRanking(harness.database, at_a_time=2)
    assert [(tick(), ranked(harness)) for _ in range(3)] == [(True, 2), (True, 3), (False, 3)]


def test_a_fault_in_one_audit_is_logged_once_and_holds_up_no_other(harness, monkeypatch, caplog):
    harness.execute("DELETE FROM opportunities")
    rank, first = ranking.rank, harness.row("SELECT min(id) AS id FROM assessments")["id"]

    def broken(session, stored, dismissed=()):
        if stored.assessment.id == first:
            raise RuntimeError("no such figure")
        rank(session, stored, dismissed)

    monkeypatch.setattr(ranking, "rank", broken)
    tick = BackgroundRanking(harness.database, at_a_time=1)
    assert [tick() for _ in range(4)] == [True, True, True, False]
    assert ranked(harness) == 2
    assert caplog.text.count("can't be ranked") == 1


def test_workers_take_turns(harness):
    harness.execute("DELETE FROM opportunities")
    with harness.database.session() as another:
        assert opportunities.is_only_ranking(another)
        assert BackgroundRanking(harness.database)() is False
    assert ranked(harness) == 0
