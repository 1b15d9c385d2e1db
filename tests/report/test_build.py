from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from lfassess.report.areas import ORDER
from lfassess.report.build import build
from lfassess.report.model import State
from lfassess.report.render import render_html
from tests.report.factories import bakery as bakery_rows
from tests.report.factories.bakery import bakery
from tests.report.factories.plumber import plumber
from tests.report.factories.rows import (
    CHECKS,
    NOW,
    PNG,
    advice,
    assessment,
    finding,
    lead,
    report,
    run,
)
from tests.report.factories.sandboxed import sandboxed


def section(made, name):
    return next(s for s in made.sections if s.name == name)


def insights(*recommendations, **values):
    made = {"by": "llm", "executive_summary": "Short.", "recommendations": list(recommendations)}
    return run("llm_analysis", metrics={"insights": made | values})


def recommendation(title, impact="medium", effort="medium", cites=()):
    return {
        "title": title,
        "why": "w",
        "how": "h",
        "impact": impact,
        "effort": effort,
        "evidence_ids": list(cites),
    }


def test_sections_stand_in_report_order_whatever_the_rows():
    shuffled = [bakery_rows.RUNS[i] for i in (5, 2, 0, 4, 1, 3)]
    extra = run("ads", metrics={"spend": 3})
    made = report(extra, *shuffled)
    assert [s.name for s in made.sections] == [*ORDER, "ads"]
    assert made.sections[-1].title == "Ads"


def test_stored_score_grade_and_version_are_taken_over():
    made = bakery(score=63, grade="C", scoring_version="7", checks_completed=6, checks_total=6)
    assert (made.score, made.grade, made.scoring_version) == (63, "C", "7")
    assert made.completeness == "6/6"


def test_a_section_without_score_has_no_grade_and_is_not_zero():
    made = plumber()
    assert {s.name: s.score for s in made.sections} == {
        "speed": None,
        "security": 10,
        "accessibility": None,
        "search_basics": None,
        "search_visibility": None,
        "google_profile": None,
        "first_impression": None,
        "recommendations": None,
    }
    assert section(made, "google_profile").grade is None
    assert section(made, "security").grade == "F"


def test_coverage_says_what_the_grade_rests_on():
    assert plumber().coverage == (
        "1 of 7 areas assessed, 1 without a clear result; the grade is based on 1 of them."
    )
    assert bakery().coverage == "7 of 7 areas assessed; the grade is based on 6 of them."
    nothing = report(*(run(name, "failed") for name in CHECKS))
    assert nothing.coverage == "0 of 7 areas assessed; none could be scored."


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (run("visual", "failed", error_code="target_blocked"), "turned our automated visit away"),
        (run("visual", "failed", error_code="internal_error"), "couldn't be measured"),
        (run("visual", "failed", error_code=None), "couldn't be measured"),
        (run("visual", "skipped", skip_code="no_website"), "We know of no website"),
        (run("visual", "skipped", skip_code="not_selected"), "wasn't part of the order"),
        (
            run("gbp", "skipped", skip_code="not_configured", skip_reason="no GOOGLE_API_KEY"),
            "data source wasn't part",
        ),
        (run("gbp", inconclusive_reason="nothing under the lead's name"), "the business's name."),
        (run("gbp", inconclusive_reason="misleading"), "Misleading."),
        (run("visual", "in_progress"), "hasn't finished yet"),
    ],
)
def test_gaps_are_worded_for_customers(made, expected):
    report_ = report(made)
    (gap,) = report_.not_assessed
    assert expected in gap.reason
    assert {s.reason for s in report_.sections} == {gap.reason}


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (
            run(
                "llm_analysis",
                "skipped",
                skip_code="not_configured",
                skip_reason="no OPENAI_API_KEY",
            ),
            "chosen by fixed rules",
        ),
        (run("llm_analysis", "skipped", skip_code="not_selected"), "wasn't part of the order"),
        (run("llm_analysis", "failed", error_code="content_refused"), "chosen by fixed rules"),
    ],
)
def test_a_plan_by_rule_is_no_gap(made, expected):
    report_ = report(made)
    assert report_.not_assessed == ()
    assert expected in section(report_, "recommendations").reason


