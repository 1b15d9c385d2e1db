"""Lighthouse results for tests, and what the check makes of them."""

from __future__ import annotations

from lfassess.checks.pagespeed.judge import judge


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
