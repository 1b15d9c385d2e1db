"""Makes rows as the database would return them, without one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lfassess import scoring
from lfassess.checks.advice_catalogue import Advice, catalogue
from lfassess.db.models import Assessment, CheckRun, Lead
from lfassess.report.build import build

NOW = datetime(2026, 3, 17, 14, 5, 0, tzinfo=UTC)
_HOW = {"language", "branding", "dismissed", "draft", "measured"}
CHECKS = ("pagespeed", "security", "gbp", "semrush", "visual", "llm_analysis")
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c4944415408d763f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


def finding(code, severity, title, evidence="", source="raw"):
    return {
        "code": code,
        "severity": severity,
        "title": title,
        "evidence": evidence,
        "source": source,
        "advice_id": code,
    }


def run(name, status="completed", **values):
    defaults = {
        "id": CHECKS.index(name) + 1 if name in CHECKS else 9,
        "assessment_id": 1,
        "lead_id": 1,
        "name": name,
        "queue": "assessment",
        "depends_on_others": name == "llm_analysis",
        "status": status,
        "findings": [] if status == "completed" else None,
        "metrics": {} if status == "completed" else None,
        "finished_at": NOW - timedelta(seconds=20) if status != "skipped" else None,
        "sandbox": False,
    }
    return CheckRun(**(defaults | values))


def lead(**values):
    defaults = {
        "id": 1,
        "name": "Harbour Bakery",
        "website": "https://harbourbakery.example/",
        "phone": "+1 207 555 0142",
        "address": "14 Wharf Street, Portland, ME 04101",
        "country": "US",
        "extra": {},
        "dedupe_key": "harbourbakery.example",
    }
    return Lead(**(defaults | values))


def assessment(runs, **values):
    """An assessment closed over the runs, scored by the shipped rules."""
    done = [r for r in runs if r.status == "completed"]
    result = scoring.assess(scoring.results_of(done), scoring.load_rules())
    defaults = {
        "id": 41,
        "lead_id": 1,
        "status": "completed" if done else "failed",
        "checks_completed": len(done),
        "checks_total": len(runs),
        "score": result.score,
        "grade": result.grade,
        "scoring_version": result.version,
        "sandbox": any(r.sandbox for r in done),
        "scoring_details": result.as_summary(),
        "created_at": NOW - timedelta(minutes=2),
        "started_at": NOW - timedelta(minutes=1),
        "finished_at": None,
    }
    return Assessment(**(defaults | values))


def report(*runs, artefacts=None, business=None, advice=None, **values):
    """Build a report over the runs; ``advice`` is added to the catalogue."""
    how = {key: values.pop(key) for key in _HOW & values.keys()}
    return build(
        business or lead(),
        assessment(runs, **values),
        runs,
        artefacts or {},
        advice={**catalogue(how.get("language", "en")), **(advice or {})},
        **how,
    )


def advice(what, why, fix, effort="medium", impact="high"):
    return Advice(what, why, fix, effort, impact)
