from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lfassess.checks.security.observatory import Result
from lfassess.report import tables as report_tables
from lfassess.report.render import render_html, render_json
from lfassess.report.tables.observatory_labels import RESULTS
from tests.report.factories import bakery
from tests.report.factories.rows import CHECKS, report, run


def cells(check, metrics, caption):
    """{row label: [(text, rating), ...]} of one table."""
    table = next(t for t in report_tables.tables(check, metrics) if t.caption.startswith(caption))
    return {row[0].text: [(c.text, c.rating) for c in row[1:]] for row in table.rows}


def metrics_of(check):
    return next(r.metrics for r in bakery.RUNS if r.name == check)


def test_speed_is_held_against_each_devices_thresholds():
    rows = cells("pagespeed", metrics_of("pagespeed"), "A test visit")
    assert rows["Main content visible (LCP)"] == [
        ("5.8 s", "poor"),
        ("1.7 s", "fair"),
        ("2.5 s / 1.2 s", None),
    ]
    assert rows["Page movement (CLS)"][0] == ("0.03", "good")
    assert "Server's first answer (TTFB)" not in rows


def test_no_time_reads_like_the_target_that_it_misses():
    metrics = {"strategy": "desktop", "lab": {"tbt": 150.4, "lcp": 1160}}
    rows = cells("pagespeed", metrics, "A test visit")
    assert rows["Page blocked while loading (TBT)"] == [("150.4 ms", "fair"), ("150 ms", None)]
    assert rows["Main content visible (LCP)"] == [("1.2 s", "good"), ("1.2 s", None)]


def test_speed_of_one_device_has_no_empty_column():
    metrics = {
        "strategy": "mobile",
        "source": "lighthouse",
        "lighthouse_version": "13.3.0",
        "lab": {"lcp": 2500, "cls": None, "tbt": 601, "fcp": -1, "si": True},
        "categories": {"performance": 50, "seo": None},
    }
    assert cells("pagespeed", metrics, "A test visit") == {
        "Main content visible (LCP)": [("2.5 s", "good"), ("2.5 s", None)],
        "Page blocked while loading (TBT)": [("601 ms", "poor"), ("200 ms", None)],
    }
    assert cells("pagespeed", metrics, "Lighthouse scores") == {"Performance": [("50", "fair")]}
    assert report_tables.source("pagespeed", metrics) == "Google Lighthouse 13.3.0"


def test_real_visitors_come_before_the_test_visit():
    captions = [t.caption for t in report_tables.tables("pagespeed", metrics_of("pagespeed"))]
    assert captions[0].startswith("What real visitors experienced")


def test_observatory_tests_show_result_and_points():
    rows = cells("security", metrics_of("security"), "HTTP Observatory")
    assert rows["Content Security Policy"] == [("no policy", "poor"), ("\N{MINUS SIGN}25", None)]
    assert rows["Cookies"] == [("no cookies", "good"), ("0", None)]
    assert rows.keys() >= {"Always encrypted (HSTS)", "Integrity of scripts"}


@pytest.mark.parametrize(
    ("test", "result", "shown"),
    [
        ("cross-origin-opener-policy", Result.COOP_NONE, ("not set", None)),
        ("cross-origin-resource-policy", Result.CORP_CROSS_ORIGIN, ("open to other sites", None)),
        ("referrer-policy", Result.REFERRER_NONE, ("not set; browsers' default", None)),
        ("x-content-type-options", Result("x-content-type-options-nosniff"), ("on", "good")),
    ],
)
def test_what_is_not_protected_is_not_good_though_it_costs_nothing(test, result, shown):
    metrics = {"observatory": {"tests": {test: result.value}, "algorithm": 6}}
    ((said, points),) = cells("security", metrics, "HTTP").values()
    assert (said, points) == (shown, ("0", None))


def test_every_result_has_words():
    assert set(RESULTS) == set(Result)