_SHIFT = finding("visual-layout-shift", "medium", "The page jumps", "0.4") | {"area": "speed"}
_FEW = {"area": "security"} | finding("onpage-no-spf", "medium", "No SPF", "x")


@pytest.mark.parametrize(
    ("own", "other", "area"),
    [
        (run("pagespeed", "failed", error_code="internal_error"), ("visual", _SHIFT), "speed"),
        (run("pagespeed", "skipped", skip_code="not_selected"), ("visual", _SHIFT), "speed"),
        (run("pagespeed", inconclusive_reason="no time"), ("visual", _SHIFT), "speed"),
        (run("security", "failed", error_code="internal_error"), ("onpage", _FEW), "security"),
    ],
)
def test_an_area_is_not_assessed_by_what_another_check_came_upon(own, other, area):
    name, row = other
    made = report(own, run(name, score=60, findings=[{**row, "area": area}]))
    found = section(made, area)
    assert (found.assessed, found.state, found.score) == (False, State.INCONCLUSIVE, None)
    assert found.reason
    assert [f.code for f in found.findings] == [row["code"]]
    assert ", 1 without a clear result" in made.coverage
    assert "all of them" not in made.coverage
    assert area_titles(made) & {found.title}


def area_titles(made):
    """Return the areas that the gaps name."""
    return {title for gap in made.not_assessed for title in gap.title.split(" and ")}


def test_an_inconclusive_result_is_never_scored():
    made = report(run("gbp", score=80, inconclusive_reason="a weak match"))
    assert section(made, "google_profile").score is None
    assert section(made, "google_profile").state is State.INCONCLUSIVE


def test_wins_come_from_different_areas_before_the_same():
    assert [w.area for w in bakery().wins] == [
        "Google Business Profile",
        "First impression",
        "Security",
    ]
    only = report(run("gbp", findings=[finding(f"g{n}", "passed", f"Good {n}") for n in range(4)]))
    assert [w.title for w in only.wins] == ["Good 0", "Good 1", "Good 2"]
    assert only.wins[0].text


def test_losses_are_the_weightiest_with_what_they_cost():
    made = report(
        run("security", findings=[finding("a", "low", "A"), finding("b", "critical", "B")]),
        run(
            "visual",
            findings=[
                finding("c", "high", "C"),
                finding("d", "high", "D"),
                finding("e", "info", "E"),
            ],
        ),
        advice={
            "d": advice("what", "It costs calls.", "fix"),
            "c": advice("x", "y", "z", impact="low"),
        },
    )
    assert [p.title for p in made.losses] == ["B", "D", "C"]
    assert made.losses[1].text == "It costs calls."
    assert report(run("security", findings=[finding("e", "info", "E")])).losses == ()


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ({"pagespeed": 95, "security": 96, "gbp": 92}, "does very well in what we checked; what is left is polish. Strongest: security and speed."),
        ({"pagespeed": 20, "security": 96, "gbp": 60}, "Strongest: security. Weakest: speed."),
        ({"pagespeed": 60, "security": 60, "gbp": 60}, "has clear gaps next to things that work."),
        ({"pagespeed": 10, "security": 10, "gbp": 10}, "needs work right away. Weakest: the Google profile and security."),
        ({"pagespeed": 95}, "Based on what could be measured, Harbour Bakery gets an A; most areas"),
        ({}, "too little to measure to give Harbour Bakery a grade"),
    ],
)  # fmt: skip
def test_verdict_is_one_thought(scores, expected):
    made = report(*(run(name, score=score) for name, score in scores.items()))
    assert expected in made.verdict


def test_braces_in_a_name_are_just_letters():
    made = report(run("gbp", score=95), business=lead(name="{name.__class__} {0}"))
    assert "{name.__class__} {0}" in made.verdict


