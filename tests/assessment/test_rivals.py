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
from tests.support import OrchestratorHarness, fetch_nothing, make_check

pytestmark = pytest.mark.integration

OWN, OTHER, THIRD = "https://bakery.test/", "https://rolls.example.com/", "https://buns.org/"


@pytest.fixture
def visits():
    return []


@pytest.fixture
def bench(settings, database, visits):
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
    return OrchestratorHarness(settings, database, checks)


def given(bench, *urls):
    return Rivals(len(urls), tuple(rivals.given(urls, bench.settings)))


def run(bench, lead_id, beside, **how):
    number, _ = submit_lead(bench.orchestrator, lead_id, rivals=beside, **how)
    bench.drain()
    return number


def beside(bench, assessment_id):
    """Return [(site, source, why refused, the competitor's assessment)]."""
    rows = bench.rows(
        "SELECT * FROM assessment_rivals WHERE assessment_id = :id ORDER BY position",
        id=assessment_id,
    )
    return [(r["site"], r["source"], r["refused"], r["rival_assessment_id"]) for r in rows]


def state(bench, assessment_id):
    return bench.row("SELECT * FROM assessments WHERE id = :id", id=assessment_id)


def stored(bench, assessment_id, name="report.json"):
    found = bench.rows(
        "SELECT * FROM artefacts WHERE assessment_id = :id AND name = :name",
        id=assessment_id, name=name,
    )  # fmt: skip
    return bool(found)


def test_a_given_competitor_is_measured_by_visits_alone(bench, visits):
    number = run(bench, bench.add_lead(), given(bench, OTHER))
    ((site, source, refused, rival),) = beside(bench, number)
    assert (site, source, refused) == ("example.com", "given", None)
    checks = bench.rows("SELECT name, status FROM check_runs WHERE assessment_id = :id", id=rival)
    assert {c["name"]: c["status"] for c in checks} == {
        "visual": "completed", "semrush": "skipped", "gbp": "skipped", "llm_analysis": "skipped",
    }  # fmt: skip
    assert sorted(visits) == [OWN, OTHER]
    assert state(bench, rival)["status"] == "completed"


def test_the_report_waits_for_competitors_and_is_written_when_the_last_has_ended(bench):
    number, _ = submit_lead(bench.orchestrator, bench.add_lead(), rivals=given(bench, OTHER, THIRD))
    waiting = deliver_all_but_competitors(bench)
    assert state(bench, number)["status"] == "completed"
    assert state(bench, number)["report_due_at"] > datetime.now(UTC) + timedelta(minutes=5)
    assert not stored(bench, number)
    bench.queue.extend(waiting)
    bench.drain()
    assert state(bench, number)["report_due_at"] <= datetime.now(UTC)
    assert reports.write_due(bench.settings, bench.database) == 1
    assert stored(bench, number)


def deliver_all_but_competitors(bench):
    """Deliver what leads wait for; returns the messages of competitors, which are held back."""
    ours = {r["id"] for r in bench.rows("SELECT id FROM assessments WHERE NOT rival")}
    held = []
    while bench.queue:
        message = bench.queue.popleft()
        (bench.deliver if message.assessment_id in ours else held.append)(message)
    return held


def submit_all(bench, rivals):
    """Submit the store's leads as a batch, each with so many competitors."""
    with bench.database.session() as session:
        batch_id, _ = batches.create_from_store(
            session, name="b", only=["new"], max_age_s=0, limit=None
        )
    submit_batch(bench.orchestrator, batch_id, max_age_s=0, rivals=rivals)
    return batch_id


def ends_of(bench, batch_id):
    """Return what each place says of whether a batch has ended."""
    with bench.database.session() as session:
        totals = progress.totals(session, batch_id)
        row, listed = overview.batch(session, batch_id), listing.batch(session, batch_id)
        active = overview.everything(session, newest=1)[1][0]
    return {
        totals.ended, not row.live, not active.live, listed["finished_at"] is not None,
        totals.reports_left == row.reports_left == listed["reports_left"] == 0,
    }  # fmt: skip