def test_points_of_an_older_version_are_left_out():
    stored = {"tests": {"x-frame-options": "x-frame-options-sameorigin-or-deny"}}
    old = cells("security", {"observatory": {**stored, "algorithm_version": 4}}, "HTTP")
    new = cells("security", {"observatory": {**stored, "algorithm": 6}}, "HTTP")
    assert [old["Protection from clickjacking"][1], new["Protection from clickjacking"][1]] == [
        ("\N{EN DASH}", None), ("+5", None),
    ]  # fmt: skip


def test_unknown_observatory_results_are_spelt_out():
    metrics = {"observatory": {"tests": {"new-test": "new-result", "broken": None}}}
    assert cells("security", metrics, "HTTP") == {
        "new test": [("new result", None), ("\N{EN DASH}", None)]
    }


def test_certificate_dates_are_days():
    rows = cells("security", metrics_of("security"), "Certificate")
    assert rows["Valid until"] == [("May 27, 2026", None)]
    assert rows["Protocol"] == [("TLS 1.3", "good")]
    old = cells("security", {"tls": {"version": "TLSv1", "not_after": "soon"}}, "Certificate")
    assert old == {"Protocol": [("TLS 1", "poor")]}


def test_google_is_named_as_the_source_of_its_facts():
    shown = report_tables.tables("gbp", metrics_of("gbp"))[0]
    assert shown.note == (
        "Source: Google. Outsiders can't read replies to reviews, posts and questions and answers."
    )
    rows = cells("gbp", metrics_of("gbp"), "What Google shows")
    assert rows["Rating"] == [("4.7 of 5, from 213 reviews", "good")]
    assert rows["Photos"] == [("6", "fair")]


def test_a_profile_shows_only_what_is_known():
    metrics = {"found": True, "name": "Bare", "match": {"confidence": 70}}
    assert cells("gbp", metrics, "What Google shows") == {"Name": [("Bare", None)]}
    unsure = {"found": True, "name": "Bare"}
    assert cells("gbp", unsure, "The nearest profile") == {"Name": [("Bare", None)]}


@pytest.mark.parametrize(
    ("changes", "label", "expected"),
    [
        ({"reviews": 0, "rating": None}, "Rating", ("no reviews", "poor")),
        ({"rating": 4.2}, "Rating", ("4.2 of 5, from 213 reviews", "fair")),
        ({"rating": 3.1, "reviews": 1}, "Rating", ("3.1 of 5, from 1 review", "poor")),
        ({"newest_review_days": 0}, "Newest featured review", ("today", "good")),
        ({"newest_review_days": 181}, "Newest featured review", ("181 days ago", "poor")),
        ({"photos": 10}, "Photos", ("10 or more", "good")),
        ({"photos": 0}, "Photos", ("0", "poor")),
        ({"days_open": 0}, "Opening hours", ("none", "poor")),
        ({"status": "CLOSED_PERMANENTLY"}, "Status", ("Closed for good", "poor")),
    ],
)
def test_profile_facts(changes, label, expected):
    rows = cells("gbp", metrics_of("gbp") | changes, "What Google shows")
    assert rows[label] == [expected]


def test_a_profile_that_may_be_anothers_is_not_rated():
    metrics = metrics_of("gbp") | {"match": {"confidence": 40, "phone": False}}
    (nearest,) = report_tables.tables("gbp", metrics)
    assert nearest.caption == "The nearest profile"
    assert [row[0].text for row in nearest.rows] == [
        "Name",
        "Phone number",
        "Confidence of the match",
    ]


def test_no_profile_has_no_facts():
    assert report_tables.tables("gbp", {"found": False}) == ()


def test_search_figures_are_called_estimates():
    tables = report_tables.tables("semrush", metrics_of("semrush"))
    assert len(tables) == 3
    assert all("estimate" in table.caption for table in tables)
    rows = cells("semrush", metrics_of("semrush"), "Your best searches")
    assert [rows[k][0][1] for k in ("bakery old port", "sourdough portland")] == ["good", "fair"]
    assert rows["wedding cakes maine"] == [("38", "poor"), ("1,300", None)]


