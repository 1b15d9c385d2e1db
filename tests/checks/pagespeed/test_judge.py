"""Judging Lighthouse's results, of this machine's and of PageSpeed Insights' shape."""

from __future__ import annotations

from pathlib import Path

import pytest

from lfassess.checks.advice_catalogue import catalogue
from lfassess.checks.base import Area, Severity
from lfassess.checks.pagespeed import CHECK
from lfassess.checks.pagespeed.catalogue import KINDS, REASONS
from lfassess.checks.pagespeed.judge import judge
from lfassess.settings import Settings
from tests.checks.pagespeed.lighthouse_result import codes, judged, lhr


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


def test_metrics_are_stored_in_milliseconds():
    lab = judged(lhr()).metrics["mobile"]["lab"]
    assert (lab["lcp"], lab["cls"], lab["tbt"]) == (1500.5, 0.01, None)


@pytest.mark.parametrize(("shift", "steady"), [(0.09, True), (0.1, True), (0.11, False)])
def test_layout_that_hardly_shifts_is_praised(shift, steady):
    result = lhr(cumulative_layout_shift={"numericValue": shift})
    found = {f.code: f.evidence for f in judged(result).findings}
    assert ("steady-page" in found) is steady
    assert not steady or f"{shift:.2f}" in found["steady-page"]


@pytest.mark.parametrize(("lcp", "late"), [(2499, False), (2500, False), (2501, True)])
def test_late_main_image_harms_only_where_the_main_content_is_late(lcp, late):
    result = lhr(largest_contentful_paint={"numericValue": lcp}, lcp_discovery_insight={"score": 0})
    found = {f.code: f.evidence for f in judged(result).findings}
    assert ("late-main-image" in found) is late
    assert not late or "2.5" in found["late-main-image"]


@pytest.mark.parametrize("name", ["image-delivery-insight", "uses-optimized-images"])
def test_knows_audits_of_lighthouse_12_and_13(name):
    result = lhr()
    result["audits"][name] = {"score": 0.5, "displayValue": "Est savings of 300 KiB"}
    found = {f.code: f.evidence for f in judged(result).findings}
    assert found["heavy-images"] == "could save about 307 KB"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("Est savings of 290 ms", "could save about 290 ms"),
        ("Est savings of 1,250\xa0ms", "could save about 1.2 s"),
        ("Est savings of 1,234\xa0KiB", "could save about 1.3 MB"),
        ("Potential savings of 0.4 KiB", "could save under 1 KB"),
        ("Est savings of 0 KiB", "Images"),
        ("Est savings of 1,2,3,, KiB", "could save about 126 KB"),
        ("Ahorro estimado de 290 ms", "Ahorro estimado de 290 ms"),
        ("3 resources found", "3 resources found"),
        (None, "Images"),
    ],
)
def test_savings_are_in_plain_words(said, shown):
    result = lhr(image_delivery_insight={"score": 0, "title": "Images", "displayValue": said})
    found = {f.code: f.evidence for f in judged(result).findings}
    assert found["heavy-images"] == shown


@pytest.mark.parametrize(
    ("audit", "value", "code", "shown"),
    [
        ("largest-contentful-paint", 4000, "slow-largest-paint", None),
        ("largest-contentful-paint", 4003, "slow-largest-paint", "4.003 s; above 4.0 s is poor"),
        ("largest-contentful-paint", 20_140, "slow-largest-paint", "20.1 s; above 4.0 s is poor"),
        ("total-blocking-time", 600.4, "blocked-page", "600.4 ms; above 600 ms is poor"),
        ("total-blocking-time", 12_900, "blocked-page", "12.9 s; above 600 ms is poor"),
        ("cumulative-layout-shift", 0.2514, "jumping-layout", "0.251; above 0.25 is poor"),
        ("total-byte-weight", 5_120_000, "heavy-page", None),
        ("total-byte-weight", 5_120_020, "heavy-page", "just over 5.1 MB; above 5.1 MB is too much"),
        ("total-byte-weight", 31e6, "heavy-page", "31.0 MB; above 5.1 MB is too much"),
        ("dom-size", 1_400, "too-many-elements", None),
        ("dom-size", 1_404, "too-many-elements", "1,404 elements on the page; above 1,400 is too many"),
    ],
)  # fmt: skip
def test_figures_are_told_from_their_bounds(audit, value, code, shown):
    result = lhr()
    result["audits"][audit] = {"score": 0, "numericValue": value}
    found = {f.code: f.evidence for f in judged(result).findings}
    assert found.get(code) == shown


