"""A lead whose list named no scheme is assessed where its website answers, the same for all checks."""

from __future__ import annotations

import dataclasses

import pytest

from lfassess.assessment.intake.lead_import import upsert_lead
from lfassess.assessment.intake.normalise import names_scheme
from lfassess.assessment.intake.submission import submit_lead
from lfassess.checks.shared import address
from lfassess.db.commands import assessments
from lfassess.settings import Settings
from tests.support import OrchestratorHarness, six_checks

pytestmark = pytest.mark.integration
SITE = "https://bakery.test/"


@pytest.fixture
def harness(database, tmp_path):
    return OrchestratorHarness(Settings(data_dir=tmp_path), database)


def watched(harness):
    """Have the checks note the address each is given."""
    seen = {}

    def watch(check):
        def fetch(target, ctx):
            seen[check.name] = target.url
            return check.fetch(target, ctx)

        return dataclasses.replace(check, fetch=fetch)

    harness.checks = {name: watch(check) for name, check in six_checks().items()}
    return seen


def assess(harness, *, bare):
    lead, _ = upsert_lead(harness.database, {"website": SITE}, default_country="US", bare=bare)
    submit_lead(harness.orchestrator, lead)
    harness.drain()
    return harness.row("SELECT site_url FROM assessments WHERE lead_id = :lead", lead=lead)[
        "site_url"
    ]


def test_all_checks_get_the_address_that_answered_first(harness, monkeypatch):
    answers = iter(["http://bakery.test/", "https://www.bakery.test/"])
    monkeypatch.setattr(address, "find", lambda *_: next(answers))
    seen = watched(harness)
    assert assess(harness, bare=True) == "http://bakery.test/"
    independent = {name for name, check in harness.checks.items() if not check.depends_on_others}
    assert {seen[name] for name in independent} == {"http://bakery.test/"}


def test_an_address_that_was_given_whole_stays(harness, monkeypatch):
    monkeypatch.setattr(address, "find", lambda *_: pytest.fail("nothing is to be looked for"))
    seen = watched(harness)
    assert assess(harness, bare=False) is None
    assert set(seen.values()) == {SITE}


def test_where_nothing_answers_the_checks_say_so_and_later_tries_look_again(harness, monkeypatch):
    asked = []
    monkeypatch.setattr(address, "find", lambda *given: asked.append(given))
    seen = watched(harness)
    assert assess(harness, bare=True) is None
    assert set(seen.values()) == {SITE}
    assert len(asked) > 1


def test_the_first_word_counts(harness):
    lead = harness.add_lead()
    assessment, _ = submit_lead(harness.orchestrator, lead)
    with harness.database.session() as session:
        stored = [
            assessments.keep_site(session, assessment, url) for url in ("http://a/", "http://b/")
        ]
    assert stored == ["http://a/", "http://a/"]


def test_how_a_known_website_was_given_last_counts(harness):
    def bare_after(**given):
        upsert_lead(harness.database, {"website": SITE}, default_country="US", **given)
        return harness.row("SELECT bare FROM leads")["bare"]

    assert [bare_after(bare=True), bare_after(), bare_after(bare=True)] == [True, False, True]


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("bakery.test", False),
        ("www.bakery.test/x", False),
        ("//bakery.test", False),
        ("bakery.test:8443", False),
        ("bakery.test/?u=https://x.test", False),
        ("http://bakery.test", True),
        (" HTTPS:bakery.test", True),
        ("<http://bakery.test>", True),
        ("https:\\\\bakery.test", True),
    ],
)
def test_whether_an_address_names_its_scheme(typed, named):
    assert names_scheme(typed) is named
