"""Whatever JSON comes as a Lighthouse result, judging it does not crash."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lfassess.checks.pagespeed.judge import judge
from lfassess.clients.lighthouse.normal import normal_form

pytestmark = pytest.mark.unmeasured

RESULT = {
    "runWarnings": [],
    "environment": {"benchmarkIndex": 2000},
    "fetchTime": "2026-01-01T00:00:00.000Z",
    "categories": {"performance": {"score": 0.5}},
    "audits": {
        "largest-contentful-paint": {"numericValue": 1500.5, "score": 1},
        "cache-insight": {"score": 0, "metricSavings": {"LCP": 1}},
    },
    "loadingExperience": {"metrics": {"CUMULATIVE_LAYOUT_SHIFT_SCORE": {"percentile": 1}}},
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
PATHS = [
    ("categories",), ("categories", "performance"), ("categories", "performance", "score"),
    ("audits",), ("audits", "largest-contentful-paint"),
    ("audits", "largest-contentful-paint", "numericValue"), ("runWarnings",), ("fetchTime",),
    ("audits", "cache-insight"), ("audits", "cache-insight", "metricSavings"),
    ("audits", "cache-insight", "displayValue"), ("audits", "http-status-code"),
    ("loadingExperience",), ("loadingExperience", "metrics"),
    ("loadingExperience", "metrics", "CUMULATIVE_LAYOUT_SHIFT_SCORE"),
    ("loadingExperience", "metrics", "CUMULATIVE_LAYOUT_SHIFT_SCORE", "percentile"),
    ("originLoadingExperience",), ("environment",), ("environment", "benchmarkIndex"), ("page",),
    ("performanceAudits",),
]  # fmt: skip


@given(st.sampled_from(PATHS), JSON)
def test_no_result_crashes_the_judge(path, value):
    broken = copy.deepcopy(RESULT)
    inner = broken
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    judge({"source": "psi", "mobile": broken, "desktop": broken})
    judge({"source": "psi", "mobile": normal_form(broken)})


@given(JSON)
def test_no_evidence_crashes_the_judge(value):
    judge({"mobile": value, "fault": value})
    judge({"mobile": RESULT, "runs": value, "runs_wanted": value})
    judge({"mobile": RESULT, "runs": [{"score": value, "load": value}, {"tbt_score": value}]})
    judge({"mobile": RESULT, "runs": [{"score": 40, "load": 9, "tbt_score": value}]})
    judge({"fault": {"said": value, "status": value}})
    normal_form({"categories": value, "audits": {"speed-index": value}, "configSettings": value})
    if isinstance(value, dict):
        judge(value)