def test_a_search_without_position_says_nothing():
    metrics = {"top_keywords": [{"keyword": "bread"}], "organic_keywords": 0}
    assert [t.caption for t in report_tables.tables("semrush", metrics)] == [
        "Visibility at a glance (estimate)"
    ]


def test_first_look_sets_both_windows_side_by_side():
    metrics = {
        "mobile": {"other": True, "page_height_px": 4210, "load_ms": 2310, "layout_shift": 0.031},
        "desktop": {"other": "x", "received_bytes": 1_840_000, "requests": 1200, "odd": [1]},
    }
    rows = cells("visual", metrics, "What the browser saw")
    none = ("\N{EN DASH}", None)
    assert list(rows.items()) == [
        ("Data loaded", [none, ("1.8 MB", None)]),
        ("Files loaded", [none, ("1,200", None)]),
        ("Page movement (CLS)", [("0.03", None), none]),
        ("Page height", [("4,210 px", None), none]),
        ("Other", [("yes", None), ("x", None)]),
    ]


def test_a_phone_alone_has_times_of_its_own():
    rows = cells("visual", {"mobile": {"load_ms": 2310}}, "What the browser saw")
    assert rows == {"Loaded": [("2.3 s", None), ("\N{EN DASH}", None)]}


def test_a_check_of_tomorrow_shows_its_plain_values():
    rows = cells("social", {"b_count": 1200, "a": "x", "c": True, "d": {}, "e": None}, "Measured")
    assert rows == {"A": [("x", None)], "B count": [("1,200", None)], "C": [("yes", None)]}


_keys = st.sampled_from(
    [
        *("mobile", "desktop", "lab", "field", "categories", "strategy", "source", "lcp", "cls"),
        *("observatory", "tests", "tls", "not_after", "version", "verified", "score", "grade"),
        *("found", "match", "confidence", "reviews", "rating", "photos", "days_open", "name"),
        *("top_keywords", "competitors", "keyword", "position", "authority", "domain", "status"),
        *("insights", "recommendations", "evidence_ids", "quick_wins", "impact", "by", "phone"),
    ]
)
_scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
_json = st.recursive(
    _scalars | st.sampled_from(["mobile", "TLSv1.3", "9999-12-31T23:59:59-12:00", "high"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_keys, inner, max_size=6),
    max_leaves=12,
)


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(CHECKS), st.dictionaries(_keys, _json, max_size=8), st.lists(_json))
def test_any_metrics_and_findings_make_a_report(check, metrics, findings):
    made = report(run(check, metrics=metrics, findings=findings))
    assert render_html(made).startswith("<!doctype html>")
    assert render_json(made).startswith("{")


@pytest.mark.parametrize(("actor", "shown"), [("provider", True), ("site", True), ("us", False)])
def test_a_look_that_was_not_rated_says_why_unless_it_is_our_doing(actor, shown):
    reason = {"code": "x", "actor": actor, "wording": "The model did not answer"}
    found = [
        t
        for t in report_tables.tables("visual", {"vision": {"reason": reason}})
        if "impression" in t.caption
    ]
    assert bool(found) is shown


def test_ratings_stand_with_their_reasons():
    vision = {"model": "m", "ratings": [{"aspect": "trust", "stars": 2, "because": "No faces."}]}
    (table,) = (
        t for t in report_tables.tables("visual", {"vision": vision}) if "impression" in t.caption
    )
    assert [c.text for c in table.rows[0]] == ["Builds trust", "2 of 5", "No faces."]
    assert "(m)" in table.note