def test_recommendations_are_due_by_effort_and_severity():
    made = report(
        run("security", findings=[finding("bad", "critical", "Bad"), finding("so", "low", "So")]),
        insights(
            recommendation("large", "medium", "high"),
            recommendation("large and worth it", "high", "high"),
            recommendation("urgent", "high", "high", ["bad"]),
            recommendation("easy", "low", "low", ["so", "unknown", "so"]),
            recommendation("middling", "odd", None),
        ),
    )
    assert [(p.title, [r.title for r in p.recommendations]) for p in made.phases] == [
        ("This week", ["urgent", "easy"]),
        ("Within a month", ["large and worth it", "middling"]),
        ("This quarter", ["large"]),
    ]
    assert [r.number for r in made.recommendations] == [1, 2, 3, 4, 5]
    assert [c.code for c in made.recommendations[1].evidence] == ["so"]


def test_the_plan_opens_with_what_the_verdict_says_to_fix_first():
    made = report(
        run("security", findings=[finding("door", "high", "Open door"), finding("a", "low", "A")]),
        run("visual", findings=[finding("b", "medium", "B"), finding("c", "medium", "C")]),
        insights(
            recommendation("A", "high", "low", ["a"]),
            recommendation("B and A", "low", "low", ["a", "b"]),
            recommendation("C", "medium", "low", ["c"]),
            recommendation("D", "high", "low", ["unknown"]),
            recommendation("Shut the door", "low", "high", ["door", "a"]),
        ),
    )
    assert "Open door" in made.verdict
    assert [(p.title, [r.title for r in p.recommendations]) for p in made.phases] == [
        ("This week", ["Shut the door", "C", "B and A", "A", "D"])
    ]


def test_the_plan_opens_with_the_first_loss_where_nothing_is_of_high_severity():
    made = report(
        run("visual", findings=[finding("b", "medium", "B"), finding("a", "low", "A")]),
        insights(
            recommendation("A", "high", "low", ["a"]),
            recommendation("B", "low", "high", ["b"]),
        ),
    )
    assert "first" not in made.verdict
    assert (made.losses[0].title, made.recommendations[0].title) == ("B", "B")


@pytest.mark.parametrize(
    ("begins", "dismissed", "shown"),
    [("door", (), True), ("b", (), False), ("", (), True), ("door", [("security", "door")], False)],
)
def test_a_summary_that_begins_with_something_else_than_the_verdict_is_left_out(
    begins, dismissed, shown
):
    made = report(
        run("security", findings=[finding("door", "high", "Open door")]),
        run("visual", findings=[finding("b", "medium", "B")]),
        insights(recommendation("Shut it", cites=["door"]), summary_first=begins),
        dismissed=dict.fromkeys(dismissed, "no"),
    )
    assert (made.summary == "Short.") is shown


def test_without_a_language_model_recommendations_come_by_rule():
    made = sandboxed()
    assert made.advice_by == "rules"
    assert made.quick_wins == ()
    assert "The Google profile has few photos" in [r.title for r in made.recommendations]
    cited = [c.code for r in made.recommendations for c in r.evidence]
    assert "gbp-few-photos" in cited


def test_unreadable_insights_fall_back_to_rules():
    made = report(
        run("gbp", findings=[finding("gbp-few-photos", "medium", "Few photos")]),
        run("llm_analysis", metrics={"insights": ["?"]}),
    )
    assert made.advice_by == "rules"
    assert [r.title for r in made.recommendations] == ["Few photos"]


def test_words_for_the_salesperson_and_the_engineer_stay_inside():
    html = render_html(bakery()) + render_html(plumber())
    for inside in ("SALES-ONLY", "EMAIL-DRAFT", "chrome 139", "no answer in 60 s", "_API_KEY"):
        assert inside not in html


def test_findings_stand_by_weight_with_their_advice():
    made = section(bakery(), "security")
    assert [f.code for f in made.findings][-1] == "version-leak"
    assert [f.code for f in made.strengths] == ["https-works"]
    assert all(f.why and f.fix and f.effort for f in made.findings)


