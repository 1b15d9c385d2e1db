"""Branches of one website: its checks run once, and each branch has their results."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import pytest

from lfassess.assessment.intake.submission import submit_batch, submit_lead
from lfassess.assessment.recovery.reconciler import reconcile
from lfassess.checks import all_checks
from lfassess.checks.base import Artefact, Fetched, Judgement
from lfassess.clients.storage import storage_for
from lfassess.db.commands import batches
from lfassess.errors import ProviderUnavailableError, TargetUnreachableError
from lfassess.statuses import DeferredCode
from tests.support import OrchestratorHarness, fetch_nothing, make_check

pytestmark = pytest.mark.integration

CHAIN = "https://chain.test/"


@dataclass
class Site:
    """Fetches that note which lead they were done for, and may fail or wait."""

    fails: dict[str, Exception] = field(default_factory=dict)  # by the lead's name
    metrics: dict[str, object] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    hold: threading.Event | None = None
    begun: threading.Event = field(default_factory=threading.Event)

    def fetch(self, target, _ctx):
        self.done.append(target.name)
        self.begun.set()
        if self.hold is not None:
            assert self.hold.wait(timeout=60)
        if target.name in self.fails:
            raise self.fails[target.name]
        picture = Artefact("desktop.jpg", "image/jpeg", target.name.encode())
        return Fetched({"name": target.name}, (picture,))

    def judge(self, evidence):
        return Judgement(score=80, metrics={**self.metrics, "judged_for": evidence["name"]})


@pytest.fixture
def site():
    return Site()


@pytest.fixture
def harness(settings, database, site):
    checks = {
        "visual": replace(make_check("visual", site.fetch, depends_on="page"), judge=site.judge),
        "gbp": make_check("gbp", fetch_nothing),
    }
    return OrchestratorHarness(settings, database, checks)


def in_batch(harness, *, max_age_s=0.0, name="chain", again=False):
    """Make a batch of all leads, those assessed already only if ``again``; send it off."""
    with harness.database.session() as session:
        batch_id, _ = batches.create_from_store(
            session,
            name=name,
            only=["new", "failed", "stale"] if again else ["new"],
            max_age_s=0.0,
            limit=None,
        )
    submit_batch(harness.orchestrator, batch_id, max_age_s=max_age_s)
    return batch_id


def runs(harness, name="visual"):
    return harness.rows("SELECT * FROM check_runs WHERE name = :name ORDER BY id", name=name)


def message_of(harness, lead_id, name="visual"):
    """Take a lead's message for a check out of the queue."""
    message = next(
        m for m in harness.queue if m.lead_id == lead_id and m.task.endswith(f"{name}_task")
    )
    harness.queue.remove(message)
    return message


def started(harness, branches=2):
    """Return the ids of so many branches, whose checks have been sent."""
    leads = [harness.add_lead(f"Branch {n}", CHAIN) for n in range(1, branches + 1)]
    in_batch(harness)
    while any(m.task.endswith("coordinate_assessment") for m in harness.queue):
        harness.deliver(harness.queue.popleft())
    return leads


def test_a_chain_is_looked_at_once_and_reported_per_branch(harness, site):
    leads = started(harness, 3)
    harness.drain()
    assert site.done == ["Branch 1"]
    assert [r["reused_from"] for r in runs(harness)] == [None, leads[0], leads[0]]
    assert [r["score"] for r in runs(harness)] == [80, 80, 80]
    assert [r["reused_from"] for r in runs(harness, "gbp")] == [None, None, None]
    done = harness.rows("SELECT status, checks_completed, checks_total FROM assessments")
    assert [(a["status"], a["checks_completed"], a["checks_total"]) for a in done] == [
        ("completed", 2, 2)
    ] * 3


def test_each_branch_is_judged_under_its_own_name(harness):
    started(harness, 2)
    harness.drain()
    assert [r["metrics"]["judged_for"] for r in runs(harness)] == ["Branch 1", "Branch 2"]