def test_long_evidence_is_cut_between_words():
    result = lhr(unsized_images={"score": 0, "title": "word " * 60})
    evidence = next(f.evidence for f in judged(result).findings if f.code == "unsized-images")
    assert len(evidence) <= 200
    assert evidence.endswith("word…")


@pytest.mark.parametrize(
    ("audit", "good", "poor"),
    [
        ("first-contentful-paint", 3000, 3001),
        ("largest-contentful-paint", 4000, 4001),
        ("total-blocking-time", 600, 601),
        ("speed-index", 5800, 5801),
        ("server-response-time", 1800, 1801),
    ],
)
def test_fast_page_has_no_poor_measure(audit, good, poor):
    for value, praised in ((good, True), (poor, False)):
        result = lhr()
        result["audits"][audit] = {"score": 0.5, "numericValue": value}
        assert ("fast-page" in codes(judged(result))) is praised


@pytest.mark.parametrize(("score", "praised"), [(0.5, True), (0.49, False)])
def test_fast_page_is_no_praise_beside_a_slow_desktop(score, praised):
    judgement = judge({"source": "psi", "mobile": lhr(), "desktop": lhr(score)})
    assert ("fast-page" in codes(judgement)) is praised


@pytest.mark.parametrize(
    ("fault", "evidence"),
    [
        ({"no_web_page": True, "type": "application/pdf"}, "a PDF document"),
        ({"no_web_page": True, "type": "image/png"}, "a picture"),
        ({"no_web_page": True, "type": "text/plain"}, "plain text"),
        ({"no_web_page": True, "type": "application/x-odd"}, "a file of type application/x-odd"),
        ({"no_web_page": True, "type": None}, "a download"),
        ({"no_web_page": True, "type": "image/svg+xml/odd"}, "a picture"),
        ({"said": "Lighthouse could not load http://a.example/ (NOT_HTML)."}, "a download"),
    ],
)
def test_file_is_no_web_page(fault, evidence):
    judgement = judge({"source": "psi", "fault": fault})
    assert [(f.code, f.evidence) for f in judgement.findings] == [("no-web-page", evidence)]
    assert judgement.score is None
    assert judgement.metrics["reason"]["code"] == "pagespeed.no_web_page"


@pytest.mark.parametrize(
    ("status", "code"),
    [(399, "page-not-loadable"), (400, "page-not-found"), (499, "page-not-found"),
     (500, "page-not-loadable"), (None, "page-not-loadable")],
)  # fmt: skip
def test_status_of_the_4xx_is_a_page_that_is_not_there(status, code):
    assert codes(judge({"source": "psi", "fault": {"said": "no", "status": status}})) == {code}


def test_fault_without_a_word_is_a_page_not_loadable():
    (found,) = judge({"source": "psi", "fault": {"status": 500}}).findings
    assert (found.code, found.evidence) == ("page-not-loadable", "it says no more")


@pytest.mark.parametrize("performance", [0.8, None])
def test_measures_are_lighthouse_s_scores_of_the_areas(performance):
    result = lhr(performance)
    result["categories"]["accessibility"]["score"] = 0.7
    result["categories"]["seo"]["score"] = 0
    expected = {Area.SPEED: 80, Area.ACCESSIBILITY: 70, Area.SEARCH_BASICS: 0}
    if performance is None:
        del expected[Area.SPEED]
    assert judged(result).measures == expected


def test_desktop_that_met_an_error_page_was_not_measured():
    desktop = lhr() | {"runWarnings": ["The page returned an error. (Status code: 404)"]}
    judgement = judge({"source": "psi", "mobile": lhr(), "desktop": desktop})
    assert "desktop" not in judgement.metrics
    assert judgement.score == 95


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


def test_desktop_is_shown_beside_the_phone_and_does_not_change_the_score():
    judgement = judge({"source": "psi", "mobile": lhr(), "desktop": lhr(0.4)})
    assert judgement.score == 95
    assert judgement.metrics["desktop"]["categories"]["performance"] == 40
    assert "slow-on-desktop" in codes(judgement)


