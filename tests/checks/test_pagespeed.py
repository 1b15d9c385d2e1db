"""Judging Lighthouse's results, of this machine's and of PageSpeed Insights' shape."""

from __future__ import annotations

import pytest

from lfassess.checks.advice import catalogue
from lfassess.checks.base import Severity
from lfassess.checks.pagespeed import CHECK, KINDS, judge
from lfassess.settings import Settings


def lhr(performance=0.95, **audits):
    return {
        "lighthouseVersion": "13.5.0",
        "fetchTime": "2026-01-01T00:00:00.000Z",
        "runWarnings": [],
        "categories": {
            "performance": {"score": performance},
            "accessibility": {"score": 1},
            "best-practices": {"score": 1},
            "seo": {"score": 1},
        },
        "audits": {
            "largest-contentful-paint": {"numericValue": 1500.5, "score": 1},
            "cumulative-layout-shift": {"numericValue": 0.01, "score": 1},
            **{name.replace("_", "-"): audit for name, audit in audits.items()},
        },
    }


def judged(result):
    return judge({"source": "lighthouse", "mobile": result})


def codes(judgement):
    return {f.code for f in judgement.findings}


def test_fast_page_scores_its_performance_and_has_nothing_above_low():
    judgement = judged(lhr())
    assert judgement.score == 95
    assert {f.severity for f in judgement.findings} == {Severity.PASSED}


@pytest.mark.parametrize(
    ("score", "code"), [(0.9, "fast-page"), (0.89, "sluggish-page"), (0.49, "slow-page")]
)
def test_performance_is_graded_by_lighthouse_s_colours(score, code):
    assert code in codes(judged(lhr(score)))


def test_poor_metrics_are_findings_with_their_figure():
    result = lhr(
        largest_contentful_paint={"numericValue": 5400},
        cumulative_layout_shift={"numericValue": 0.31},
        total_blocking_time={"numericValue": 900},
    )
    found = {f.code: f.evidence for f in judged(result).findings}
    assert found["slow-largest-paint"] == "5.4 s; above 4.0 s is poor"
    assert found["jumping-layout"] == "0.31; above 0.25 is poor"
    assert "blocked-page" in found


def test_metrics_are_kept_in_milliseconds():
    lab = judged(lhr()).metrics["mobile"]["lab"]
    assert (lab["lcp"], lab["cls"], lab["tbt"]) == (1500.5, 0.01, None)


@pytest.mark.parametrize("name", ["image-delivery-insight", "uses-optimized-images"])
def test_knows_audits_of_lighthouse_12_and_13(name):
    result = lhr()
    result["audits"][name] = {"score": 0.5, "displayValue": "Est savings of 300 KiB"}
    found = {f.code: f.evidence for f in judged(result).findings}
    assert found["heavy-images"] == "Est savings of 300 KiB"


def test_null_score_is_no_score_and_hides_no_other():
    judgement = judged(lhr(None))
    assert judgement.score is None
    assert judgement.inconclusive
    assert "accessible-page" in codes(judgement)
    assert judgement.metrics["mobile"]["categories"]["performance"] is None
    missing = [entry["what"] for entry in judgement.metrics["not_assessed"]]
    assert "loading speed on a phone" in missing


def test_nothing_measured_is_inconclusive():
    result = lhr(None)
    result["categories"] = {}
    judgement = judged(result)
    assert (judgement.score, judgement.findings) == (None, ())
    assert judgement.inconclusive


@pytest.mark.parametrize(
    "sign",
    [
        {"runWarnings": ["The page returned an error. (Status code: 404)"]},
        {"audits": {"http-status-code": {"score": 0, "displayValue": "404"}}},
    ],
)
def test_error_page_with_good_scores_is_caught(sign):
    judgement = judged({**lhr(), **sign})
    assert judgement.score is None
    assert codes(judgement) == {"page-not-found"}


def test_every_finding_has_advice():
    needed = {code for code, kind in KINDS.items() if kind.severity is not Severity.PASSED}
    assert needed <= catalogue().keys()


def visitors(scope="page", **percentiles):
    keys = {
        "lcp": "LARGEST_CONTENTFUL_PAINT_MS",
        "inp": "INTERACTION_TO_NEXT_PAINT",
        "cls": "CUMULATIVE_LAYOUT_SHIFT_SCORE",
    }
    metrics = {keys[name]: {"percentile": value} for name, value in percentiles.items()}
    if scope == "origin":
        return {"loadingExperience": {}, "originLoadingExperience": {"metrics": metrics}}
    return {"loadingExperience": {"metrics": metrics, "origin_fallback": scope == "fallback"}}


