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


def test_stored_evidence_is_scored_by_the_present_rules(database):
    one = ended(database)
    done = rescore.rescore(database, one)
    after = stored(database, one)
    scores = {run.name: run.score for run in after.check_runs}
    assert scores == {"visual": VISUAL, "pagespeed": 60, "security": None}
    areas = {
        Area(name): made["score"]
        for name, made in after.assessment.scoring_details["areas"].items()
    }
    assert areas[Area.SPEED] == 60
    assert areas[Area.FIRST_IMPRESSION] is not None
    assert areas[Area.SECURITY] is None
    assert after.assessment.score == scoring.mean(areas, RULES) == done.after
    assert (after.assessment.grade, after.assessment.scoring_version) == (
        done.grade_after,
        RULES.version,
    )
    assert done.changed


def test_the_score_it_had_stays(database):
    one = ended(database, weights={"visual": 1.0})
    rescore.rescore(database, one)
    summary = stored(database, one).assessment.scoring_details
    assert summary["earlier"] == [{"score": 11, "grade": "F", "version": "0"}]
    assert set(summary["weights"]) == {"first_impression", "accessibility", "speed"}


def test_a_second_time_changes_nothing(database):
    one = ended(database)
    rescore.rescore(database, one)
    before = stored(database, one).assessment
    assert not rescore.rescore(database, one).changed
    after = stored(database, one).assessment
    assert (after.score, after.scoring_details) == (before.score, before.scoring_details)


def test_what_still_runs_is_left_alone(database):
    one = ended(database, status="in_progress")
    with pytest.raises(UsageError, match="still runs"):
        rescore.rescore(database, one)
    assert rescore.choose(database) == []


def test_an_unknown_assessment_is_an_error(database):
    with pytest.raises(NotFoundError):
        rescore.rescore(database, 9)


def test_leads_can_be_chosen(database):
    first, second = ended(database), ended(database, name="Plumber")
    assert rescore.choose(database) == [first, second]
    assert rescore.choose(database, lead=2) == [second]
    assert rescore.choose(database, batch=1) == []
