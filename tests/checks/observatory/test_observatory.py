"""Results, scores and grades equal to MDN HTTP Observatory's own, header set by header set.

scanned.json holds 150 generated header sets with what version 1.4.8 of the Observatory's scorer
made of them.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lfassess.checks.observatory import Site, assess
from lfassess.checks.observatory.csp import InvalidPolicyError, parse
from lfassess.checks.observatory.verdict import grade

CASES = json.loads((Path(__file__).parent / "scanned.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_agrees_with_the_observatory(case):
    verdict = assess(Site.from_json(case["site"]))
    assert verdict.tests == case["tests"]
    assert (verdict.score, verdict.grade) == (case["score"], case["grade"])


@pytest.mark.parametrize(
    ("score", "expected"),
    [(135, "A+"), (100, "A+"), (99, "A"), (90, "A"), (89, "A-"), (70, "B"), (69, "B-"), (50, "C"),
     (30, "D"), (29, "D-"), (25, "D-"), (24, "F"), (0, "F")],
)  # fmt: skip
def test_grades_by_the_multiple_of_five_below(score, expected):
    assert grade(score) == expected


def test_two_policies_allow_what_both_allow():
    policy, _ = parse(["script-src 'self' https://a.test", "script-src 'self'"])
    assert policy["script-src"] == {"'self'"}


def test_repeated_directive_makes_a_policy_invalid():
    with pytest.raises(InvalidPolicyError):
        parse(["script-src 'self'; script-src 'none'"])
