"""Stored results of other checks, for tests of what is made of them."""

from __future__ import annotations


def finding(code: str, severity: str = "high", evidence: str = "seen") -> dict:
    return {
        "code": code,
        "severity": severity,
        "title": f"Title of {code}",
        "evidence": evidence,
        "source": "api",
        "advice_id": code,
    }


def prior_results(evidence: str = "not shown") -> dict[str, dict]:
    return {
        "gbp": {
            "status": "completed",
            "score": 46,
            "findings": [
                finding("gbp-complete", "passed"),
                finding("gbp-weak-match", "info"),
                finding("gbp-few-photos", "medium"),
                finding("gbp-no-website", "high", evidence),
            ],
            "metrics": {"secret": "metrics stay out of the prompt"},
        },
        "semrush": {"status": "failed", "score": None, "findings": [], "metrics": {}},
    }