def test_odd_findings_stay_where_they_say_something():
    odd = [
        None,
        3,
        {},
        {"title": 4},
        {"title": "T", "severity": ["x"], "source": {}},
        {"code": "c"},
    ]
    made = section(report(run("visual", findings=odd)), "first_impression")
    assert [(f.title, f.severity) for f in made.findings] == [("T", "info"), ("c", "info")]


def test_the_date_is_when_the_last_check_ended():
    runs = [
        run("gbp"),
        run("visual", finished_at=NOW),
        run("semrush", "skipped", skip_code="not_configured", skip_reason="x"),
    ]
    assert report(*runs).date == NOW
    assert report(runs[2], finished_at=NOW).date == NOW
    open_ = report(runs[2])
    assert open_.date < NOW


def test_method_names_source_and_date_of_what_was_measured():
    rows = {row.title: row for row in sandboxed().method}
    assert rows["Speed"].source == "Google PageSpeed Insights, Lighthouse 13.3.0"
    assert rows["Google Business Profile"].source == "Google Places (emulated)"
    assert rows["Security"].measured_at == bakery_rows.RUNS[1].finished_at
    assert [row.title for row in plumber().method] == ["Security", "Google Business Profile"]


@pytest.mark.parametrize(
    ("ran", "area", "looked", "not_looked", "source"),
    [
        (["security"], "Security", "protective headers", "email", "Own measurement, HTTP Observatory rules"),
        (["security", "onpage"], "Security", "email", "titles", "Own measurement, HTTP Observatory rules"),
        (["pagespeed"], "Search basics", "Automated tests", "up to twenty", "Google Lighthouse"),
        (["onpage", "visual"], "Search basics", "up to twenty", "Automated tests", "Own measurement"),
        (["pagespeed", "onpage"], "Search basics", "up to twenty", "email", "Google Lighthouse and own measurement"),
        (["visual"], "Accessibility", "contrast", "titles", "axe-core"),
    ],
)  # fmt: skip
def test_method_tells_of_no_check_that_did_not_run(ran, area, looked, not_looked, source):
    rows = {row.title: row for row in report(*[run(name, score=70) for name in ran]).method}
    assert looked in rows[area].method
    assert not_looked not in rows[area].method
    assert rows[area].source == source


def test_sandbox_marks_the_whole_and_its_part():
    made = sandboxed()
    assert made.sandbox
    assert [s.name for s in made.sections if s.sandbox] == ["search_visibility", "google_profile"]
    assert not bakery().sandbox


def test_a_lead_without_website_and_an_assessment_that_failed():
    runs = [run(name, "skipped", skip_code="no_website") for name in CHECKS]
    made = build(lead(website=None, name="\x00"), assessment(runs, checks_completed=None), runs, {})
    assert (made.business.website, made.business.name) == (None, "This business")
    assert (made.completeness, made.score, made.grade) == ("0/7", None, None)
    assert "No grade" in render_html(made)


def test_only_the_visual_section_shows_screenshots():
    made = bakery()
    assert [s.name for s in made.sections if s.screenshots] == ["first_impression"]


def test_scores_beyond_the_scale_are_shown_within_it():
    assert section(report(run("security", score=125)), "security").score == 100


def test_an_audit_of_the_first_scoring_version_shows_its_checks_scores():
    runs = [run("pagespeed", score=80), run("security", score=20), run("visual", score=60)]
    old = {"weights": {"pagespeed": 0.4, "security": 0.4, "visual": 0.2}}
    made = report(*runs, scoring_details=old, scoring_version="1")
    scored = {s.name: (s.score, s.weight) for s in made.areas if s.score is not None}
    assert scored == {"speed": (80, 0.4), "security": (20, 0.4), "first_impression": (60, 0.2)}
    assert section(made, "accessibility").state is State.ASSESSED
    assert section(made, "security").parts == ()