def test_each_branch_has_files_of_its_own(harness):
    started(harness, 2)
    harness.drain()
    files = harness.rows(
        "SELECT assessment_id, uri FROM artefacts WHERE name = 'desktop.jpg' ORDER BY assessment_id"
    )
    storage = storage_for(harness.settings)
    assert storage.delete(files[0]["uri"])
    assert storage.get(files[1]["uri"]) == b"Branch 1"


def test_a_branch_whose_neighbour_is_at_work_is_deferred_and_holds_no_slot(harness, site):
    first, second = started(harness)
    site.hold = threading.Event()
    mine, theirs = message_of(harness, first), message_of(harness, second)
    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(harness.deliver, mine)
        assert site.begun.wait(timeout=60)
        harness.deliver(theirs)
        waits = runs(harness)[1]
        site.hold.set()
        working.result()
    assert (waits["status"], waits["deferred_code"], waits["attempt_count"]) == (
        "pending",
        DeferredCode.BRANCH,
        0,
    )
    harness.drain()
    assert site.done == ["Branch 1"]
    assert [r["reused_from"] for r in runs(harness)] == [None, first]
    assert [r["deferred_code"] for r in runs(harness)] == [None, None]


def test_of_many_branches_at_once_one_works(harness, site):
    leads = started(harness, 8)
    messages = [message_of(harness, lead) for lead in leads]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(harness.deliver, messages))
    harness.drain()
    deferred = harness.rows(
        "SELECT id FROM check_runs WHERE status = 'pending' AND deferred_code = 'branch'"
    )
    # Several that looked before any had begun wait for their next look.
    harness.execute("UPDATE check_runs SET next_attempt_at = now() WHERE deferred_code = 'branch'")
    reconcile(harness.orchestrator, lambda _queue: 0)
    harness.drain()
    assert len(deferred) < len(leads)
    assert len(site.done) == 1
    assert {r["status"] for r in runs(harness)} == {"completed"}
    assert [r["reused_from"] is None for r in runs(harness)].count(True) == 1


def test_when_the_one_at_work_fails_the_next_one_does_it(harness, site):
    site.fails = {"Branch 1": TargetUnreachableError("No answer.", provider="website")}
    leads = started(harness, 3)
    harness.drain()
    assert site.done == ["Branch 1", "Branch 2"]
    assert [r["status"] for r in runs(harness)] == ["failed", "completed", "completed"]
    assert [r["reused_from"] for r in runs(harness)] == [None, None, leads[1]]


def test_a_failure_sends_the_branches_that_wait_on_their_way(harness, site):
    site.fails = {"Branch 1": TargetUnreachableError("No answer.", provider="website")}
    site.hold = threading.Event()
    first, second = started(harness)
    mine, theirs = message_of(harness, first), message_of(harness, second)
    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(harness.deliver, mine)
        assert site.begun.wait(timeout=60)
        harness.deliver(theirs)
        site.hold.set()
        working.result()
    assert [
        (m.lead_id, m.task.endswith("visual_task")) for m in harness.queue if m.lead_id == second
    ][-1] == (second, True)
    harness.drain()
    assert [r["status"] for r in runs(harness)] == ["failed", "completed"]


def test_one_that_will_be_tried_again_is_waited_for(harness, site):
    site.fails = {"Branch 1": ProviderUnavailableError("Busy.", provider="website")}
    first, second = started(harness)
    harness.deliver(message_of(harness, first))
    harness.deliver(message_of(harness, second))
    assert site.done == ["Branch 1"]
    assert runs(harness)[1]["deferred_code"] == DeferredCode.BRANCH


