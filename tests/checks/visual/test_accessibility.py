"""axe-core's results, grouped, and the places of findings on the screenshots."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lfassess.checks.base import Finding, Severity
from lfassess.checks.visual import rules_accessibility, rules_page_quality
from lfassess.checks.visual.catalogue import finding
from lfassess.checks.visual.evidence import Device, Evidence
from lfassess.checks.visual.judge import regions as marks
from lfassess.checks.visual.rules_accessibility import group_of

BOX = {"x": 10, "y": 20, "width": 30, "height": 40}
JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=True) | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "axe",
                    "violations",
                    "passes",
                    "id",
                    "count",
                    "text",
                    "contrast",
                    "boxes",
                    "x",
                    "width",
                    "images",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def findings(device: object) -> list[Finding]:
    return list(rules_accessibility.findings(Device.from_json(device)))


def praise(device: object, found: list[Finding]) -> list[Finding]:
    return list(rules_accessibility.praise(Device.from_json(device), found))


def regions(evidence: object, codes: set[str]) -> list[dict[str, Any]]:
    return marks(Evidence.from_json(evidence), codes)


def device(*violations: dict[str, Any], passes: int = 30) -> dict[str, Any]:
    return {"axe": {"version": "4", "passes": passes, "violations": list(violations)}}


def violation(rule: str, count: int = 1, **more: Any) -> dict[str, Any]:
    return {"id": rule, "help": f"Help of {rule}", "count": count, "example": "#a"} | more


def test_rules_of_one_matter_make_one_finding_with_the_most_frequent_as_example():
    (found,) = findings(device(violation("link-name", 2), violation("button-name", 5)))
    assert found.code == "visual-unnamed-controls"
    assert found.evidence == "7 places: Help of button-name, for example #a"


RULES_OF_OTHERS = ["color-contrast", "document-title", "html-has-lang", "image-alt",
                   "meta-viewport", "page-has-heading-one", "target-size"]  # fmt: skip


@pytest.mark.parametrize("rule", RULES_OF_OTHERS)
def test_what_another_finding_tells_is_not_told_twice(rule):
    assert group_of(rule) is None
    assert list(findings(device(violation(rule)))) == []


def measured(**changes: Any) -> dict[str, Any]:
    return {
        **device(),
        "page": {"lang": "en", "h1": ["Bread"]},
        "text": {"contrast": {"checked_chars": 900, "low_share": 0}},
        "images": {"count": 3, "alt_missing": 0},
        **changes,
    }


def praised(seen: dict[str, Any], *found: str) -> bool:
    return [f.code for f in praise(seen, [finding(code, "") for code in found])] != []


def test_praise_where_everything_ran_and_passed():
    assert praised(measured())
    assert praised(measured(), "visual-fits-phones", "visual-old-copyright")


@pytest.mark.parametrize("rule", [*RULES_OF_OTHERS, "label", "aria-roles"])
def test_no_praise_with_any_rule_of_axe_broken(rule):
    assert not praised(measured(**device(violation(rule))))


@pytest.mark.parametrize(
    "code",
    ["visual-low-contrast", "visual-alt-missing", "visual-no-title", "visual-no-language",
     "visual-no-heading", "visual-zoom-blocked", "visual-small-text", "visual-tiny-tap-targets",
     "visual-unlabelled-fields"],
)  # fmt: skip
def test_no_praise_beside_a_finding_of_its_topic(code):
    assert not praised(measured(), code)


@pytest.mark.parametrize(
    "gap",
    [
        {"axe": None},
        {"axe": {"passes": 0, "violations": []}},
        {"axe": {"passes": 30}},
        {"page": None},
        {"text": None},
        {"text": {"contrast": {"checked_chars": 0, "low_share": 0}}},
        {"text": {"contrast": {"checked_chars": 900, "low_share": 0.01}}},
        {"text": {"contrast": {"checked_chars": 900}}},
        {"images": None},
        {"images": {"count": 3}},
    ],
)
def test_no_praise_without_each_measure(gap):
    assert not praised(measured(**gap))


@pytest.mark.parametrize(
    ("missing", "count", "severity"),
    [(0, 40, None), (1, 40, Severity.LOW), (1, 1, Severity.LOW), (2, 2, Severity.LOW),
     (3, 7, Severity.LOW), (3, 6, Severity.MEDIUM), (9, 9, Severity.MEDIUM)],
)  # fmt: skip
def test_each_picture_without_a_text_counts_and_their_share_weighs(missing, count, severity):
    seen = Device.from_json({"images": {"count": count, "alt_missing": missing}})
    found = [
        f.severity
        for f in rules_page_quality.findings(seen, 2026)
        if f.code == "visual-alt-missing"
    ]
    assert found == ([severity] if severity else [])


def test_unknown_rules_are_told_together():
    assert group_of("aria-roles") == "visual-confusing-structure"


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (violation("made-up"), "1 place: Help of made-up, for example #a"),
        (violation("made-up", 0, example=""), "1 place: Help of made-up"),  # there is one at least
        (violation("made-up", 2, help=""), "2 places: made-up, for example #a"),
    ],
)
def test_says_how_often_a_rule_is_broken_and_where(broken, said):
    assert [found.evidence for found in findings(device(broken))] == [said]


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
    list(praise(seen, []))
    regions({"desktop": seen, "mobile": seen}, {"visual-popup", "visual-unnamed-controls"})
