from __future__ import annotations

from typing import Any

import pytest

from lfassess import scoring
from lfassess.checks.base import Area, Finding, Judgement, Severity, Source
from lfassess.errors import ConfigurationError
from lfassess.scoring import ScoringRules, check_score, grade, load_rules, overall, rules_from

RULES = ScoringRules(
    version="test",
    weights={"pagespeed": 30, "security": 10, "llm_analysis": 0},
    default_weight=10,
    penalties={
        Severity.CRITICAL: 40,
        Severity.HIGH: 20,
        Severity.MEDIUM: 8,
        Severity.LOW: 3,
        Severity.INFO: 0,
        Severity.PASSED: 0,
    },
    grades=(("A", 90), ("B", 75), ("C", 50), ("D", 30), ("F", 0)),
)


def findings(*severities: str) -> tuple[Finding, ...]:
    return tuple(
        Finding("x", Severity(s), "X", "seen", Source.RAW, "x", Area.SECURITY) for s in severities
    )


@pytest.mark.parametrize(
    ("judgement", "expected"),
    [
        (Judgement(score=87), 87),
        (Judgement(score=0), 0),
        (Judgement(score=87, findings=findings("critical"), score_from_findings=True), 87),
        (Judgement(findings=findings("critical")), None),
        (Judgement(inconclusive="a challenge page"), None),
        (Judgement(score_from_findings=True), 100),
        (Judgement(findings=findings("info", "passed"), score_from_findings=True), 100),
        (Judgement(findings=findings("high", "medium", "low"), score_from_findings=True), 69),
        (Judgement(findings=findings(*["critical"] * 3), score_from_findings=True), 0),
    ],
)
def test_check_score_is_measured_or_counted_down_or_absent(judgement, expected):
    assert check_score(judgement, RULES) == expected


@pytest.mark.parametrize(
    ("scores", "score", "weights"),
    [
        ({}, None, {}),
        ({"pagespeed": None, "security": None}, None, {}),
        ({"pagespeed": 0}, 0, {"pagespeed": 1.0}),
        ({"pagespeed": 80, "security": 40}, 70, {"pagespeed": 0.75, "security": 0.25}),
        ({"pagespeed": 80, "security": None}, 80, {"pagespeed": 1.0}),
        ({"security": 40, "seventh": 80}, 60, {"security": 0.5, "seventh": 0.5}),
        ({"security": 40, "seventh": 81}, 61, {"security": 0.5, "seventh": 0.5}),
        ({"security": 125, "seventh": -5}, 50, {"security": 0.5, "seventh": 0.5}),
        ({"llm_analysis": 50}, None, {}),
    ],
)
def test_overall_is_the_weighted_mean_of_what_has_a_score(scores, score, weights):
    result = overall(scores, RULES)
    assert (result.score, result.weights_used, result.version) == (score, weights, "test")
    assert result.grade == grade(score, RULES)


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (None, None),
        (125, "A"),
        (100, "A"),
        (90, "A"),
        (89, "B"),
        (75, "B"),
        (74, "C"),
        (50, "C"),
        (49, "D"),
        (30, "D"),
        (29, "F"),
        (0, "F"),
        (-1, "F"),
    ],
)
def test_grade_begins_at_its_bound(score, expected):
    assert grade(score, RULES) == expected


def test_shipped_rules_are_sound():
    rules = load_rules()
    assert rules.version
    assert rules.grades == RULES.grades
    assert sum(rules.weights.values()) == 100
    assert rules.weight("a_check_of_tomorrow") == rules.default_weight
    ordered = [rules.penalties[s] for s in Severity]
    assert ordered == sorted(ordered, reverse=True)


def table(**changes: Any) -> dict[str, Any]:
    sound = {
        "version": "1",
        "weights": {"security": 10, "default": 10},
        "penalties": {s.value: 1 for s in Severity},
        "grades": {"A": 50, "F": 0},
    }
    return sound | changes


def test_rules_are_read_from_a_table():
    rules = rules_from(table())
    assert (rules.weight("security"), rules.grades) == (10.0, (("A", 50), ("F", 0)))


@pytest.mark.parametrize(
    "changes",
    [
        {"weights": {"security": 10}},
        {"weights": {"default": "much"}},
        {"weights": 3},
        {"weights": {"default": -1}},
        {"weights": {"default": 1, "security": -1}},
        {"penalties": {"high": 1}},
        {"penalties": {s.value: -1 for s in Severity}},
        {"grades": {}},
        {"grades": {"A": 50}},
        {"grades": {"A": 50, "B": 50, "F": 0}},
    ],
)
def test_unsound_rules_are_refused(changes):
    with pytest.raises(ConfigurationError, match=r"scoring\.toml"):
        rules_from(table(**changes))


def overruled_score(codes, **values):
    found = (made("one", Severity.HIGH), made("two", Severity.LOW))
    return scoring.check_score(Judgement(found, **values), scoring.load_rules(), codes)


def made(code, severity):
    return Finding(code, severity, code, "", Source.RAW, code, Area.SECURITY)


@pytest.mark.parametrize(
    ("codes", "score"), [((), 77), (("one",), 97), (("one", "two"), 100), ((scoring.ALL,), None)]
)
def test_an_overruled_finding_costs_nothing(codes, score):
    assert overruled_score(codes, score_from_findings=True) == score


@pytest.mark.parametrize(
    ("measured", "codes", "score"),
    [(40, ("one",), 60), (90, ("one",), 100), (105, ("one",), 105), (40, (scoring.ALL,), None)],
)
def test_a_measured_score_gets_an_overruled_findings_points_back(measured, codes, score):
    assert overruled_score(codes, score=measured) == score