def test_after_three_failures_nobody_waits_any_more(harness, site):
    error = TargetUnreachableError("No answer.", provider="website")
    site.fails = {f"Branch {n}": error for n in range(1, 6)}
    leads = started(harness, 5)
    for lead in leads[:3]:
        harness.deliver(message_of(harness, lead))
    site.hold = threading.Event()
    site.begun.clear()
    fourth, fifth = (message_of(harness, lead) for lead in leads[3:])
    with ThreadPoolExecutor(2) as pool:
        working = pool.submit(harness.deliver, fourth)
        assert site.begun.wait(timeout=60)
        also = pool.submit(harness.deliver, fifth)
        site.hold.set()
        working.result(), also.result()
    assert [r["status"] for r in runs(harness)] == ["failed"] * 5


def test_a_branch_whose_worker_was_lost_holds_nobody_up(harness, site):
    first, second = started(harness)
    mine, theirs = message_of(harness, first), message_of(harness, second)
    site.hold = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(harness.deliver, mine)
        assert site.begun.wait(timeout=60)
        harness.execute(
            "UPDATE check_runs SET lease_worker_id = gen_random_uuid(),"
            " lease_expires_at = now() - interval '1 second' WHERE lead_id = :lead"
            " AND name = 'visual'",
            lead=first,
        )
        site.begun.clear()
        other = ThreadPoolExecutor(1)
        taken_over = other.submit(harness.deliver, theirs)
        assert site.begun.wait(timeout=60)
        site.hold.set()
        working.result(), taken_over.result()
        other.shutdown()
    assert runs(harness)[1]["status"] == "completed"


def test_the_same_list_again_is_looked_at_once_more_and_once_only(harness, site):
    started(harness, 3)
    harness.drain()
    in_batch(harness, name="again", again=True)
    harness.drain()
    assert len(site.done) == 2


@pytest.mark.parametrize(("age", "times"), [("1 day", 1), ("8 days", 2)])
def test_a_new_branch_reuses_what_is_younger_than_the_max_age(harness, site, age, times):
    first = harness.add_lead("Branch 1", CHAIN)
    in_batch(harness)
    harness.drain()
    harness.execute(f"UPDATE check_runs SET finished_at = now() - interval '{age}'")
    second = harness.add_lead("Branch 2", CHAIN)
    submit_lead(harness.orchestrator, second, max_age_s=7 * 86_400)
    harness.drain()
    assert len(site.done) == times
    assert runs(harness)[-1]["reused_from"] == (first if times == 1 else None)


def test_a_branch_that_is_asked_for_alone_is_looked_at_anew(harness, site):
    started(harness, 2)
    harness.drain()
    submit_lead(harness.orchestrator, harness.add_lead("Branch 3", CHAIN))
    harness.drain()
    assert site.done == ["Branch 1", "Branch 3"]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE leads SET country = 'CA' WHERE name = 'Branch 2'",
        "UPDATE leads SET website = 'https://chain.test/springfield/' WHERE name = 'Branch 2'",
    ],
)
def test_another_page_or_country_is_looked_at_by_itself(harness, site, change):
    started(harness)
    harness.execute(change)
    harness.drain()
    assert site.done == ["Branch 1", "Branch 2"]


@pytest.mark.parametrize(
    "spelling", ["http://chain.test/", "https://www.chain.test/", "https://chain.test"]
)
def test_spellings_of_one_page_are_one(harness, site, spelling):
    started(harness)
    harness.execute("UPDATE leads SET website = :w WHERE name = 'Branch 2'", w=spelling)
    harness.drain()
    assert site.done == ["Branch 1"]


def test_what_depends_on_the_domain_is_bought_once_for_all_its_pages(harness, site):
    harness.checks = {
        "semrush": replace(make_check("semrush", site.fetch, depends_on="domain"), judge=site.judge)
    }
    for n, website in enumerate(
        ("https://a.chain.com/", "https://b.chain.com/x", "http://chain.com/")
    ):
        harness.add_lead(f"Branch {n}", website)
    in_batch(harness)
    harness.drain()
    assert len(site.done) == 1
    assert [r["reused_from"] is None for r in runs(harness, "semrush")].count(True) == 1


