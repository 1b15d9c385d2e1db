"""What counts as a grade that changed."""

from __future__ import annotations

import pytest

from tests.sites.audit import Audit
from tests.sites.corpus import sites
from tests.sites.stability import changed


def audit(speed, score_range=None):
    runs = {"scores": [speed], "median": speed}
    metrics = {"measures": {"speed": speed}, "runs": runs}
    if score_range:
        metrics["score_range"] = score_range
    result = {"status": "completed", "score": speed, "findings": [], "metrics": metrics}
    return Audit(sites()[0], {"pagespeed": result})


@pytest.mark.parametrize(
    ("before", "after", "unsteady"),
    [
        (audit(80), audit(80), 0),
        (audit(80), audit(60), 2),  # speed and, with nothing else, the whole
        (audit(80, [60, 85]), audit(60), 0),
        (audit(80), audit(60, [55, 80]), 0),
        (audit(80, [76, 85]), audit(60), 2),
        (audit(80, [30, 85]), audit(60), 0),
    ],
)
def test_a_range_has_to_cover_both_grades(before, after, unsteady):
    assert len(changed([before], [after])) == unsteady
