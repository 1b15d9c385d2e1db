"""axe-core's results, grouped, and the places of findings on the screenshots."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lfassess.checks.visual_rules.accessibility import axe_source, findings, group_of
from lfassess.checks.visual_rules.regions import regions

BOX = {"x": 10, "y": 20, "width": 30, "height": 40}
JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=True) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["axe", "violations", "id", "count", "boxes", "x", "width", "images"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def device(*violations: dict[str, Any], passes: int = 30) -> dict[str, Any]:
    return {"axe": {"version": "4", "passes": passes, "violations": list(violations)}}


def violation(rule: str, count: int = 1, **more: Any) -> dict[str, Any]:
    return {"id": rule, "help": f"Help of {rule}", "count": count, "example": "#a"} | more


def test_axe_is_at_hand():
    assert "axe" in (axe_source() or "")[:20]


def test_rules_of_one_matter_make_one_finding_with_the_most_frequent_as_example():
    (found,) = findings(device(violation("link-name", 2), violation("button-name", 5)))
    assert found.code == "visual-unnamed-controls"
    assert found.evidence == "7 places: Help of button-name, for example #a"


@pytest.mark.parametrize("rule", ["color-contrast", "image-alt", "html-has-lang"])
def test_what_another_finding_tells_is_not_told_twice(rule):
    assert group_of(rule) is None
    assert [f.code for f in findings(device(violation(rule)))] == ["visual-accessible"]


def test_unknown_rules_are_told_together():
    assert group_of("aria-roles") == "visual-confusing-structure"


def test_without_axe_nothing_is_said():
    assert list(findings({"axe": None})) == []


def test_only_found_matters_are_marked_and_three_at_most():
    seen = {"desktop": device(violation("label", boxes=[BOX] * 5), violation("list", boxes=[BOX]))}
    marked = regions(seen, {"visual-unlabelled-fields"})
    assert (
        marked
        == [
            {
                "code": "visual-unlabelled-fields",
                "label": "Form fields have no labels",
                **BOX,
                "viewport": "desktop",
            }
        ]
        * 3
    )


def test_boxes_without_a_size_are_left_out():
    seen = {"mobile": {"overlay": {"box": BOX | {"width": 0}}}}
    assert regions(seen, {"visual-popup"}) == []


@given(JSON)
def test_no_evidence_breaks_the_rules(evidence):
    seen = evidence if isinstance(evidence, dict) else {}
    list(findings(seen))
    regions({"desktop": seen, "mobile": seen}, {"visual-popup", "visual-unnamed-controls"})
