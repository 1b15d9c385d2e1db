"""All ten results, and the score and grade they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lfassess.checks.observatory import cookies, csp, headers, redirection, sri
from lfassess.checks.observatory.site import Site

ALGORITHM_VERSION: Final = 4

_TESTS: Final[Mapping[str, Callable[[Site], str]]] = {
    "content-security-policy": csp.test,
    "cookies": cookies.test,
    "cross-origin-resource-sharing": headers.cors,
    "redirection": redirection.redirection,
    "referrer-policy": headers.referrer_policy,
    "strict-transport-security": headers.hsts,
    "subresource-integrity": sri.integrity,
    "x-content-type-options": headers.content_type_options,
    "x-frame-options": headers.frame_options,
    "cross-origin-resource-policy": headers.resource_policy,
}

# Points each result adds or takes; what is not listed changes nothing.
MODIFIERS: Final[Mapping[str, int]] = {
    "csp-implemented-with-no-unsafe-default-src-none": 10,
    "csp-implemented-with-no-unsafe": 5,
    "csp-implemented-with-insecure-scheme-in-passive-content-only": -10,
    "csp-implemented-with-unsafe-eval": -10,
    "csp-implemented-with-unsafe-inline": -20,
    "csp-implemented-with-insecure-scheme": -20,
    "csp-header-invalid": -25,
    "csp-not-implemented": -25,
    "csp-not-implemented-but-reporting-enabled": -25,
    "cookies-secure-with-httponly-sessions-and-samesite": 5,
    "cookies-without-secure-flag-but-protected-by-hsts": -5,
    "cookies-session-without-secure-flag-but-protected-by-hsts": -10,
    "cookies-without-secure-flag": -20,
    "cookies-samesite-flag-invalid": -20,
    "cookies-anticsrf-without-samesite-flag": -20,
    "cookies-session-without-httponly-flag": -30,
    "cookies-session-without-secure-flag": -40,
    "redirection-off-host-from-http": -5,
    "redirection-not-to-https-on-initial-redirection": -10,
    "redirection-not-to-https": -20,
    "redirection-missing": -20,
    "redirection-invalid-cert": -20,
    "referrer-policy-private": 5,
    "referrer-policy-unsafe": -5,
    "referrer-policy-header-invalid": -5,
    "hsts-implemented-max-age-less-than-six-months": -10,
    "hsts-not-implemented": -20,
    "hsts-header-invalid": -20,
    "hsts-not-implemented-no-https": -20,
    "hsts-invalid-cert": -20,
    "sri-implemented-and-all-scripts-loaded-securely": 5,
    "sri-implemented-and-external-scripts-loaded-securely": 5,
    "sri-not-implemented-but-external-scripts-loaded-securely": -5,
    "sri-implemented-but-external-scripts-not-loaded-securely": -20,
    "sri-not-implemented-and-external-scripts-not-loaded-securely": -50,
    "x-content-type-options-header-invalid": -5,
    "x-content-type-options-not-implemented": -5,
    "x-frame-options-implemented-via-csp": 5,
    "x-frame-options-not-implemented": -20,
    "x-frame-options-header-invalid": -20,
    "corp-implemented-with-same-origin": 10,
    "corp-implemented-with-same-site": 10,
    "corp-header-invalid": -5,
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
    tests: dict[str, str]

    def as_json(self) -> dict[str, Any]:
        return {
            "score": self.score,
            "grade": self.grade,
            "tests": dict(self.tests),
            "algorithm_version": ALGORITHM_VERSION,
        }


def assess(site: Site) -> Verdict:
    """Run all tests: 100 with the penalties; from 90 on also with the bonuses; 0 at least."""
    tests = {name: test(site) for name, test in _TESTS.items()}
    changes = [MODIFIERS.get(result, 0) for result in tests.values()]
    score = 100 + sum(c for c in changes if c < 0)
    if score >= _BONUS_FROM:
        score = 100 + sum(changes)
    score = max(score, 0)
    return Verdict(score, grade(score), tests)


def grade(score: int) -> str:
    """Return the grade of a score, by its multiple of five below."""
    return next((letter for floor, letter in _GRADES if score >= floor), "F")