def test_security_has_two_lines_with_the_observatorys_own_grade():
    parts = {"connection": 95, "hardening": 30}
    stored = {"areas": {"security": {"score": 79, "grade": "B", "weight": 1, "parts": parts}}}
    observatory = {"score": 25, "grade": "D-", "algorithm": 6}
    made = report(run("security", metrics={"observatory": observatory}), scoring_details=stored)
    lines = [(p.title, p.score, p.note) for p in section(made, "security").parts]
    assert lines == [
        ("Connection", 95, None),
        ("Hardening", 30, "MDN HTTP Observatory: 25 points, grade D-, algorithm version 6"),
    ]


def test_a_findings_area_decides_where_it_stands():
    late = finding("visual-layout-shift", "medium", "It jumps") | {"area": "speed"}
    old = finding("visual-alt-missing", "low", "No alt")  # stored before findings named their area
    made = report(run("visual", score=50, findings=[late, old]))
    assert [f.title for f in section(made, "speed").findings] == ["It jumps"]
    assert [f.title for f in section(made, "accessibility").findings] == ["No alt"]
    assert section(made, "first_impression").findings == ()


def test_areas_not_judged_for_one_cause_are_one_gap():
    gaps = report(run("visual", "failed", error_code="browser_crashed"), run("gbp")).not_assessed
    assert [gap.title for gap in gaps] == ["Accessibility, Search basics and First impression"]


def test_a_business_without_a_name_is_called_by_its_host():
    made = report(run("gbp"), business=lead(name="", website="https://www.Shop.example/menu"))
    assert made.business.name == "shop.example"


@pytest.mark.parametrize(
    ("phone", "country", "shown"),
    [
        ("+1 207 555 0142", "US", "(207) 555-0142"),
        ("+12075550142", "DE", "+1 207-555-0142"),
        ("+49 30 901820", "DE", "030 901820"),
        ("call us", "US", "call us"),
        (None, "US", None),
        ("+12075550142", None, "+1 207-555-0142"),
    ],
)
def test_phone_numbers_stand_as_people_write_them(phone, country, shown):
    assert report(run("gbp"), business=lead(phone=phone, country=country)).business.phone == shown


def test_pictures_mark_nothing_that_the_report_leaves_out():
    code = "visual-small-text"
    box = {"code": code, "label": "x", "x": 9, "y": 9, "width": 50, "height": 20}
    metrics = {"regions": [box | {"viewport": "desktop"}]}
    seen = run("visual", score=60, findings=[finding(code, "medium", "x")], metrics=metrics)
    gone = {("visual", code): "it is a logo"}
    for dismissed, marked in (({}, 1), (gone, 0)):
        made = report(seen, artefacts={"desktop.png": PNG}, dismissed=dismissed)
        assert sum(len(shot.regions) for s in made.sections for shot in s.screenshots) == marked


@pytest.mark.parametrize(
    ("check", "code", "who"),
    [
        ("visual", "provider_unavailable", "website"),
        ("security", "bad_answer", "website"),
        ("gbp", "provider_unavailable", "data source"),
        ("semrush", "bad_answer", "data source"),
    ],
)
def test_who_did_not_answer_is_named(check, code, who):
    made = report(run(check, "failed", error_code=code), run("pagespeed", score=80))
    (reason,) = {s.reason for s in made.areas if s.checks[0] == check and s.reason}
    assert reason.startswith(f"The {who} ")


def test_owners_words_for_technical_evidence_are_not_said_twice():
    made = report(
        run("security", score=0, findings=[finding("no-https", "critical", "No HTTPS", "ERR_X")])
    )
    seen = next(f.shown for s in made.sections for f in s.findings)
    found = LexborHTMLParser(render_html(made)).css_first(".finding").text()
    assert seen
    assert seen not in found


def test_the_glossary_has_the_abbreviations_that_the_report_uses():
    lab = {"lab": {"lcp": 2510, "tbt": 90, "cls": 0}}
    field = {"field": {"inp": 180}}
    terms = [
        {term for term, _ in report(run("pagespeed", score=70, metrics={"mobile": seen})).glossary}
        for seen in (lab, lab | field)
    ]
    assert terms == [{"LCP", "TBT", "CLS"}, {"LCP", "TBT", "CLS", "INP"}]
