"""What the API and the report read of a judgement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from lfassess.checks.base import Finding, Json, Severity
from lfassess.checks.reasons import as_json
from lfassess.checks.security.catalogue import REASONS
from lfassess.checks.security.evidence import (
    ON_THE_WAY,
    ContactFile,
    Evidence,
    OldTls,
    Preflight,
    Variant,
)
from lfassess.checks.security.observatory import HttpResponse, Result, Verdict
from lfassess.checks.security.rules_observatory import FINDING_OF, OF_DOWNGRADE
from lfassess.checks.security.rules_transport import downgraded
from lfassess.checks.shared.record import write_record

# Tests beyond the Observatory's: the name that customers read, and findings that fail the test.
TESTS: Final[Mapping[str, tuple[str, frozenset[str]]]] = {
    "https": ("encryption", frozenset({"no-https", "https-downgrade"})),
    "certificate": (
        "the certificate",
        frozenset({"certificate-untrusted", "certificate-chain-incomplete"}),
    ),
    "certificate-expiry": ("the certificate's end", frozenset({"certificate-expires-soon"})),
    "tls-versions": ("outdated encryption", frozenset({"old-tls", "old-tls-accepted"})),
    "tls-ciphers": ("encryption methods", frozenset({"old-key-exchange", "old-cipher"})),
    "tls-newest": ("the newest encryption", frozenset({"no-tls13", "old-tls"})),
    "www": (
        "the address with and without www",
        frozenset({"www-certificate", "www-elsewhere", "www-missing", "www-twice"}),
    ),
    "mixed-content": (
        "unencrypted parts of the page",
        frozenset({"mixed-content", "mixed-pictures"}),
    ),
    "recommended-headers": (
        "further protective headers",
        frozenset({"no-permissions-policy", "no-referrer-policy", "no-isolation-headers"}),
    ),
    "obsolete-headers": ("outdated headers", frozenset({"obsolete-headers"})),
    "version-leaks": ("versions given away", frozenset({"version-leak"})),
    "cors-credentials": ("sharing with other sites", frozenset({"reflected-cors", "broken-cors"})),
    "libraries": (
        "versions of scripts",
        frozenset({"outdated-libraries", "unmaintained-libraries"}),
    ),
    "cms": ("age of the content management system", frozenset({"outdated-cms"})),
    "server-software": ("age of the server's software", frozenset({"outdated-server-software"})),
    "security-txt": (
        "the security contact file",
        frozenset({"no-security-txt", "security-txt-expired", "security-txt-invalid"}),
    ),
}
_NOT_ASKED: Final = "security.not_asked"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a test came to."""

    result: Literal["pass", "fail", "not-assessed"]
    code: str | None = None  # the finding that makes it fail, or the reason why it has no answer

    def to_json(self) -> Json:
        """Return {result, code, why}; ``why`` is the reason in words for customers."""
        stored: Json = {"result": self.result}
        if self.code:
            stored["code"] = self.code
        if self.result == "not-assessed":
            stored["why"] = REASONS[self.code or _NOT_ASKED].wording
        return stored


_PASS: Final = Outcome("pass")


def outcomes(evidence: Evidence, verdict: Verdict, found: Iterable[Finding]) -> dict[str, Outcome]:
    """Return the outcome of each of the Observatory's tests and of ours, by name."""
    answers = {name: _of_observatory(result) for name, result in verdict.tests.items()}
    if evidence.page.unread:
        answers["subresource-integrity"] = _gap("security.unread")
    if downgraded(evidence):
        answers = {name: _of_downgrade(answer) for name, answer in answers.items()}
    seen = [f.code for f in found if f.severity is not Severity.PASSED]
    for test, (_, failing) in TESTS.items():
        if code := next((c for c in seen if c in failing), None):
            answers[test] = Outcome("fail", code)
        else:
            reason = _not_assessed(test, evidence)
            answers[test] = _gap(reason) if reason else _PASS
    return answers


def _of_observatory(result: Result) -> Outcome:
    if result is Result.SRI_NO_HTML:
        return _gap("security.no_html")
    if result.passed and result not in FINDING_OF:
        return _PASS
    return Outcome("fail", FINDING_OF.get(result, result.value))


def _of_downgrade(answer: Outcome) -> Outcome:
    """Return the outcome with the finding that implies its own."""
    return replace(answer, code="https-downgrade") if answer.code in OF_DOWNGRADE else answer


def _gap(reason: str) -> Outcome:
    return Outcome("not-assessed", reason)


def not_assessed(answers: Mapping[str, Outcome]) -> list[Json]:
    """Return [{what, why, code, permanent, actor}] of our tests that could not be assessed."""
    return [
        {"what": TESTS[test][0], "why": REASONS[answer.code].wording}
        | as_json(answer.code, REASONS)
        for test, answer in answers.items()
        if answer.result == "not-assessed" and answer.code and test in TESTS
    ]


def _not_assessed(test: str, evidence: Evidence) -> str | None:
    """Return the reason why nothing can be said of a test that did not fail, or None."""
    if test in {"certificate", "certificate-expiry", "tls-ciphers", "tls-newest"}:
        return _of_certificate(test, evidence)
    if test in {"mixed-content", "libraries"}:
        return _of_page(test, evidence)
    requests = {
        "tls-versions": evidence.old_tls,
        "www": evidence.variant,
        "cors-credentials": evidence.cors_answer,
        "security-txt": evidence.security_txt,
    }
    return _of_request(requests[test]) if test in requests else None


def _of_certificate(test: str, evidence: Evidence) -> str | None:
    if evidence.https is None:
        return "security.no_https"
    known = evidence.days_left if test == "certificate-expiry" else evidence.tls
    return _NOT_ASKED if known is None else None


def _of_request(answer: OldTls | Variant | Preflight | ContactFile | None) -> str | None:
    """Return why a request of its own has no answer."""
    if answer is None:
        return _NOT_ASKED
    if reason := answer.skipped:
        return None if reason == ON_THE_WAY else reason if reason in REASONS else _NOT_ASKED
    return "security.no_answer" if answer.error else None


def _of_page(test: str, evidence: Evidence) -> str | None:
    if evidence.main is None or not evidence.main.is_html:
        return "security.no_html"
    if evidence.page.unread:
        return "security.unread"
    if test == "mixed-content" and not evidence.main.url.startswith("https:"):
        return "security.no_https"
    return "security.cut" if evidence.page.cut else None


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
