from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from lfassess import scoring
from lfassess.checks.base import Area, Finding, Judgement, Severity, Source
from lfassess.errors import ConfigurationError
from lfassess.findings import SITE_AREAS
from lfassess.scoring import Result, ScoringRules, check_score, grade, load_rules, mean, rules_from

A = Area
RULES = ScoringRules(
    version="test",
    weights=dict.fromkeys(Area, 0.0) | {A.SPEED: 30.0, A.SECURITY: 10.0, A.GOOGLE_PROFILE: 10.0},
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
    ("scores", "score", "shares"),
    [
        ({}, None, {}),
        ({A.SPEED: None, A.SECURITY: None}, None, {}),
        ({A.SPEED: 0}, 0, {A.SPEED: 1.0}),
        ({A.SPEED: 80, A.SECURITY: 40}, 70, {A.SPEED: 0.75, A.SECURITY: 0.25}),
        ({A.SPEED: 80, A.SECURITY: None}, 80, {A.SPEED: 1.0}),
        ({A.SECURITY: 40, A.GOOGLE_PROFILE: 81}, 61, {A.SECURITY: 0.5, A.GOOGLE_PROFILE: 0.5}),
        ({A.SEARCH_BASICS: 50}, None, {}),
    ],
)
def test_the_whole_is_the_weighted_mean_of_the_areas_with_a_score(scores, score, shares):
    assert mean(scores, RULES) == score
    assert scoring.overall.shares_of(scores, RULES) == shares


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
    assert rules.version == "3"
    assert rules.grades == RULES.grades
    assert set(rules.weights) == set(Area)
    assert sum(rules.weights.values()) == 100
    ordered = [rules.penalties[s] for s in Severity]
    assert ordered == sorted(ordered, reverse=True)


def table(**changes: Any) -> dict[str, Any]:
    sound = {
        "version": "1",
        "weights": {area.value: 10 for area in Area},
        "penalties": {s.value: 1 for s in Severity},
        "grades": {"A": 50, "F": 0},
    }
    return sound | changes


def test_rules_are_read_from_a_table():
    rules = rules_from(table())
    assert (rules.weights[A.SECURITY], rules.grades) == (10.0, (("A", 50), ("F", 0)))