def crawled(harness, site):
    """Make the check one that reads a domain, whose evidence fits leads below /here alone."""

    def for_lead(evidence, target):
        return {**evidence, "name": target.name} if "/here" in target.url else None

    reading = make_check("onpage", site.fetch, depends_on="site")
    harness.checks = {"onpage": replace(reading, judge=site.judge, for_lead=for_lead)}


def test_a_domain_that_was_read_for_one_lead_is_not_read_again_for_the_next(harness, site):
    crawled(harness, site)
    for n, website in enumerate(("https://chain.com/", "https://www.chain.com/here/2")):
        harness.add_lead(f"Branch {n}", website)
    in_batch(harness)
    harness.drain()
    assert site.done == ["Branch 0"]
    assert [r["metrics"]["judged_for"] for r in runs(harness, "onpage")] == ["Branch 0", "Branch 1"]


def test_a_lead_whom_the_evidence_does_not_fit_has_its_own(harness, site):
    crawled(harness, site)
    for n, website in enumerate(("https://chain.com/", "https://chain.com/there")):
        harness.add_lead(f"Branch {n}", website)
    in_batch(harness)
    harness.drain()
    assert site.done == ["Branch 0", "Branch 1"]


def test_on_a_platform_every_page_is_a_website_of_its_own(harness, site):
    crawled(harness, site)
    for n in range(2):
        harness.add_lead(f"Branch {n}", f"https://facebook.com/here{n}")
    in_batch(harness)
    harness.drain()
    assert site.done == ["Branch 0", "Branch 1"]


def test_a_website_that_leads_elsewhere_is_looked_at_for_each_name(harness, site):
    site.metrics = {"visit": {"kind": "site", "url": "https://other.test/"}}
    started(harness)
    harness.drain()
    assert site.done == ["Branch 1", "Branch 2"]


def test_a_branch_whose_neighbours_files_are_gone_looks_itself(harness, site):
    first, second = started(harness)
    harness.deliver(message_of(harness, first))
    (file,) = harness.rows("SELECT uri FROM artefacts WHERE name = 'desktop.jpg'")
    storage_for(harness.settings).delete(file["uri"])
    harness.deliver(message_of(harness, second))
    assert site.done == ["Branch 1", "Branch 2"]
    assert [r["reused_from"] for r in runs(harness)] == [None, None]


def test_emulated_results_are_not_reused_for_real_ones(harness, site):
    first, second = started(harness)
    harness.settings = harness.settings.model_copy(update={"sandbox_url": "http://127.0.0.1:9"})
    harness.deliver(message_of(harness, first))
    harness.settings = harness.settings.model_copy(update={"sandbox_url": None})
    harness.deliver(message_of(harness, second))
    assert site.done == ["Branch 1", "Branch 2"]


def test_a_failed_branch_that_is_sent_again_takes_its_neighbours_result(harness, site):
    site.fails = {"Branch 1": TargetUnreachableError("No answer.", provider="website")}
    leads = started(harness)
    harness.drain()
    from lfassess.db.commands import requeue

    with harness.database.session() as session:
        assert requeue.replay(session, requeue.RequeueSelection(), limit=10) == (1, 1)
    harness.orchestrator.start_pending()
    harness.drain()
    assert [r["reused_from"] for r in runs(harness)] == [leads[1], None]


def test_checks_that_look_at_the_lead_itself_share_nothing():
    shared = {name: check.depends_on for name, check in all_checks().items()}
    assert shared["gbp"] == shared["llm_analysis"] == "lead"
    assert shared["semrush"] == "domain"
    assert shared["onpage"] == "site"
    assert {shared[name] for name in ("pagespeed", "security", "visual")} == {"page"}


def test_a_branch_never_reuses_its_own_earlier_result(harness, site):
    first, _ = started(harness)
    harness.drain()
    submit_lead(harness.orchestrator, first, max_age_s=7 * 86_400)
    harness.drain()
    assert site.done == ["Branch 1", "Branch 1"]
