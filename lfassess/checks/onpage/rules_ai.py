"""Whether assistants that answer customers' questions may read the site."""

from __future__ import annotations

from collections.abc import Iterator

from lfassess.checks.base import Finding
from lfassess.checks.onpage.catalogue import few, finding
from lfassess.checks.onpage.evidence import Evidence
from lfassess.checks.onpage.evidence_robots import ANSWERING, TRAINING


def findings(evidence: Evidence) -> Iterator[Finding]:
    """Yield which bots robots.txt keeps out; where it keeps out all, that is said already."""
    robots = evidence.robots
    if robots.forbids_all:
        return
    if answering := [bot for bot in ANSWERING if bot in robots.forbidden_bots]:
        yield finding("onpage-ai-answers-blocked", f"robots.txt forbids {few(answering)}")
    if training := [bot for bot in TRAINING if bot in robots.forbidden_bots]:
        yield finding("onpage-ai-training-blocked", f"robots.txt forbids {few(training)}")
