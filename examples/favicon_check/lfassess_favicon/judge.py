"""Judges a website's icon; pure."""

from __future__ import annotations

from http import HTTPStatus

from lfassess.checks.base import Finding, Json, Judgement
from lfassess.checks.reasons import as_json
from lfassess_favicon.catalogue import REASONS, finding
from lfassess_favicon.evidence import Evidence
from lfassess_favicon.metrics import Metrics


def judge(evidence: Json) -> Judgement:
    """Judge whether there is an icon; the check has no score of its own."""
    seen = Evidence.from_json(evidence)
    if seen.page_status != HTTPStatus.OK:
        reason = {"reason": as_json("favicon.no_page", REASONS)}
        return Judgement(metrics=reason, inconclusive=REASONS["favicon.no_page"].wording)
    loaded = seen.status == HTTPStatus.OK and seen.size > 0
    metrics = Metrics(icon=loaded, declared=seen.declared, bytes=seen.size if loaded else None)
    return Judgement((_finding(seen, loaded=loaded),), metrics=metrics.to_json())


def _finding(seen: Evidence, *, loaded: bool) -> Finding:
    if loaded:
        return finding("favicon-present", f"{seen.url} ({seen.size:,} bytes)")
    if seen.declared:
        answer = "no answer" if seen.status is None else f"status {seen.status}"
        return finding("favicon-broken", f"{seen.url}: {answer}")
    return finding("favicon-missing", "No icon declared, and none at /favicon.ico")
