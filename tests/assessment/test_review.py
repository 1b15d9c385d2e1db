from __future__ import annotations

import pytest

from lfassess import scoring
from lfassess.assessment.completion import review
from lfassess.db.commands import assessments
from lfassess.errors import NotFoundError, UsageError
from tests.assessment.factories import ended, stored


def opened(database, **values):
    one = ended(database, **values)
    with database.session() as session:
        state = review.open_review(session, assessments.load(session, one))
    return one, state


def decided(database, assessment_id):
    with database.session() as session:
        return review.decided(session, assessment_id)


def findings(database, assessment_id):
    runs = stored(database, assessment_id).check_runs
    (visual,) = [run for run in runs if run.name == "visual"]
    return visual, [f["code"] for f in visual.findings if f["severity"] != "passed"]


def test_a_doubtful_audit_waits_for_a_person(database):
    one, state = opened(database)
    assert state == "needs_review"
    assert decided(database, one).draft


def test_approved_then_issued(database):
    one, _ = opened(database)
    with pytest.raises(UsageError, match="needs review first"):
        review.issue(database, one)
    review.approve(database, one, by="Ann", note="looked at it")
    assert not decided(database, one).draft
    with pytest.raises(UsageError, match="approved already"):
        review.approve(database, one, by="Bob")
    review.issue(database, one)
    assert decided(database, one).state == "issued"
    assert not decided(database, one).draft


def test_opening_twice_undoes_no_decision(database):
    one, _ = opened(database)
    review.approve(database, one, by="Ann")
    with database.session() as session:
        assert review.open_review(session, assessments.load(session, one)) == "approved"


def test_an_dismissed_finding_leaves_the_score_and_stays_on_record(database):
    one, _ = opened(database)
    _, codes = findings(database, one)
    before = review.dismiss(database, one, "visual", codes[0], note="seen", by="Ann")
    run, after_codes = findings(database, one)
    severity = next(f["severity"] for f in run.findings if f["code"] == codes[0])
    assert codes[0] in after_codes
    assert decided(database, one).dismissed == {("visual", codes[0]): "seen"}
    after = review.dismiss(database, one, "visual", "*", note="no site", by="Ann")
    assert findings(database, one)[0].score is None
    assert after.after == 60
    assert before.after != after.after or severity == "info"


def test_an_dismissed_finding_gives_its_points_back(database):
    one, _ = opened(database)
    rules = scoring.load_rules()
    run, codes = findings(database, one)
    severities = {f["code"]: f["severity"] for f in run.findings}
    code = max(codes, key=lambda c: rules.penalties[severities[c]])
    review.dismiss(database, one, "visual", code, note="seen", by="Ann")
    lost = sum(rules.penalties[severities[c]] for c in codes if c != code)
    assert findings(database, one)[0].score == 100 - lost


@pytest.mark.parametrize(
    ("check", "code", "note", "error"),
    [
        ("visual", "made-up", "x", NotFoundError),
        ("nonsense", "*", "x", NotFoundError),
        ("visual", "*", "  ", UsageError),
    ],
)
def test_only_known_findings_are_dismissed_and_never_without_a_word(
    database, check, code, note, error
):
    one, _ = opened(database)
    with pytest.raises(error):
        review.dismiss(database, one, check, code, note=note, by="Ann")
    assert decided(database, one).dismissed == {}


def test_an_issued_audit_can_not_change(database):
    one, _ = opened(database)
    review.approve(database, one, by="Ann")
    review.issue(database, one)
    with pytest.raises(UsageError, match="issued"):
        review.dismiss(database, one, "visual", "*", note="x", by="Ann")


def test_what_has_not_ended_can_not_be_reviewed(database):
    with pytest.raises(NotFoundError):
        review.approve(database, 7, by="Ann")
