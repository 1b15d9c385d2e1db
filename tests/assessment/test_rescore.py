from __future__ import annotations

import pytest

from lfassess import scoring
from lfassess.assessment.completion import rescore
from lfassess.checks import all_checks
from lfassess.checks.base import Area
from lfassess.errors import NotFoundError, UsageError
from tests.assessment.factories import PAGE, ended, stored

RULES = scoring.load_rules()
VISUAL = scoring.check_score(all_checks()["visual"].judge(PAGE), RULES)


def test_stored_evidence_is_scored_by_the_present_rules(database_url):
    one = ended(database_url)
    done = rescore.rescore(database_url, one)
    after = stored(database_url, one)
    scores = {run.name: run.score for run in after.check_runs}
    assert scores == {"visual": VISUAL, "pagespeed": 60, "security": None}
    areas = {Area(name): made["score"] for name, made in after.assessment.summary["areas"].items()}
    assert areas[Area.SPEED] == 60
    assert areas[Area.FIRST_IMPRESSION] is not None
    assert areas[Area.SECURITY] is None
    assert after.assessment.score == scoring.mean(areas, RULES) == done.after
    assert (after.assessment.grade, after.assessment.scoring_version) == (
        done.grade_after,
        RULES.version,
    )
    assert done.changed


def test_the_score_it_had_stays(database_url):
    one = ended(database_url, weights={"visual": 1.0})
    rescore.rescore(database_url, one)
    summary = stored(database_url, one).assessment.summary
    assert summary["earlier"] == [{"score": 11, "grade": "F", "version": "0"}]
    assert set(summary["weights"]) == {"first_impression", "accessibility", "speed"}


def test_a_second_time_changes_nothing(database_url):
    one = ended(database_url)
    rescore.rescore(database_url, one)
    before = stored(database_url, one).assessment
    assert not rescore.rescore(database_url, one).changed
    after = stored(database_url, one).assessment
    assert (after.score, after.summary) == (before.score, before.summary)


def test_what_still_runs_is_left_alone(database_url):
    one = ended(database_url, status="in_progress")
    with pytest.raises(UsageError, match="still runs"):
        rescore.rescore(database_url, one)
    assert rescore.choose(database_url) == []


def test_an_unknown_assessment_is_an_error(database_url):
    with pytest.raises(NotFoundError):
        rescore.rescore(database_url, 9)


def test_leads_can_be_chosen(database_url):
    first, second = ended(database_url), ended(database_url, name="Plumber")
    assert rescore.choose(database_url) == [first, second]
    assert rescore.choose(database_url, lead=2) == [second]
    assert rescore.choose(database_url, batch=1) == []
