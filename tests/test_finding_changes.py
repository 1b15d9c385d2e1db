"""What has changed between two audits: nothing that was not looked at, and no noise."""

from __future__ import annotations

import pytest

from lfassess.findings.changes import Audit, Incomparable, Kind, changes, found_in

SLOW = {"code": "slow-largest-paint", "severity": "high", "title": "The main content appears late"}
THIN = {"code": "semrush-low-authority", "severity": "low", "title": "Few link to it"}
HEADER = {"code": "no-csp", "severity": "low", "title": "No content security policy"}
GONE = {"code": "visual-parked-page", "severity": "critical", "title": "An ad page"}


def audit(score=60, version="3", areas=(60, 60), **found):
    return Audit(score, version, found, areas)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (audit(60), audit(66), Kind.BETTER),
        (audit(60), audit(54), Kind.WORSE),
        (audit(60), audit(64), None),  # no more than the measurement varies
        (audit(60), audit(90, version="4"), None),  # other rules
        (audit(None), audit(90), None),
        (audit(60, areas=(60, None)), audit(66, areas=(66, None)), Kind.BETTER),
        (audit(44, areas=(70, 18)), audit(70, areas=(70, None)), None),  # one was not looked at
        (audit(60, visual=[]), audit(None, visual=[GONE]), Kind.GONE),
        (audit(None, visual=[GONE]), audit(60, visual=[]), Kind.BACK),
        (audit(60, pagespeed=[]), audit(61, pagespeed=[SLOW]), Kind.CHANGED),
        (audit(60, security=[]), audit(60, security=[HEADER]), None),  # no customer sees a header
        (audit(60, pagespeed=[SLOW]), audit(60), None),  # not looked at again
    ],
)
def test_what_became_of_a_lead(before, after, kind):
    assert changes(before, after).kind is kind


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (audit(60), audit(90), None),
        (audit(60, visual=[SLOW]), audit(90, version="4", visual=[]), Incomparable.RULES),
        (audit(60, visual=[SLOW]), audit(90, areas=(90, None), visual=[]), Incomparable.AREAS),
        (audit(None, visual=[SLOW]), audit(90, visual=[]), Incomparable.UNSCORED),
    ],
)
def test_scores_that_say_nothing_of_each_other_are_said_to_be_that(before, after, why):
    found = changes(before, after)
    assert found.incomparable is why
    assert found.kind is (Kind.CHANGED if why else Kind.BETTER)


def test_findings_that_came_and_went_are_named_worst_first():
    made = changes(
        audit(60, pagespeed=[], semrush=[], onpage=[THIN]),
        audit(40, pagespeed=[SLOW], semrush=[THIN], onpage=[]),
    )
    assert [fault.code for fault in made.new] == ["slow-largest-paint"]
    assert made.fixed == ()  # another check says it now
    assert [f.title for f in changes(audit(pagespeed=[SLOW]), audit(pagespeed=[])).fixed] == [
        "The main content appears late"
    ]


@pytest.mark.parametrize("stored", [None, [], {"security": None}, {"security": ["x", {}]}])
def test_stored_rows_of_any_shape_are_no_findings(stored):
    assert changes(Audit(1, "3", found_in(stored)), Audit(1, "3", found_in(stored))).kind is None