@pytest.mark.parametrize(
    "changes",
    [
        {"weights": {"security": 10}},
        {"weights": table()["weights"] | {"pagespeed": 10}},
        {"weights": table()["weights"] | {"speed": "much"}},
        {"weights": 3},
        {"weights": table()["weights"] | {"speed": -1}},
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


def dismissed_score(codes, **values):
    found = (made("one", Severity.HIGH), made("two", Severity.LOW))
    return scoring.check_score(Judgement(found, **values), scoring.load_rules(), codes)


def made(code, severity):
    return Finding(code, severity, code, "", Source.RAW, code, Area.SECURITY)


@pytest.mark.parametrize(
    ("codes", "score"), [((), 77), (("one",), 97), (("one", "two"), 100), ((scoring.ALL,), None)]
)
def test_an_dismissed_finding_costs_nothing(codes, score):
    assert dismissed_score(codes, score_from_findings=True) == score


@pytest.mark.parametrize(
    ("measured", "codes", "score"),
    [(40, ("one",), 60), (90, ("one",), 100), (105, ("one",), 105), (40, (scoring.ALL,), None)],
)
def test_a_measured_score_gets_an_dismissed_findings_points_back(measured, codes, score):
    assert dismissed_score(codes, score=measured) == score


def fault(code, severity, area):
    return {"code": code, "severity": severity, "area": area.value}


def result(*found, score=None, visit=None, parts=None, **measures):
    metrics = {"measures": measures} if measures else {}
    metrics |= {"visit": {"kind": visit, "code": "x", "shown": "", "url": ""}} if visit else {}
    metrics |= {"parts": parts} if parts else {}
    return Result(score, found, metrics)


FAINT = fault("visual-low-contrast", "medium", A.ACCESSIBILITY)
NO_NUMBER = fault("visual-no-phone-number", "high", A.FIRST_IMPRESSION)
OLD_YEAR = fault("visual-old-copyright", "low", A.FIRST_IMPRESSION)


@pytest.mark.parametrize(
    ("results", "area", "score"),
    [
        ({"pagespeed": result(speed=37)}, A.SPEED, 37),
        # what a visitor waits for is measured; findings only explain it
        ({"pagespeed": result(fault("slow-page", "high", A.SPEED), speed=95)}, A.SPEED, 95),
        ({"pagespeed": result(accessibility=95)}, A.ACCESSIBILITY, 95),
        (
            {"pagespeed": result(accessibility=95), "visual": result(FAINT, score=92)},
            A.ACCESSIBILITY,
            92,
        ),
        (
            {"pagespeed": result(accessibility=60), "visual": result(FAINT, score=92)},
            A.ACCESSIBILITY,
            60,
        ),
        ({"visual": result(FAINT, score=92)}, A.ACCESSIBILITY, 92),
        ({"visual": result()}, A.ACCESSIBILITY, None),
        ({"visual": result(NO_NUMBER, OLD_YEAR, FAINT, score=1)}, A.FIRST_IMPRESSION, 77),
        ({"visual": result(NO_NUMBER)}, A.FIRST_IMPRESSION, None),
        (
            {
                "pagespeed": result(
                    fault("not-indexable", "high", A.SEARCH_BASICS), search_basics=85
                )
            },
            A.SEARCH_BASICS,
            80,
        ),
        ({"visual": result(score=100)}, A.SEARCH_BASICS, None),
        # the on-page check counts down from 100, with Lighthouse or without
        (
            {"onpage": result(fault("onpage-no-h1", "medium", A.SEARCH_BASICS), search_basics=100)},
            A.SEARCH_BASICS,
            92,
        ),
        (
            {
                "onpage": result(
                    fault("onpage-no-h1", "medium", A.SEARCH_BASICS), search_basics=100
                ),
                "pagespeed": result(search_basics=77),
            },
            A.SEARCH_BASICS,
            77,
        ),
        (
            {
                "onpage": result(
                    fault("onpage-no-phone", "high", A.FIRST_IMPRESSION), search_basics=100
                ),
                "visual": result(score=100),
            },
            A.FIRST_IMPRESSION,
            80,
        ),
        # of security it takes points off what is measured, and measures nothing
        (
            {
                "onpage": result(fault("onpage-no-spf", "medium", A.SECURITY), search_basics=100),
                "security": result(fault("no-csp", "medium", A.SECURITY), security=95),
            },
            A.SECURITY,
            92,
        ),
        (
            {
                "onpage": result(fault("onpage-no-spf", "medium", A.SECURITY), search_basics=100),
                "security": result(security=60),
            },
            A.SECURITY,
            60,
        ),
        (
            {"onpage": result(fault("onpage-no-spf", "medium", A.SECURITY), search_basics=100)},
            A.SECURITY,
            None,
        ),
        ({"gbp": result(google_profile=140)}, A.GOOGLE_PROFILE, 100),
        ({"gbp": Result(70, [], {})}, A.GOOGLE_PROFILE, 70),
        ({"semrush": result(search_visibility=12)}, A.SEARCH_VISIBILITY, 12),
        ({"new": result(security=50), "security": result(security=80)}, A.SECURITY, 50),
        ({"security": Result(None, [], {"measures": {"security": "x"}})}, A.SECURITY, None),
    ],
)
def test_an_areas_score_is_measured_or_counted_down_or_absent(results, area, score):
    assert scoring.area_scores(results, load_rules())[area] == score


@pytest.mark.parametrize("kind", ["no_site", "platform", "wall", "refused", "unread"])
def test_what_was_not_seen_is_not_scored(kind):
    results = {
        "pagespeed": result(speed=99, accessibility=99, search_basics=99),
        "security": result(security=99),
        "visual": result(score=99, visit=kind),
        "gbp": result(google_profile=70),
    }
    made = scoring.assess(results, load_rules())
    assert {a for a, s in made.areas.items() if s.score is not None} == {A.GOOGLE_PROFILE}
    assert (made.score, made.grade, made.assessed) == (None, None, 1)


@pytest.mark.parametrize(
    ("results", "seen"),
    [
        ({"visual": result(score=9, visit="site"), "security": result(visit="no_site")}, True),
        ({"visual": result(score=9, visit="elsewhere")}, True),
        ({"security": result(visit="wall", security=9)}, False),
        ({"visual": result(fault("visual-parked-page", "critical", A.SPEED), score=0)}, False),
        ({"pagespeed": result(fault("page-not-found", "critical", A.SPEED))}, False),
        (
            {
                "pagespeed": result(fault("page-not-found", "critical", A.SPEED)),
                "visual": result(OLD_YEAR, score=97),
            },
            True,
        ),
    ],
)
def test_the_browsers_word_on_the_visit_goes_first(results, seen):
    assert scoring.nothing_seen(results) is not seen


def test_a_fact_that_two_checks_tell_costs_once():
    results = {
        "pagespeed": result(fault("no-title", "medium", A.SEARCH_BASICS), search_basics=100),
        "visual": result(fault("visual-no-title", "medium", A.SEARCH_BASICS), score=92),
    }
    assert scoring.area_scores(results, load_rules())[A.SEARCH_BASICS] == 92


@pytest.mark.parametrize(
    ("dismissed", "score"),
    [
        ((), 40),
        ({("security", "no-hsts")}, 48),
        ({("security", "other")}, 40),
        ({("visual", "no-hsts")}, 40),
        ({("security", scoring.ALL)}, None),
    ],
)
def test_an_area_gets_an_dismissed_findings_points_back(dismissed, score):
    found = (
        fault("no-hsts", "medium", A.SECURITY),
        fault("other", "high", A.FIRST_IMPRESSION),
    )
    results = {"security": result(*found, security=40)}
    assert scoring.area_scores(results, load_rules(), dismissed)[A.SECURITY] == score


def test_the_summary_tells_every_area_its_share_and_its_parts():
    parts = {"connection": 100, "hardening": 30, "other": 3}
    results = {"security": result(security=83, parts=parts), "pagespeed": result(speed=50)}
    made = scoring.assess(results, load_rules()).as_summary()
    assert set(made["areas"]) == {a.value for a in Area}
    assert made["areas"]["security"] == {
        "score": 83,
        "grade": "B",
        "weight": 0.4286,
        "parts": {"connection": 100, "hardening": 30},
    }
    assert made["areas"]["search_basics"] == {"score": None, "grade": None, "weight": None}
    assert made["weights"] == {"speed": 0.5714, "security": 0.4286}


def test_only_completed_checks_count_and_any_json_is_taken():
    rows = [
        SimpleNamespace(name="gbp", status="failed", score=9, findings=None, metrics=None),
        SimpleNamespace(name="pagespeed", status="completed", score=9, findings=3, metrics=[1]),
        SimpleNamespace(
            name="visual", status="completed", score=9, findings=[None, {"code": 3}], metrics="x"
        ),
    ]
    results = scoring.results_of(rows)
    assert set(results) == {"pagespeed", "visual"}
    assert scoring.assess(results, load_rules()).areas[A.SPEED].score == 9


def test_the_sites_areas_are_all_but_google_and_search():
    assert set(Area) - SITE_AREAS == {A.GOOGLE_PROFILE, A.SEARCH_VISIBILITY}