def test_real_visitors_poor_time_is_a_finding_of_its_own():
    judgement = judged({**lhr(), **visitors(lcp=4200, inp=180, cls=31)})
    found = {f.code: f.evidence for f in judgement.findings}
    assert found["slow-for-visitors"] == (
        "LCP 4.2 s, above 4.0 s is poor; CLS 0.31, above 0.25 is poor "
        "(visitors of this page, last 28 days)"
    )
    assert judgement.metrics["mobile"]["field"] == {"lcp": 4200, "inp": 180, "cls": 0.31}
    assert judgement.score == 95


@pytest.mark.parametrize(
    ("field", "praised"),
    [
        (visitors(lcp=2400, inp=150, cls=5), True),
        (visitors(lcp=2400, cls=5), True),
        (visitors(lcp=2400, inp=201, cls=5), False),
        (visitors(lcp=2400), False),
        ({}, False),
    ],
)
def test_praise_of_real_visitors_needs_every_vital_sign(field, praised):
    assert ("fast-for-visitors" in codes(judged({**lhr(), **field}))) is praised


def test_visitors_between_good_and_poor_are_a_milder_finding():
    judgement = judged({**lhr(), **visitors(lcp=2600, inp=150, cls=5)})
    found = {f.code: f.evidence for f in judgement.findings}
    assert found["fair-for-visitors"].startswith("LCP 2.6 s, INP 150 ms, CLS 0.05 (visitors")
    assert judgement.metrics["mobile"]["core_web_vitals"] == "failed"
    assert not {"slow-for-visitors", "fast-for-visitors"} & found.keys()


@pytest.mark.parametrize(
    ("source", "why"), [("psi", "few visitors"), ("lighthouse", "was not asked")]
)
def test_missing_visitors_are_not_assessed_with_the_reason(source, why):
    metrics = judge({"source": source, "mobile": lhr(), "desktop": lhr()}).metrics
    assert metrics["mobile"]["core_web_vitals"] is None
    (entry,) = metrics["not_assessed"]
    assert entry["actor"] == ("provider" if source == "psi" else "us")
    assert entry["what"] == "what real visitors measured"
    assert why in entry["why"]


def test_late_main_image_counts_only_where_the_main_content_is_late():
    late = {"score": 0}
    slow = lhr(lcp_discovery_insight=late, largest_contentful_paint={"numericValue": 3900})
    assert "late-main-image" in codes(judged(slow))
    assert "late-main-image" not in codes(judged(lhr(lcp_discovery_insight=late)))


@pytest.mark.parametrize(
    ("scope", "said"), [("page", "page"), ("fallback", "site"), ("origin", "site")]
)
def test_field_data_of_the_whole_site_is_not_called_the_page_s(scope, said):
    judgement = judged({**lhr(), **visitors(scope, lcp=5000)})
    assert judgement.metrics["mobile"]["field_scope"] == said
    assert any(f"visitors of this {said}" in f.evidence for f in judgement.findings)


def test_desktop_is_shown_beside_the_phone_and_does_not_change_the_score():
    judgement = judge({"source": "psi", "mobile": lhr(), "desktop": lhr(0.4)})
    assert judgement.score == 95
    assert judgement.metrics["desktop"]["categories"]["performance"] == 40
    assert "slow-on-desktop" in codes(judgement)


@pytest.mark.parametrize(
    ("start", "score", "found"),
    [("http", 0.81, False), ("http", 0.69, True), ("https", 0.81, True)],
)
def test_redirect_to_https_is_no_outdated_practice(start, score, found):
    result = lhr() | {
        "requestedUrl": f"{start}://a.example/",
        "finalDisplayedUrl": "https://a.example/",
    }
    result["categories"]["best-practices"]["score"] = score
    assert ("poor-practices" in codes(judged(result))) is found


def test_evidence_is_plain_text():
    result = lhr(unsized_images={"score": 0, "title": "No `width` of\xa0images"})
    found = {f.code: f.evidence for f in judged(result).findings}
    assert found["unsized-images"] == "No width of images"


def test_missing_desktop_is_not_assessed_and_no_zero():
    metrics = judged(lhr()).metrics
    assert "desktop" not in metrics
    assert "the page on a computer" in [entry["what"] for entry in metrics["not_assessed"]]