def test_a_batch_ends_with_its_last_competitor(bench):
    bench.add_lead()
    batch_id = submit_all(bench, 1)
    held = deliver_all_but_competitors(bench)
    assert bench.row("SELECT count(*) AS n FROM assessments WHERE NOT rival AND score > 0")["n"]
    assert ends_of(bench, batch_id) == {False}
    bench.queue.extend(held)
    bench.drain()
    assert ends_of(bench, batch_id) == {False}  # its last report is still to be written
    assert reports.write_due(bench.settings, bench.database) == 1
    assert ends_of(bench, batch_id) == {True}


def test_a_report_that_cant_be_stored_holds_no_batch_up(bench, monkeypatch):
    bench.add_lead()
    batch_id = submit_all(bench, 1)
    bench.drain()
    monkeypatch.setattr(reports, "write", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        reports.write_due(bench.settings, bench.database)
    assert ends_of(bench, batch_id) == {True}


def test_a_batch_waits_for_competitors_no_longer_than_its_reports_do(bench):
    bench.add_lead()
    batch_id = submit_all(bench, 1)
    deliver_all_but_competitors(bench)
    bench.execute("UPDATE assessments SET report_due_at = now() WHERE report_due_at IS NOT NULL")
    assert reports.write_due(bench.settings, bench.database) >= 1
    assert ends_of(bench, batch_id) == {True}


def test_cancelling_gives_up_the_competitors_that_nobody_else_waits_for(bench):
    first, second = bench.add_lead("A", "https://bakery1.test/"), bench.add_lead("B", OWN)
    submit_lead(bench.orchestrator, first, rivals=given(bench, OTHER, THIRD))
    submit_lead(bench.orchestrator, second, rivals=given(bench, OTHER))
    deliver_all_but_competitors(bench)

    def states():
        rows = bench.rows("SELECT l.name, a.shown_status FROM leads l JOIN assessments a "
                          "ON a.lead_id = l.id WHERE l.rival ORDER BY a.id")  # fmt: skip
        return [(row["name"], row["shown_status"]) for row in rows]

    operations.cancel_lead(bench.orchestrator, first)
    assert states() == [("buns.org", "cancelled"), ("example.com", "pending")]
    operations.cancel_lead(bench.orchestrator, second)
    assert states() == [("buns.org", "cancelled"), ("example.com", "cancelled")]
    with pytest.raises(NotFoundError):
        operations.cancel_lead(bench.orchestrator, second)
    submit_lead(bench.orchestrator, bench.add_lead("C", "https://bakery3.test/"), max_age_s=999,
                rivals=given(bench, OTHER))  # fmt: skip
    bench.drain()
    assert states()[2:] == [("example.com", "completed")]  # what was given up is shared with nobody


def test_a_cancelled_batch_has_its_reports_written_without_competitors(bench):
    bench.add_lead()
    batch_id = submit_all(bench, 1)
    deliver_all_but_competitors(bench)
    assert operations.cancel_batch(bench.orchestrator, batch_id) == 0
    assert (
        bench.row("SELECT shown_status FROM assessments WHERE rival")["shown_status"] == "cancelled"
    )
    assert reports.write_due(bench.settings, bench.database) == 1
    assert ends_of(bench, batch_id) == {True}


def test_a_cancelled_lead_opens_no_more_competitors(bench):
    number, _ = submit_lead(bench.orchestrator, bench.add_lead(), rivals=Rivals(1))
    bench.deliver(bench.queue.popleft())  # it begins; SEMrush, who names one, has not answered
    bench.execute("UPDATE check_runs SET status = 'in_progress' WHERE name = 'semrush'")
    operations.cancel_lead(bench.orchestrator, state(bench, number)["lead_id"])
    bench.execute("UPDATE check_runs SET status = 'completed', metrics = CAST(:m AS jsonb) "
                  "WHERE name = 'semrush'", m='{"competitors": [{"domain": "buns.org"}]}')  # fmt: skip
    bench.execute("UPDATE assessments SET open_checks = 0")
    bench.orchestrator.finalise(number)
    assert beside(bench, number) == []


def test_a_report_is_written_without_a_competitor_that_takes_too_long(bench):
    number, _ = submit_lead(bench.orchestrator, bench.add_lead(), rivals=given(bench, OTHER))
    deliver_all_but_competitors(bench)
    bench.execute("UPDATE assessments SET report_due_at = now() WHERE report_due_at IS NOT NULL")
    assert reports.write_due(bench.settings, bench.database) == 1
    assert stored(bench, number)


def test_a_competitor_that_fails_never_fails_the_lead(bench):
    number = run(bench, bench.add_lead(), given(bench, THIRD))
    bench.execute("UPDATE check_runs SET next_attempt_at = now() WHERE status = 'pending'")
    ((_, _, _, rival),) = beside(bench, number)
    assert state(bench, number)["status"] == "completed"
    assert state(bench, rival)["status"] == "failed"


def test_who_is_no_competitor_is_refused_with_the_reason(bench):
    with bench.database.session() as session:
        session.add(Suppression(kind="domain", value="rolls.org"))
    urls = ("http://www.bakery.test/menu", "facebook.com/joes", "shop.rolls.org")
    number = run(bench, bench.add_lead(), given(bench, *urls))
    assert [(site, why) for site, _, why, _ in beside(bench, number)] == [  # and nobody else
        ("bakery.test", "same_site"), ("facebook.com", "platform"), ("rolls.org", "suppressed"),
    ]  # fmt: skip
    assert bench.rows("SELECT * FROM leads WHERE rival") == []


@pytest.mark.parametrize("urls", [["not a website"], ["a.com", "b.com", "c.com", "d.com"]])
def test_what_is_no_website_or_too_much_is_a_usage_error(bench, urls):
    with pytest.raises(UsageError):
        rivals.given(urls, bench.settings)


def test_semrush_names_the_competitors_that_nobody_gave(bench):
    number = run(bench, bench.add_lead(), Rivals(2, given(bench, "cakes.net").given))
    assert [row[:3] for row in beside(bench, number)] == [
        ("cakes.net", "given", None), ("example.com", "semrush", None),
    ]  # fmt: skip


def test_a_lists_column_names_them_before_semrush_does(bench):
    lead_id = bench.add_lead()
    columns = '{"Competitor 1": "https://cakes.net; pies.net", "Competitors\' notes": "none.com"}'
    bench.execute("UPDATE leads SET extra = CAST(:extra AS jsonb)", extra=columns)
    number = run(bench, lead_id, Rivals(3))
    assert [row[:2] for row in beside(bench, number)] == [
        ("cakes.net", "list"), ("pies.net", "list"), ("example.com", "semrush"),
    ]  # fmt: skip


def test_leads_of_a_batch_share_a_competitor(bench, visits):
    for n in (1, 2):
        bench.add_lead(f"Bakery {n}", f"https://bakery{n}.test/")
    submit_all(bench, 1)
    bench.drain()
    assert visits.count(OTHER) == 1
    shared = bench.rows("SELECT DISTINCT rival_assessment_id FROM assessment_rivals")
    assert len(shared) == 1
    assert len(bench.rows("SELECT * FROM assessments WHERE report_due_at <= now()")) + len(
        bench.rows("SELECT * FROM artefacts WHERE name = 'report.json'")
    ) == 2  # fmt: skip


def test_a_second_run_measures_it_again_unless_it_is_recent_enough(bench, visits):
    lead_id = bench.add_lead()
    run(bench, lead_id, given(bench, OTHER))
    run(bench, lead_id, given(bench, OTHER), max_age_s=3600)
    assert visits.count(OTHER) == 1
    run(bench, lead_id, given(bench, OTHER))
    assert visits.count(OTHER) == 2


def test_a_lists_row_for_the_same_business_is_a_lead_of_its_own(bench):
    run(bench, bench.add_lead(), given(bench, OTHER))
    with bench.database.session() as session:
        assert lead_commands.oldest_with_website(session, OTHER) is None
        assert lead_commands.of_sites(session, ["rolls.example.com", "example.com"]) == {}


def test_competitors_that_were_not_opened_in_time_are_when_the_leads_own_checks_end(
    bench, monkeypatch
):
    number, _ = submit_lead(bench.orchestrator, bench.add_lead(), rivals=Rivals(1))
    with monkeypatch.context() as patched:  # each process that was to open them ends before
        patched.setattr(rivals, "open_beside", lambda *_: 1 / 0)
        while not bench.queue[0].task.endswith("llm_analysis_task"):
            bench.deliver(bench.queue.popleft())
    assert beside(bench, number) == []
    bench.drain()
    assert [row[0] for row in beside(bench, number)] == ["example.com"]
    assert state(bench, number)["status"] == "completed"


def measure(bench, *urls):
    """Measure competitors that no lead waits for."""
    planned = plan(bench.settings, bench.checks, ["visual"])
    for named in rivals.given(urls, bench.settings):
        row = AssessmentRival(site=named.site, website=named.website, bare=named.bare)
        with bench.database.session() as session:
            lead_id = rival_commands.lead_of(session, row, "US")
            (number,) = assessments.open_assessments(session, [lead_id], planned).values()
            rival_commands.mark(session, number)
        bench.deliver(enqueue.coordinate(lead_id, number))
        for _ in range(10):
            bench.execute("UPDATE check_runs SET next_attempt_at = now() WHERE status = 'pending'")
            bench.drain()


def all_lists(bench):
    """Return what every list, count, rank and export of the store says, by name."""
    since = datetime.now(UTC) - timedelta(hours=1)
    with bench.database.session() as session:
        version = bench.row("SELECT max(scoring_version) AS v FROM assessments")["v"]
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
            "rescore": rescore.choose(bench.database),
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


def test_no_list_count_rank_or_export_has_a_competitor(bench):
    hook = {"webhook_url": "https://crm.test/hook"}
    bench.settings = bench.settings.model_copy(update=hook)
    lead_id = bench.add_lead()
    for _ in range(2):
        run(bench, lead_id, Rivals())
    before = all_lists(bench)
    assert (before["webhooks"], before["reviews"]) == (2, 2)
    for _ in range(2):
        measure(bench, OTHER, THIRD)
    after = all_lists(bench)
    ended = bench.rows("SELECT status, count(*) AS n FROM assessments WHERE rival GROUP BY 1")
    assert {row["status"]: row["n"] for row in ended} == {"completed": 2, "failed": 2}
    assert {name for name in before if before[name] != after[name]} == set()


def test_a_competitors_id_is_no_leads(bench):
    measure(bench, OTHER)
    lead_id = bench.row("SELECT id FROM leads WHERE rival")["id"]
    with bench.database.session() as session:
        assert listing.lead(session, lead_id) is None
        with pytest.raises(NotFoundError):
            leads.get(session, lead_id)
    with pytest.raises(NotFoundError):
        submit_lead(bench.orchestrator, lead_id)


def test_competitors_are_rescored_with_the_leads_that_they_stand_beside(bench):
    number = run(bench, bench.add_lead(), given(bench, OTHER))
    ((_, _, _, rival),) = beside(bench, number)
    version = state(bench, number)["scoring_version"]
    bench.execute("UPDATE assessments SET scoring_version = '0'")
    rescore.rescore(bench.database, number, bench.checks)
    assert state(bench, rival)["scoring_version"] == version
    assert bench.rows("SELECT * FROM opportunities WHERE assessment_id = :id", id=rival) == []


def test_google_names_the_neighbours_where_semrush_knows_too_few(bench):
    def near(_evidence):
        neighbours = [{"website": "https://near.ca/"}, {"website": "https://facebook.com/near"}]
        return Judgement(score=50, metrics={"neighbours": neighbours})

    asked = []

    def fetch(_target, ctx):
        asked.append(ctx.rivals_missing())
        return Fetched({})

    bench.checks["gbp"] = replace(make_check("gbp", fetch), judge=near)
    bench.checks["semrush"] = make_check("semrush", skip="no SEMRUSH_API_KEY is set")
    number = run(bench, bench.add_lead(), Rivals(2, given(bench, "cakes.net").given))
    assert [row[:2] for row in beside(bench, number)] == [
        ("cakes.net", "given"), ("near.ca", "google"),
    ]  # fmt: skip
    assert asked == [1]
