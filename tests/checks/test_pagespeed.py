"""Judging Lighthouse's results, of this machine's and of PageSpeed Insights' shape."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lfassess.checks.advice import catalogue
from lfassess.checks.base import Severity
from lfassess.checks.pagespeed import KINDS, judge

REAL = Path(__file__).parents[3] / "shared" / "fixtures" / "providers" / "psi"


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
    assert found["slow-largest-paint"] == "5.4 s; above 4 s is poor"
    assert found["jumping-layout"] == "0.31; above 0.25 is poor"
    assert "blocked-page" in found


def test_metrics_are_kept_in_milliseconds():
    lab = judged(lhr()).metrics["lab"]
    assert (lab["lcp"], lab["cls"], lab["tbt"]) == (1500.5, 0.01, None)


@pytest.mark.parametrize("name", ["image-delivery-insight", "uses-optimized-images"])
def test_knows_audits_of_lighthouse_12_and_13(name):
    result = lhr()
    result["audits"][name] = {"score": 0.5, "displayValue": "Est savings of 300 KiB"}
    found = {f.code: f.evidence for f in judged(result).findings}
    assert found["heavy-images"] == "Est savings of 300 KiB"


def test_null_score_is_no_score():
    judgement = judged(lhr(None))
    assert judgement.score is None
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


@pytest.mark.skipif(not REAL.is_dir(), reason="the provider samples are not beside this checkout")
def test_real_answers_are_judged():
    for file in sorted(REAL.glob("200_*lh1*.json")):
        answer = json.loads(file.read_text())
        judgement = judged(answer["lighthouseResult"])
        expected = answer["lighthouseResult"]["categories"]["performance"]["score"]
        assert judgement.score == round(expected * 100), file.name
        assert judgement.metrics["lab"]["lcp"], file.name


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
PATHS = [
    ("categories",), ("categories", "performance"), ("categories", "performance", "score"),
    ("audits",), ("audits", "largest-contentful-paint"),
    ("audits", "largest-contentful-paint", "numericValue"), ("runWarnings",), ("fetchTime",),
]  # fmt: skip


@given(st.sampled_from(PATHS), JSON)
def test_no_result_crashes_the_judge(path, value):
    broken = copy.deepcopy(lhr())
    inner = broken
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    judged(broken)


@given(JSON)
def test_no_evidence_crashes_the_judge(value):
    judge({"mobile": value})
    if isinstance(value, dict):
        judge(value)
