"""Six checks that do nothing."""

from __future__ import annotations

from dataclasses import replace

from lfassess.checks import all_checks
from lfassess.checks.base import Fetched, Judgement

IDLE = {
    name: replace(
        check,
        fetch=lambda _target, _ctx: Fetched({}),
        judge=lambda _evidence: Judgement(score=80),
        queue=lambda _settings: "assessment",
        skip_reason=lambda _settings: None,
    )
    for name, check in all_checks().items()
}
