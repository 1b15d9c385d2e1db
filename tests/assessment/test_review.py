from __future__ import annotations

import pytest

from lfassess import scoring
from lfassess.assessment.completion import review
from lfassess.db import assessments
from lfassess.db.session import session_scope
from lfassess.errors import NotFoundError, UsageError
from tests.assessment.factories import ended, stored


def opened(database_url, **values):
    one = ended(database_url, **values)
    with session_scope(database_url) as session:
        state = review.open_review(session, assessments.load(session, one))
    return one, state


def decided(database_url, assessment_id):
    with session_scope(database_url) as session:
        return review.decided(session, assessment_id)


def findings(database_url, assessment_id):
    runs = stored(database_url, assessment_id).check_runs
    (visual,) = [run for run in runs if run.name == "visual"]
    return visual, [f["code"] for f in visual.findings if f["severity"] != "passed"]


def test_a_doubtful_audit_waits_for_a_person(database_url):
    one, state = opened(database_url)
    assert state == "needs_review"
    assert decided(database_url, one).draft


def test_approved_then_issued(database_url):
    one, _ = opened(database_url)
    with pytest.raises(UsageError, match="needs review first"):
        review.issue(database_url, one)
    review.approve(database_url, one, by="Ann", note="looked at it")
    assert not decided(database_url, one).draft
    with pytest.raises(UsageError, match="approved already"):
        review.approve(database_url, one, by="Bob")
    review.issue(database_url, one)
    assert decided(database_url, one).state == "issued"
    assert not decided(database_url, one).draft


def test_opening_twice_undoes_no_decision(database_url):
    one, _ = opened(database_url)
    review.approve(database_url, one, by="Ann")
    with session_scope(database_url) as session:
        assert review.open_review(session, assessments.load(session, one)) == "approved"


def test_an_dismissed_finding_leaves_the_score_and_stays_on_record(database_url):
    one, _ = opened(database_url)
    _, codes = findings(database_url, one)
    before = review.dismiss(database_url, one, "visual", codes[0], note="seen", by="Ann")
    run, after_codes = findings(database_url, one)
    severity = next(f["severity"] for f in run.findings if f["code"] == codes[0])
    assert codes[0] in after_codes
    assert decided(database_url, one).dismissed == {("visual", codes[0]): "seen"}
    after = review.dismiss(database_url, one, "visual", "*", note="no site", by="Ann")
    assert findings(database_url, one)[0].score is None
    assert after.after == 60
    assert before.after != after.after or severity == "info"


def test_an_dismissed_finding_gives_its_points_back(database_url):
    one, _ = opened(database_url)
    rules = scoring.load_rules()
    run, codes = findings(database_url, one)
    severities = {f["code"]: f["severity"] for f in run.findings}
    code = max(codes, key=lambda c: rules.penalties[severities[c]])
    review.dismiss(database_url, one, "visual", code, note="seen", by="Ann")
    lost = sum(rules.penalties[severities[c]] for c in codes if c != code)
    assert findings(database_url, one)[0].score == 100 - lost


@pytest.mark.parametrize(
    ("check", "code", "note", "error"),
    [
        ("visual", "made-up", "x", NotFoundError),
        ("nonsense", "*", "x", NotFoundError),
        ("visual", "*", "  ", UsageError),
    ],
)
def test_only_known_findings_are_dismissed_and_never_without_a_word(
    database_url, check, code, note, error
):
    one, _ = opened(database_url)
    with pytest.raises(error):
        review.dismiss(database_url, one, check, code, note=note, by="Ann")
    assert decided(database_url, one).dismissed == {}


def test_an_issued_audit_can_not_change(database_url):
    one, _ = opened(database_url)
    review.approve(database_url, one, by="Ann")
    review.issue(database_url, one)
    with pytest.raises(UsageError, match="issued"):
        review.dismiss(database_url, one, "visual", "*", note="x", by="Ann")


def test_what_has_not_ended_can_not_be_reviewed(database_url):
    with pytest.raises(NotFoundError):
        review.approve(database_url, 7, by="Ann")