@pytest.mark.parametrize(
    ("written", "read", "columns"),
    [("en", "de", 2), ("de", "de", 3), (None, "de", 2), ("en", "en-GB", 3), ("de", "en", 2)],
)
def test_reasons_for_ratings_are_shown_in_the_report_s_language_or_not_at_all(
    written, read, columns
):
    rated = [{"aspect": "trust", "stars": 2, "because": "xyz"}]
    vision = {"model": "m", "language": written, "ratings": rated}
    made = report(run("visual", score=50, metrics={"vision": vision}), language=read)
    (table,) = (t for s in made.areas for t in s.tables if "(m)" in (t.note or ""))
    assert len(table.columns) == len(table.rows[0]) == columns


ONPAGE = {
    "technologies": [
        {"name": "WordPress", "category": "cms", "version": "6.4", "says": "x", "bought": False},
        {"name": "Calendly", "category": "booking", "version": None, "bought": True},
    ],
    "mail": {"domain": "x.example", "receives": True, "spf": False, "dmarc": "none", "caa": None},
    "trust": {
        "phone": True,
        "form": False,
        "address": True,
        "privacy": False,
        "profiles": ["facebook.com/x", "instagram.com/x"],
    },
}


@pytest.mark.parametrize(
    ("faulty", "spf", "dmarc"),
    [
        ([], "no", "no rule set"),
        (["spf"], "the rule has errors and doesn't count", "no rule set"),
        (["dmarc"], "no", "the rule has errors and doesn't count"),
    ],
)
def test_a_record_with_errors_is_not_answered_by_no(faulty, spf, dmarc):
    mail = {"domain": "x.example", "spf": False, "dmarc": "missing", "faulty": faulty}
    made = report(run("security", score=50), run("onpage", metrics={"mail": mail}))
    (table,) = (t for s in made.areas for t in s.tables if "Email sent" in t.caption)
    answers = {row[0].text: row[1].text for row in table.rows}
    assert answers["Only chosen servers may send its email (SPF)"] == spf
    assert answers["What receivers should do with fake email (DMARC)"] == dmarc


@pytest.mark.parametrize(
    ("area", "caption", "rows"),
    [
        (
            "search_basics",
            "What the site is built with",
            {"WordPress": ["content management", "6.4"], "Calendly": ["booking", "\N{EN DASH}"]},
        ),
        (
            "security",
            "Email sent in the domain's name",
            {
                "The domain names a mail server": ["yes"],
                "Only chosen servers may send its email (SPF)": ["no"],
                "What receivers should do with fake email (DMARC)": ["deliver it, and report it"],
            },
        ),
        (
            "first_impression",
            "What customers look for",
            {
                "A phone number": ["yes"],
                "A contact form": ["no"],
                "A postal address": ["yes"],
                "A privacy policy": ["no"],
                "Profiles on social networks": ["facebook.com/x, instagram.com/x"],
            },
        ),
    ],
)
def test_on_page_facts_stand_in_the_areas_they_belong_to(area, caption, rows):
    (table,) = report_tables.tables("onpage", ONPAGE, area)
    assert table.caption == caption
    assert {row[0].text: [c.text for c in row[1:]] for row in table.rows} == rows


def test_an_area_shows_the_on_page_facts_though_nothing_was_found():
    made = report(run("security", score=90), run("onpage", metrics=ONPAGE))
    (section,) = [s for s in made.sections if s.name == "security"]
    assert "Email sent in the domain's name" in [t.caption for t in section.tables]
    assert section.checks == ("security",)


@pytest.mark.parametrize("area", ["search_basics", "security", "first_impression"])
def test_without_on_page_metrics_there_is_no_table(area):
    assert (
        report_tables.tables("onpage", {"mail": None, "trust": 3, "technologies": {}}, area) == ()
    )


@pytest.mark.parametrize(("phone", "link", "said"), [(True, False, ["no"]), (False, False, None)])
def test_whether_a_number_can_be_tapped_is_asked_only_where_there_is_one(phone, link, said):
    trust = {"trust": {"phone": phone, "phone_link": link, "form": True}}
    (table,) = report_tables.tables("onpage", trust, "first_impression")
    rows = {row[0].text: [c.text for c in row[1:]] for row in table.rows}
    assert rows.get("A number that calls when tapped") == said
