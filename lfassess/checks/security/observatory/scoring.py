"""All twelve results, and the score and grade they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lfassess.checks.security.observatory import cookies, csp, headers, sri
from lfassess.checks.security.observatory.results import ALGORITHM, Result
from lfassess.checks.security.observatory.site import Site

_TESTS: Final[Mapping[str, Callable[[Site], Result]]] = {
    "content-security-policy": csp.test,
    "cookies": cookies.test,
    "cross-origin-resource-sharing": headers.cors,
    "redirection": headers.redirection,
    "referrer-policy": headers.referrer_policy,
    "strict-transport-security": headers.hsts,
    "subresource-integrity": sri.integrity,
    "x-content-type-options": headers.content_type_options,
    "x-frame-options": headers.frame_options,
    "cross-origin-resource-policy": headers.resource_policy,
    "cross-origin-opener-policy": headers.opener_policy,
    "cross-origin-embedder-policy": headers.embedder_policy,
}

_BONUS_FROM = 90  # bonuses count only for sites that lose little
_GRADES = (
    (100, "A+"), (90, "A"), (85, "A-"), (80, "B+"), (70, "B"), (65, "B-"), (60, "C+"), (50, "C"),
    (45, "C-"), (40, "D+"), (30, "D"), (25, "D-"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """Score (0 and up, bonuses may pass 100), grade, and each test's result."""

    score: int
    grade: str
    tests: dict[str, Result]

    def as_json(self) -> dict[str, Any]:
        return {
            "score": self.score,
            "grade": self.grade,
            "tests": {name: result.value for name, result in self.tests.items()},
            "algorithm": ALGORITHM,
        }


def assess(site: Site) -> Verdict:
    """Run all tests: 100 with the penalties; from 90 on also with the bonuses; 0 at least."""
    tests = {name: test(site) for name, test in _TESTS.items()}
    changes = [result.modifier for result in tests.values()]
    score = 100 + sum(c for c in changes if c < 0)
    if score >= _BONUS_FROM:
        score = 100 + sum(changes)
    score = max(score, 0)
    return Verdict(score, grade(score), tests)


def grade(score: int) -> str:
    """Return the grade of a score, by its multiple of five below."""
    return next((letter for floor, letter in _GRADES if score >= floor), "F")
