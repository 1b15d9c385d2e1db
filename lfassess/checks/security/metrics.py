"""What the API and the report read of a judgement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lfassess.checks.base import Json
from lfassess.checks.security.evidence import Evidence
from lfassess.checks.security.observatory import HttpResponse, Verdict
from lfassess.checks.security.outcomes import Outcome, not_assessed
from lfassess.checks.shared.record import write_record


@dataclass(frozen=True, slots=True)
class Metrics:
    """A site's connection, its hardening, and what each test came to."""

    evidence: Evidence
    answer: HttpResponse  # the one that was judged
    parts: Mapping[str, int]  # connection and hardening, 0-100 each
    verdict: Verdict  # the Observatory's, of which the hardening is made
    outcomes: Mapping[str, Outcome]

    def to_json(self) -> Json:
        seen = self.evidence
        tls = write_record(seen.tls) | {"days_left": seen.days_left} if seen.tls else None
        return {
            "visit": seen.met.as_json(self.answer.url),
            "parts": dict(self.parts),
            "observatory": self.verdict.as_json(),
            "tests": {name: outcome.to_json() for name, outcome in self.outcomes.items()},
            "not_assessed": not_assessed(self.outcomes),
            "tls": tls,
            "final_url": self.answer.url,
            "server": self.answer.header("server"),
        }