def test_warnings_of_the_run_are_kept():
    warning = "The page loaded too slowly to finish within the time limit."
    assert judged({**lhr(), "runWarnings": [warning, 7]}).metrics["warnings"] == [warning]


def test_opportunities_are_ordered_by_the_time_they_save():
    result = lhr(
        unused_javascript={"score": 0, "title": "JS", "metricSavings": {"LCP": 300, "FCP": 100}},
        cache_insight={"score": 0.5, "title": "Cache", "metricSavings": {"LCP": 700}},
        font_display_insight={"score": 1, "title": "Fonts", "metricSavings": {"FCP": 900}},
        image_delivery_insight={"score": 0, "title": "Images", "metricSavings": {"LCP": 0}},
    )
    shown = judged(result).metrics["mobile"]["opportunities"]
    assert [(o["audit"], o["saving_ms"]) for o in shown] == [
        ("cache-insight", 700),
        ("unused-javascript", 300),
    ]


def test_failure_that_saves_nothing_is_no_finding():
    result = lhr(
        render_blocking_insight={"score": 0.5, "metricSavings": {"LCP": 0, "FCP": 0}},
        image_delivery_insight={"score": 0.5, "metricSavings": {"LCP": 0, "FCP": 0}},
    )
    assert {f.severity for f in judged(result).findings} == {Severity.PASSED}


def test_larger_saving_speaks_for_the_finding():
    result = lhr(
        modern_image_formats={"score": 0, "numericValue": 80, "displayValue": "995 KiB"},
        uses_responsive_images={"score": 0, "numericValue": 40, "displayValue": "100 KiB"},
    )
    assert (
        next(f.evidence for f in judged(result).findings if f.code == "heavy-images") == "995 KiB"
    )


@pytest.mark.parametrize(
    ("audit", "entry", "code"),
    [
        ("document-title", {"score": 0}, "no-title"),
        ("meta-description", {"score": 0}, "no-description"),
        ("is-crawlable", {"score": 0}, "not-indexable"),
        ("unsized-images", {"score": 0.5}, "unsized-images"),
        ("server-response-time", {"score": 0, "numericValue": 6000}, "slow-server"),
        ("first-contentful-paint", {"numericValue": 3100}, "late-first-paint"),
        ("total-byte-weight", {"score": 0.5, "numericValue": 6_000_000}, "heavy-page"),
        ("unused-css-rules", {"score": 0, "metricSavings": {"LCP": 150}}, "unused-code"),
        ("cache-insight", {"score": 0}, "no-caching"),
        ("render-blocking-insight", {"score": 0}, "render-blocking"),
        ("document-latency-insight", {"score": 0, "metricSavings": {"FCP": 90}}, "late-document"),
        ("uses-text-compression", {"score": 0, "numericValue": 90}, "late-document"),
        ("font-display-insight", {"score": 0, "metricSavings": {"FCP": 90}}, "hidden-text"),
        ("legacy-javascript", {"score": 0, "numericValue": 90}, "outdated-scripts"),
        ("dom-size-insight", {"score": 1, "numericValue": 1_500}, "too-many-elements"),
        ("dom-size", {"score": 0, "numericValue": 3_000}, "too-many-elements"),
        ("robots-txt", {"score": 0}, "bad-robots-file"),
        ("canonical", {"score": 0}, "bad-canonical"),
    ],
)
def test_each_audit_has_its_finding(audit, entry, code):
    result = lhr()
    result["audits"][audit] = entry
    assert codes(judged(result)) - codes(judged(lhr())) == {code}


@pytest.mark.parametrize("status", [401, 403, 429, 503])
def test_refused_visit_is_no_finding_about_the_site(status):
    judgement = judged({**lhr(), "runWarnings": [f"Error page. (Status code: {status})"]})
    assert judgement.score is None
    assert judgement.findings == ()
    assert str(status) in judgement.inconclusive


@pytest.mark.parametrize(
    ("key", "sandbox", "queue"),
    [
        (None, None, "lighthouse"),
        ("k", None, "assessment"),
        ("k", "http://127.0.0.1:1", "lighthouse"),
    ],
)
def test_runs_where_there_is_a_lighthouse(key, sandbox, queue):
    settings = Settings(google_api_key=key, sandbox_url=sandbox)
    assert CHECK.queue(settings) == queue