def test_every_finding_is_in_the_documentation():
    page = (
        Path(__file__).parents[3] / "docs" / "reference" / "checks" / "pagespeed.md"
    ).read_text()
    assert [code for code in [*KINDS, *REASONS] if f"`{code}`" not in page] == []


def test_evidence_is_plain_text():
    result = lhr(unsized_images={"score": 0, "title": "No `width` of\xa0images"})
    found = {f.code: f.evidence for f in judged(result).findings}
    assert found["unsized-images"] == "No width of images"


def test_missing_desktop_is_not_assessed_and_no_zero():
    metrics = judged(lhr()).metrics
    assert "desktop" not in metrics
    assert "the page on a computer" in [entry["what"] for entry in metrics["not_assessed"]]


@pytest.mark.parametrize(
    ("evidence", "code"),
    [
        ({"desktop_error": "deadline_exceeded"}, "pagespeed.no_time"),
        ({"desktop_error": "rate_limited"}, "pagespeed.audit_failed"),
        ({"desktop": lhr(), "desktop_scope": "performance"}, "pagespeed.short_time"),
    ],
)
def test_why_a_desktop_was_not_measured_is_said(evidence, code):
    said = judge({"source": "lighthouse", "mobile": lhr(), **evidence}).metrics["not_assessed"]
    assert code in [entry["code"] for entry in said]


def test_warnings_of_the_run_are_stored():
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
        ("modern-http-insight", {"score": 0, "metricSavings": {"LCP": 9}}, "old-protocol"),
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


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("ERR_CERT_COMMON_NAME_INVALID", "browsers do not accept its certificate"),
        ("ERR_SSL_PROTOCOL_ERROR", "browsers do not accept its certificate"),
        ("INSECURE_DOCUMENT_REQUEST", "browsers do not accept its certificate"),
        ("DNS_FAILURE", "its name leads to no server"),
        ("ERR_NAME_NOT_RESOLVED", "its name leads to no server"),
        ("ERR_CONNECTION_REFUSED", "its server did not answer"),
        ("ERR_CONNECTION_TIMED_OUT", "it did not answer in time"),
        ("PAGE_HUNG", "it stopped responding"),
        ("NO_FCP", "it stayed blank"),
        ("status 503", "its server answered with an error"),
        ("ERR_FAILED", "it could not be loaded"),
    ],
)
def test_page_not_loadable_says_why_in_words(code, words):
    fault = {"said": f"Lighthouse could not load http://a.example/ ({code}).", "status": None}
    (found,) = judge({"source": "psi", "fault": fault}).findings
    assert (found.code, found.evidence) == ("page-not-loadable", f"{words} ({code})")


@pytest.mark.parametrize(
    ("urls", "n", "said"),
    [
        (["https://x.test/a/hero%20shot.jpg?v=2"], 1, "hero shot.jpg"),
        (["https://x.test/a.jpg", "https://x.test/b.png"], 2, "a.jpg, b.png"),
        (["https://x.test/a.jpg", "data:image/png;base64,AA", "/c.gif"], 7, "a.jpg, c.gif and 5 more"),
        (["data:image/png;base64,AA"], 1, "Images without a size"),
        ([], 0, "Images without a size"),
    ],
)  # fmt: skip
def test_images_without_a_size_are_named(urls, n, said):
    entry = {"score": 0, "title": "Images without a size", "files": {"n": n, "urls": urls}}
    found = {f.code: f.evidence for f in judged(lhr(unsized_images=entry)).findings}
    assert found["unsized-images"] == said


@pytest.mark.parametrize(("n", "said"), [(1, "1 file over HTTP/1.1"), (12, "12 files over HTTP/1.1"),
                                         (0, "HTTP/1.1")])  # fmt: skip
def test_an_old_protocol_is_shown_by_its_files_and_not_as_a_saving(n, said):
    entry = {"score": 0, "metricSavings": {"LCP": 300}, "displayValue": "Est savings of 300 ms",
             "files": {"n": n, "urls": []}}  # fmt: skip
    found = {f.code: f.evidence for f in judged(lhr(modern_http_insight=entry)).findings}
    assert found["old-protocol"] == said


def test_what_lighthouse_saw_here_comes_from_a_browser_and_not_from_a_provider():
    result = lhr(document_title={"score": 0})
    for source, expected in (("lighthouse", {"rendered"}), ("psi", {"api"})):
        findings = judge({"source": source, "mobile": result}).findings
        assert {f.source.value for f in findings} == expected
