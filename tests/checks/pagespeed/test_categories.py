"""What the scores for accessibility, good practice and search basics mean."""

from __future__ import annotations

import pytest

from lfassess.checks.base import Severity
from tests.checks.pagespeed.lighthouse_result import codes, judged, lhr


def of(category, score, scored=None, **audits):
    """Return severity and evidence by code, where one category has this score, 0-1."""
    result = lhr(**audits)
    result["categories"][category] = {"score": score} | ({"scored": scored} if scored else {})
    return {f.code: (f.severity, f.evidence) for f in judged(result).findings}


@pytest.mark.parametrize(
    ("score", "code"),
    [(0.49, "poor-accessibility"), (0.5, "fair-accessibility"), (0.89, "fair-accessibility"),
     (0.9, "accessible-page")],
)  # fmt: skip
def test_accessibility_is_graded_by_lighthouse_s_colours(score, code):
    named = {"poor-accessibility", "fair-accessibility", "accessible-page"}
    found = of("accessibility", score)
    assert named & found.keys() == {code}
    assert found[code][1] == f"{round(score * 100)} of 100"


@pytest.mark.parametrize(("score", "severity"), [(0.89, Severity.MEDIUM), (0.9, Severity.LOW)])
def test_fault_of_a_good_score_weighs_little(score, severity):
    for category, code in (
        ("accessibility", "fair-accessibility"),
        ("seo", "poor-seo-basics"),
    ):
        failed = {"label": {"score": 0, "title": "L"}, "link-text": {"score": 0, "title": "T"}}
        found = of(category, score, **failed)
        title = "L" if category == "accessibility" else "T"
        assert found[code] == (severity, f"{round(score * 100)} of 100: {title}")


@pytest.mark.parametrize(
    ("score", "audits", "expected"),
    [
        (0.89, {}, ("poor-seo-basics", "89 of 100")),
        (0.9, {}, ("good-seo-basics", "90 of 100")),
        # Has a finding of its own: the category's would say it twice.
        (0.8, {"document_title": {"score": 0}}, None),
        (0.8, {"document_title": {"score": 0}, "link_text": {"score": 0, "title": "Links."}},
         ("poor-seo-basics", "80 of 100: Links")),
    ],
)  # fmt: skip
def test_search_basics_are_said_once(score, audits, expected):
    found = of("seo", score, **audits)
    said = {code: found[code][1] for code in found if code.endswith("seo-basics")}
    assert said == (dict([expected]) if expected else {})


def test_audits_without_weight_count_for_nothing():
    scored = {"hreflang": 0, "link-text": 1}
    found = of("seo", 0.96, scored, hreflang={"score": 0}, font_size={"score": 0})
    assert "good-seo-basics" in found


@pytest.mark.parametrize(
    ("category", "code"),
    [("accessibility", "fair-accessibility"), ("seo", "poor-seo-basics"),
     ("best-practices", "poor-practices")],
)  # fmt: skip
def test_audit_unknown_here_is_named_where_it_counts(category, code):
    found = of(category, 0.8, {"brand-new": 3}, brand_new={"score": 0, "title": "Brand new."})
    assert found[code][1].endswith("of 100: Brand new")


@pytest.mark.parametrize(("failed", "more"), [(3, ""), (4, "; and 1 more"), (5, "; and 2 more")])
def test_three_failed_audits_are_named(failed, more):
    names = ["label", "image_alt", "link_name", "button_name", "select_name"][:failed]
    found = of("accessibility", 0.6, **{name: {"score": 0, "title": "T"} for name in names})
    assert found["fair-accessibility"][1] == f"60 of 100: T; T; T{more}"


@pytest.mark.parametrize("audit", ["is-on-https", "redirects-http"])
@pytest.mark.parametrize(("score", "found"), [(0.65, False), (0.64, True)])
def test_stored_practices_are_forgiven_a_site_without_encryption(audit, score, found):
    result = lhr() | {"requestedUrl": "https://a.example/"}
    result["audits"][audit] = {"score": 0}
    result["categories"]["best-practices"]["score"] = score
    assert ("poor-practices" in codes(judged(result))) is found


