"""Competitors measured beside a lead: who is, how they are shared, and that they are no leads."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from lfassess.assessment.completion import reports, rescore
from lfassess.assessment.execution import enqueue
from lfassess.assessment.intake import rivals
from lfassess.assessment.intake.submission import Rivals, submit_batch, submit_lead
from lfassess.assessment.orchestrator import plan
from lfassess.assessment.recovery import operations
from lfassess.checks.base import Fetched, Judgement
from lfassess.db.commands import assessments, batches, benchmarks, requeue
from lfassess.db.commands import leads as lead_commands
from lfassess.db.commands import rivals as rival_commands
from lfassess.db.commands.benchmarks import Population
from lfassess.db.commands.requeue import RequeueSelection
from lfassess.db.models import AssessmentRival, Suppression
from lfassess.db.queries import (
    changes,
    failures,
    lead_export,
    leads,
    listing,
    metrics,
    opportunities,
    overview,
    progress,
)
from lfassess.db.queries.failures import FailureFilter
from lfassess.db.queries.lead_filter import EVERY
from lfassess.errors import NotFoundError, TargetUnreachableError, UsageError
from tests.support import OrchestratorHarness, fetch_nothing, keeping_reports, make_check

pytestmark = pytest.mark.integration

OWN, OTHER, THIRD = "https://bakery.test/", "https://rolls.example.com/", "https://buns.org/"


@pytest.fixture
def visits():
    return []


@pytest.fixture
def harness(settings, database, visits):
    def visit(target, ctx):
        visits.append(target.url)
        assert ctx.settings.vision is (target.url == OWN or "bakery" in target.url)
        if "buns" in target.url:
            raise TargetUnreachableError("There is nobody.")
        return Fetched({})

    def searches(_evidence):
        found = [{"domain": d} for d in ("facebook.com", "rolls.example.com", "buns.org")]
        return Judgement(score=50, metrics={"competitors": found})

    checks = {
        "visual": make_check("visual", visit, depends_on="page"),
        "semrush": replace(make_check("semrush", depends_on="domain"), judge=searches),
        "gbp": make_check("gbp", fetch_nothing),
        "llm_analysis": make_check("llm_analysis", depends_on_others=True, score=None),
    }
    return OrchestratorHarness(keeping_reports(settings), database, checks)


def given(harness, *urls):
    return Rivals(len(urls), tuple(rivals.given(urls, harness.settings)))


def run(harness, lead_id, beside, **how):
    number, _ = submit_lead(harness.orchestrator, lead_id, rivals=beside, **how)
    harness.drain()
    return number


def beside(harness, assessment_id):
    """Return [(site, source, why refused, the competitor's assessment)]."""
    rows = harness.rows(
        "SELECT * FROM assessment_rivals WHERE assessment_id = :id ORDER BY position",
        id=assessment_id,
    )
    return [(r["site"], r["source"], r["refused"], r["rival_assessment_id"]) for r in rows]


def state(harness, assessment_id):
    return harness.row("SELECT * FROM assessments WHERE id = :id", id=assessment_id)


def stored(harness, assessment_id, name="report.json"):
    found = harness.rows(
        "SELECT * FROM artefacts WHERE assessment_id = :id AND name = :name",
        id=assessment_id, name=name,
    )  # fmt: skip
    return bool(found)


def test_a_given_competitor_is_measured_by_visits_alone(harness, visits):
    number = run(harness, harness.add_lead(), given(harness, OTHER))
    ((site, source, refused, rival),) = beside(harness, number)
    assert (site, source, refused) == ("example.com", "given", None)
    checks = harness.rows("SELECT name, status FROM check_runs WHERE assessment_id = :id", id=rival)
    assert {c["name"]: c["status"] for c in checks} == {
        "visual": "completed", "semrush": "skipped", "gbp": "skipped", "llm_analysis": "skipped",
    }  # fmt: skip
    assert sorted(visits) == [OWN, OTHER]
    assert state(harness, rival)["status"] == "completed"


def test_the_report_waits_for_competitors_and_is_written_when_the_last_has_ended(harness):
    number, _ = submit_lead(
        harness.orchestrator, harness.add_lead(), rivals=given(harness, OTHER, THIRD)
    )
    waiting = deliver_all_but_competitors(harness)
    assert state(harness, number)["status"] == "completed"
    assert state(harness, number)["report_due_at"] > datetime.now(UTC) + timedelta(minutes=5)
    assert not stored(harness, number)
    harness.queue.extend(waiting)
    harness.drain()
    assert state(harness, number)["report_due_at"] <= datetime.now(UTC)
    assert reports.write_due(harness.settings, harness.database) == 1
    assert stored(harness, number)


def deliver_all_but_competitors(harness):
    """Deliver what leads wait for; returns the messages of competitors, which are held back."""
    ours = {r["id"] for r in harness.rows("SELECT id FROM assessments WHERE NOT rival")}
    held = []
    while harness.queue:
        message = harness.queue.popleft()
        (harness.deliver if message.assessment_id in ours else held.append)(message)
    return held


def submit_all(harness, rivals):
    """Submit the store's leads as a batch, each with so many competitors."""
    with harness.database.session() as session:
        batch_id, _ = batches.create_from_store(
            session, name="b", only=["new"], max_age_s=0, limit=None
        )
    submit_batch(harness.orchestrator, batch_id, max_age_s=0, rivals=rivals)
    return batch_id


def ends_of(harness, batch_id):
    """Return what each place says of whether a batch has ended."""
    with harness.database.session() as session:
        totals = progress.totals(session, batch_id)
        row, listed = overview.batch(session, batch_id), listing.batch(session, batch_id)
        active = overview.everything(session, newest=1)[1][0]
    return {
        totals.ended, not row.live, not active.live, listed["finished_at"] is not None,
        totals.reports_left == row.reports_left == listed["reports_left"] == 0,
    }  # fmt: skip


def test_a_batch_ends_with_its_last_competitor(harness):
    harness.add_lead()
    batch_id = submit_all(harness, 1)
    held = deliver_all_but_competitors(harness)
    assert harness.row("SELECT count(*) AS n FROM assessments WHERE NOT rival AND score > 0")["n"]
    assert ends_of(harness, batch_id) == {False}
    harness.queue.extend(held)
    harness.drain()
    assert ends_of(harness, batch_id) == {False}  # its last report is still to be written
    assert reports.write_due(harness.settings, harness.database) == 1
    assert ends_of(harness, batch_id) == {True}


def test_a_report_that_cant_be_stored_holds_no_batch_up(harness, monkeypatch):
    harness.add_lead()
    batch_id = submit_all(harness, 1)
    harness.drain()
    monkeypatch.setattr(reports, "write", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        reports.write_due(harness.settings, harness.database)
    assert ends_of(harness, batch_id) == {True}


def test_a_batch_waits_for_competitors_no_longer_than_its_reports_do(harness):
    harness.add_lead()
    batch_id = submit_all(harness, 1)
    deliver_all_but_competitors(harness)
    harness.execute("UPDATE assessments SET report_due_at = now() WHERE report_due_at IS NOT NULL")
    assert reports.write_due(harness.settings, harness.database) >= 1
    assert ends_of(harness, batch_id) == {True}


def test_cancelling_gives_up_the_competitors_that_nobody_else_waits_for(harness):
    first, second = harness.add_lead("A", "https://bakery1.test/"), harness.add_lead("B", OWN)
    submit_lead(harness.orchestrator, first, rivals=given(harness, OTHER, THIRD))
    submit_lead(harness.orchestrator, second, rivals=given(harness, OTHER))
    deliver_all_but_competitors(harness)

    def states():
        rows = harness.rows("SELECT l.name, a.shown_status FROM leads l JOIN assessments a "
                          "ON a.lead_id = l.id WHERE l.rival ORDER BY a.id")  # fmt: skip
        return [(row["name"], row["shown_status"]) for row in rows]

    operations.cancel_lead(harness.orchestrator, first)
    assert states() == [("buns.org", "cancelled"), ("example.com", "pending")]
    operations.cancel_lead(harness.orchestrator, second)
    assert states() == [("buns.org", "cancelled"), ("example.com", "cancelled")]
    with pytest.raises(NotFoundError):
        operations.cancel_lead(harness.orchestrator, second)
    submit_lead(harness.orchestrator, harness.add_lead("C", "https://bakery3.test/"), max_age_s=999,
                rivals=given(harness, OTHER))  # fmt: skip
    harness.drain()
    assert states()[2:] == [("example.com", "completed")]  # what was given up is shared with nobody


def test_a_cancelled_batch_has_its_reports_written_without_competitors(harness):
    harness.add_lead()
    batch_id = submit_all(harness, 1)
    deliver_all_but_competitors(harness)
    assert operations.cancel_batch(harness.orchestrator, batch_id) == 0
    assert (
        harness.row("SELECT shown_status FROM assessments WHERE rival")["shown_status"]
        == "cancelled"
    )
    assert reports.write_due(harness.settings, harness.database) == 1
    assert ends_of(harness, batch_id) == {True}


def test_a_cancelled_lead_opens_no_more_competitors(harness):
    number, _ = submit_lead(harness.orchestrator, harness.add_lead(), rivals=Rivals(1))
    harness.deliver(harness.queue.popleft())  # it begins; SEMrush, who names one, has not answered
    harness.execute("UPDATE check_runs SET status = 'in_progress' WHERE name = 'semrush'")
    operations.cancel_lead(harness.orchestrator, state(harness, number)["lead_id"])
    harness.execute("UPDATE check_runs SET status = 'completed', metrics = CAST(:m AS jsonb) "
                  "WHERE name = 'semrush'", m='{"competitors": [{"domain": "buns.org"}]}')  # fmt: skip
    harness.execute("UPDATE assessments SET open_checks = 0")
    harness.orchestrator.finalise(number)
    assert beside(harness, number) == []


def test_a_report_is_written_without_a_competitor_that_takes_too_long(harness):
    number, _ = submit_lead(harness.orchestrator, harness.add_lead(), rivals=given(harness, OTHER))
    deliver_all_but_competitors(harness)
    harness.execute("UPDATE assessments SET report_due_at = now() WHERE report_due_at IS NOT NULL")
    assert reports.write_due(harness.settings, harness.database) == 1
    assert stored(harness, number)


def test_a_competitor_that_fails_never_fails_the_lead(harness):
    number = run(harness, harness.add_lead(), given(harness, THIRD))
    harness.execute("UPDATE check_runs SET next_attempt_at = now() WHERE status = 'pending'")
    ((_, _, _, rival),) = beside(harness, number)
    assert state(harness, number)["status"] == "completed"
    assert state(harness, rival)["status"] == "failed"


def test_who_is_no_competitor_is_refused_with_the_reason(harness):
    with harness.database.session() as session:
        session.add(Suppression(kind="domain", value="rolls.org"))
    urls = ("http://www.bakery.test/menu", "facebook.com/joes", "shop.rolls.org")
    number = run(harness, harness.add_lead(), given(harness, *urls))
    assert [(site, why) for site, _, why, _ in beside(harness, number)] == [  # and nobody else
        ("bakery.test", "same_site"), ("facebook.com", "platform"), ("rolls.org", "suppressed"),
    ]  # fmt: skip
    assert harness.rows("SELECT * FROM leads WHERE rival") == []


@pytest.mark.parametrize("urls", [["not a website"], ["a.com", "b.com", "c.com", "d.com"]])
def test_what_is_no_website_or_too_much_is_a_usage_error(harness, urls):
    with pytest.raises(UsageError):
        rivals.given(urls, harness.settings)


def test_semrush_names_the_competitors_that_nobody_gave(harness):
    number = run(harness, harness.add_lead(), Rivals(2, given(harness, "cakes.net").given))
    assert [row[:3] for row in beside(harness, number)] == [
        ("cakes.net", "given", None), ("example.com", "semrush", None),
    ]  # fmt: skip


def test_a_lists_column_names_them_before_semrush_does(harness):
    lead_id = harness.add_lead()
    columns = '{"Competitor 1": "https://cakes.net; pies.net", "Competitors\' notes": "none.com"}'
    harness.execute("UPDATE leads SET extra = CAST(:extra AS jsonb)", extra=columns)
    number = run(harness, lead_id, Rivals(3))
    assert [row[:2] for row in beside(harness, number)] == [
        ("cakes.net", "list"), ("pies.net", "list"), ("example.com", "semrush"),
    ]  # fmt: skip


def test_leads_of_a_batch_share_a_competitor(harness, visits):
    for n in (1, 2):
        harness.add_lead(f"Bakery {n}", f"https://bakery{n}.test/")
    submit_all(harness, 1)
    harness.drain()
    assert visits.count(OTHER) == 1
    shared = harness.rows("SELECT DISTINCT rival_assessment_id FROM assessment_rivals")
    assert len(shared) == 1
    assert len(harness.rows("SELECT * FROM assessments WHERE report_due_at <= now()")) + len(
        harness.rows("SELECT * FROM artefacts WHERE name = 'report.json'")
    ) == 2  # fmt: skip


def test_a_second_run_measures_it_again_unless_it_is_recent_enough(harness, visits):
    lead_id = harness.add_lead()
    run(harness, lead_id, given(harness, OTHER))
    run(harness, lead_id, given(harness, OTHER), max_age_s=3600)
    assert visits.count(OTHER) == 1
    run(harness, lead_id, given(harness, OTHER))
    assert visits.count(OTHER) == 2


def test_a_lists_row_for_the_same_business_is_a_lead_of_its_own(harness):
    run(harness, harness.add_lead(), given(harness, OTHER))
    with harness.database.session() as session:
        assert lead_commands.oldest_with_website(session, OTHER) is None
        assert lead_commands.of_sites(session, ["rolls.example.com", "example.com"]) == {}


def test_competitors_that_were_not_opened_in_time_are_when_the_leads_own_checks_end(
    harness, monkeypatch
):
    number, _ = submit_lead(harness.orchestrator, harness.add_lead(), rivals=Rivals(1))
    with monkeypatch.context() as patched:  # each process that was to open them ends before
        patched.setattr(rivals, "open_beside", lambda *_: 1 / 0)
        while not harness.queue[0].task.endswith("llm_analysis_task"):
            harness.deliver(harness.queue.popleft())
    assert beside(harness, number) == []
    harness.drain()
    assert [row[0] for row in beside(harness, number)] == ["example.com"]
    assert state(harness, number)["status"] == "completed"


def measure(harness, *urls):
    """Measure competitors that no lead waits for."""
    planned = plan(harness.settings, harness.checks, ["visual"])
    for named in rivals.given(urls, harness.settings):
        row = AssessmentRival(site=named.site, website=named.website, bare=named.bare)
        with harness.database.session() as session:
            lead_id = rival_commands.lead_of(session, row, "US")
            (number,) = assessments.open_assessments(session, [lead_id], planned).values()
            rival_commands.mark(session, number)
        harness.deliver(enqueue.coordinate(lead_id, number))
        for _ in range(10):
            harness.execute(
                "UPDATE check_runs SET next_attempt_at = now() WHERE status = 'pending'"
            )
            harness.drain()


def all_lists(harness):
    """Return what every list, count, rank and export of the store says, by name."""
    since = datetime.now(UTC) - timedelta(hours=1)
    with harness.database.session() as session:
        version = harness.row("SELECT max(scoring_version) AS v FROM assessments")["v"]
        population = Population(version=version, sandbox=False, least=0)
        counts, rows = overview.everything(session, newest=5)
        present, past = metrics.present(session), metrics.past(session)
        report = failures.report(session, FailureFilter(since), now=datetime.now(UTC))
        every_page = {"before": None, "limit": 100}
        narrow = {"lead_id": None, "batch_id": None}
        totals = progress.totals(session)
        found = {
            "leads list": leads.newest(session, limit=100),
            "leads page": leads.count(session, EVERY),
            "leads export": lead_export.chosen_ids(session, EVERY),
            "columns of exports": lead_export.custom_fields(session, EVERY),
            "api assessments": listing.assessments(session, status=None, **narrow, **every_page),
            "api failures": listing.failed_attempts(
                session, code=None, check=None, batch_id=None, **every_page
            ),
            "totals": (totals.leads, totals.completed, totals.failed, totals.partial),
            "active": progress.active_states(session, None),
            "failed ever": progress.open_work(session).failed,
            "overview": (counts, rows, overview.hours(session)),
            "latest": overview.latest(session, running=9, ended=9),
            "failed checks": overview.today(session)["failed_checks"],
            "metrics": (present.assessments, present.oldest_lead_s, past.durations),
            "attempts": sum(row["n"] for row in past.attempts),
            "ranks due": opportunities.due(session, "none"),
            "failures": (report.patterns, report.shares, report.failure_share),
            "failures over time": failures.over_time(
                session, FailureFilter(since), width=timedelta(hours=1)
            ),
            "failures behind": failures.behind(session, FailureFilter(since), limit=9),
            "dead letters": requeue.dead_letters(session, RequeueSelection(), limit=9),
            "changed": list(changes.audited_again(session)),
            "rescore": rescore.choose(harness.database),
            "benchmark": sorted(
                (s.area, s.score, s.audits)
                for s in benchmarks.scores(session, population, trades=(), batch_id=None)[0]
            ),
            "from the store": batches.create_from_store(
                session, name="x", only=["new", "failed", "stale"], max_age_s=0, limit=None
            )[1],
            "webhooks": session.scalar(text("SELECT count(*) FROM webhook_deliveries")),
            "reviews": session.scalar(text("SELECT count(*) FROM reviews")),
        }
        session.rollback()
    return found


def test_no_list_count_rank_or_export_has_a_competitor(harness):
    hook = {"webhook_url": "https://crm.test/hook"}
    harness.settings = harness.settings.model_copy(update=hook)
    lead_id = harness.add_lead()
    for _ in range(2):
        run(harness, lead_id, Rivals())
    before = all_lists(harness)
    assert (before["webhooks"], before["reviews"]) == (2, 2)
    for _ in range(2):
        measure(harness, OTHER, THIRD)
    after = all_lists(harness)
    ended = harness.rows("SELECT status, count(*) AS n FROM assessments WHERE rival GROUP BY 1")
    assert {row["status"]: row["n"] for row in ended} == {"completed": 2, "failed": 2}
    assert {name for name in before if before[name] != after[name]} == set()


def test_a_competitors_id_is_no_leads(harness):
    measure(harness, OTHER)
    lead_id = harness.row("SELECT id FROM leads WHERE rival")["id"]
    with harness.database.session() as session:
        assert listing.lead(session, lead_id) is None
        with pytest.raises(NotFoundError):
            leads.get(session, lead_id)
    with pytest.raises(NotFoundError):
        submit_lead(harness.orchestrator, lead_id)


def test_competitors_are_rescored_with_the_leads_that_they_stand_beside(harness):
    number = run(harness, harness.add_lead(), given(harness, OTHER))
    ((_, _, _, rival),) = beside(harness, number)
    version = state(harness, number)["scoring_version"]
    harness.execute("UPDATE assessments SET scoring_version = '0'")
    rescore.rescore(harness.database, number, harness.checks)
    assert state(harness, rival)["scoring_version"] == version
    assert harness.rows("SELECT * FROM opportunities WHERE assessment_id = :id", id=rival) == []


def test_google_names_the_neighbours_where_semrush_knows_too_few(harness):
    def near(_evidence):
        neighbours = [{"website": "https://near.ca/"}, {"website": "https://facebook.com/near"}]
        return Judgement(score=50, metrics={"neighbours": neighbours})

    asked = []

    def fetch(_target, ctx):
        asked.append(ctx.rivals_missing())
        return Fetched({})

    harness.checks["gbp"] = replace(make_check("gbp", fetch), judge=near)
    harness.checks["semrush"] = make_check("semrush", skip="no SEMRUSH_API_KEY is set")
    number = run(harness, harness.add_lead(), Rivals(2, given(harness, "cakes.net").given))
    assert [row[:2] for row in beside(harness, number)] == [
        ("cakes.net", "given"), ("near.ca", "google"),
    ]  # fmt: skip
    assert asked == [1]
