"""What real visitors measured: of the page, of the whole site, or not known."""

from __future__ import annotations

import pytest

from lfassess.checks.pagespeed.judge import judge
from tests.checks.pagespeed.lighthouse_result import codes, judged, lhr


def visitors(scope="page", **percentiles):
    keys = {
        "lcp": "LARGEST_CONTENTFUL_PAINT_MS",
        "inp": "INTERACTION_TO_NEXT_PAINT",
        "cls": "CUMULATIVE_LAYOUT_SHIFT_SCORE",
        "fcp": "FIRST_CONTENTFUL_PAINT_MS",
        "ttfb": "EXPERIMENTAL_TIME_TO_FIRST_BYTE",
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


@pytest.mark.parametrize("limit", [{"lcp": 4000}, {"inp": 500}, {"cls": 25}])
def test_visitors_experience_is_poor_above_a_bound_only(limit):
    others = {"lcp": 2000, "inp": 100, "cls": 5}
    above = {name: value + 1 for name, value in limit.items()}
    for field, slow in ((limit, False), (above, True)):
        found = codes(judged({**lhr(), **visitors(**others | field)}))
        assert ("slow-for-visitors" in found) is slow


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


@pytest.mark.parametrize(
    ("field", "code", "verdict", "lacks"),
    [
        ({"lcp": 2400, "inp": 150}, None, None, "page jumping (CLS)"),
        ({"lcp": 2600, "inp": 150}, "fair-for-visitors", "failed", "page jumping (CLS)"),
        ({"lcp": 4200}, "slow-for-visitors", "failed",
         "the answer to a tap (INP) and page jumping (CLS)"),
        ({"inp": 150, "cls": 5}, None, None, "the main content (LCP)"),
        ({"lcp": 2400, "cls": 5}, "fast-for-visitors", "passed", "the answer to a tap (INP)"),
        ({"fcp": 1500}, None, None,
         "the main content (LCP), the answer to a tap (INP) and page jumping (CLS)"),
        ({"fcp": 2500, "cls": 5}, None, None,
         "the main content (LCP) and the answer to a tap (INP)"),
        ({"fcp": 2501, "cls": 5, "inp": 9}, "fair-for-visitors", "failed",
         "the main content (LCP)"),
        ({"fcp": 4001}, "slow-for-visitors", "failed",
         "the main content (LCP), the answer to a tap (INP) and page jumping (CLS)"),
        ({"fcp": 3000, "lcp": 2400, "cls": 5, "inp": 9}, "fast-for-visitors", "passed", None),
        ({"ttfb": 900}, None, None,
         "the main content (LCP), the answer to a tap (INP) and page jumping (CLS)"),
    ],
)  # fmt: skip
def test_part_of_the_figures_is_assessed_in_part(field, code, verdict, lacks):
    evidence = {"source": "psi", "mobile": {**lhr(), **visitors(**field)}, "desktop": lhr()}
    judgement = judge(evidence)
    assert {c for c in codes(judgement) if c.endswith("-visitors")} == {code} - {None}
    assert judgement.metrics["mobile"]["core_web_vitals"] == verdict
    named = {entry["what"]: entry["code"] for entry in judgement.metrics["not_assessed"]}
    whole = f"{lacks}, as real visitors measured it"
    assert named == ({whole: "pagespeed.some_visitors"} if lacks else {})


def test_late_first_content_speaks_for_the_main_content():
    found = {f.code: f.evidence for f in judged({**lhr(), **visitors(fcp=4200)}).findings}
    assert found["slow-for-visitors"] == (
        "FCP 4.2 s, above 4.0 s is poor (visitors of this page, last 28 days)"
    )


@pytest.mark.parametrize(
    ("field", "fast", "steady"),
    [
        ({"lcp": 2500, "inp": 200, "cls": 10}, True, True),
        ({"lcp": 2501, "inp": 200, "cls": 10}, False, True),
        ({"lcp": 2500, "inp": 201, "cls": 10}, False, True),
        ({"lcp": 2500, "inp": 200, "cls": 11}, False, False),
        ({"fcp": 4200}, False, True),
    ],
)
def test_lab_is_no_praise_against_real_visitors(field, fast, steady):
    found = codes(judged({**lhr(), **visitors(**field)}))
    assert ("fast-page" in found, "steady-page" in found) == (fast, steady)