@pytest.mark.parametrize(
    ("start", "score", "found"),
    [("http", 0.81, False), ("http", 0.65, False), ("http", 0.64, True), ("https", 0.89, True),
     ("https", 0.9, False)],
)  # fmt: skip
def test_stored_practices_without_weights_are_forgiven_the_encryption(start, score, found):
    result = lhr() | {"requestedUrl": f"{start}://a.example/"}
    result["categories"]["best-practices"]["score"] = score
    assert ("poor-practices" in codes(judged(result))) is found


PRACTICES = {"is-on-https": 5, "redirects-http": 1, "deprecations": 5, "doctype": 4, "charset": 1}


@pytest.mark.parametrize(
    ("failing", "evidence"),
    [
        ((), None),
        (("is-on-https",), None),
        (("is-on-https", "redirects-http"), None),
        (("charset",), None),  # 90 of 100
        (("is-on-https", "redirects-http", "charset"), None),
        (("is-on-https", "redirects-http", "doctype"), "60 of 100: doctype"),
        (("deprecations", "doctype"), "10 of 100: deprecations; doctype"),
    ],
)
def test_practices_are_judged_without_the_encryption(failing, evidence):
    result = lhr()
    result["audits"] |= {name: {"score": int(name not in failing)} for name in PRACTICES}
    result["categories"]["best-practices"] = {"score": 0.5, "scored": PRACTICES}
    found = {f.code: f.evidence for f in judged(result).findings}
    assert found.get("poor-practices") == evidence


@pytest.mark.parametrize(
    ("category", "audit", "score", "scored", "expected"),
    [
        (
            "accessibility",
            "color-contrast",
            0,
            {"color-contrast": 7},
            ("fair-accessibility", "low"),
        ),
        ("accessibility", "color-contrast", 0, None, ("fair-accessibility", "low")),
        ("accessibility", "new-audit", 0, {"new-audit": 3}, ("fair-accessibility", "low")),
        ("accessibility", "color-contrast", 0, {"label": 7}, ("accessible-page", "passed")),
        (
            "accessibility",
            "color-contrast",
            1,
            {"color-contrast": 7},
            ("accessible-page", "passed"),
        ),
        ("seo", "link-text", 0, {"link-text": 1}, ("poor-seo-basics", "low")),
        ("seo", "link-text", 0, None, ("poor-seo-basics", "low")),
        ("seo", "meta-description", 0, {"meta-description": 1}, None),  # has its own finding
        ("seo", "image-alt", 0, {"image-alt": 1}, None),  # said with accessibility
        ("seo", "link-text", 1, {"link-text": 1}, ("good-seo-basics", "passed")),
    ],
)
def test_no_praise_where_an_audit_that_counts_failed(category, audit, score, scored, expected):
    result = lhr()
    result["audits"][audit] = {"score": score, "title": "What failed"}
    result["categories"][category] = {"score": 0.96} | ({"scored": scored} if scored else {})
    said = {"accessibility": {"fair-accessibility", "accessible-page"},
            "seo": {"poor-seo-basics", "good-seo-basics"}}[category]  # fmt: skip
    found = [(f.code, f.severity) for f in judged(result).findings if f.code in said]
    assert found == ([expected] if expected else [])


def test_category_s_finding_names_the_audits_that_failed():
    result = lhr(
        image_alt={"score": 0, "title": "Image elements do not have `[alt]` attributes"},
        label={"score": 0, "title": "Form elements do not have associated labels"},
        color_contrast={"score": 1},
        link_name={"score": 0, "title": "Links without a name."},
        button_name={"score": 0, "title": "Buttons without a name"},
    )
    result["categories"]["accessibility"]["score"] = 0.71
    found = {f.code: f.evidence for f in judged(result).findings}
    assert found["fair-accessibility"] == (
        "71 of 100: Image elements do not have [alt] attributes; Form elements do not have "
        "associated labels; Links without a name; and 1 more"
    )
