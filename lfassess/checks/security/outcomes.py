"""What each thing that is looked at came to: pass, fail, or not assessed and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from lfassess.checks.base import Finding, Json, Severity
from lfassess.checks.reasons import as_json
from lfassess.checks.security.catalogue import REASONS
from lfassess.checks.security.observatory import Result, Site, Verdict
from lfassess.checks.security.rules_observatory import FINDING_OF, OF_DOWNGRADE
from lfassess.checks.security.rules_transport import ON_THE_WAY, days_left, downgraded, tls_of
from lfassess.checks.shared.json_access import get_object, get_text

# What is looked at besides the Observatory's tests: findings that fail it, and its customer name.
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


def outcomes(evidence: Json, site: Site, verdict: Verdict, found: Iterable[Finding]) -> Json:
    """Return {test: {result, why, code}}: result is pass, fail or not-assessed.

    ``code`` is the finding that makes a test fail, or the reason that kept it from being assessed;
    ``why`` that reason in words for customers.
    """
    answers: Json = {name: _of_observatory(result) for name, result in verdict.tests.items()}
    if _unread(evidence):
        answers["subresource-integrity"] = _gap("security.unread")
    if downgraded(site):
        answers = {name: _of_downgrade(answer) for name, answer in answers.items()}
    seen = [f.code for f in found if f.severity is not Severity.PASSED]
    for test, (_, failing) in TESTS.items():
        if code := next((c for c in seen if c in failing), None):
            answers[test] = {"result": "fail", "code": code}
        elif reason := _not_assessed(test, evidence, site):
            answers[test] = _gap(reason)
        else:
            answers[test] = {"result": "pass"}
    return answers


def _of_observatory(result: Result) -> Json:
    if result is Result.SRI_NO_HTML:
        return _gap("security.no_html")
    if result.passed and result not in FINDING_OF:
        return {"result": "pass"}
    return {"result": "fail", "code": FINDING_OF.get(result, result.value)}


def _of_downgrade(answer: Json) -> Json:
    """Return the answer with the finding that implies its own."""
    return {**answer, "code": "https-downgrade"} if answer.get("code") in OF_DOWNGRADE else answer


def _gap(reason: str) -> Json:
    return {"result": "not-assessed", "code": reason, "why": REASONS[reason].wording}


def not_assessed(answers: Json) -> list[Json]:
    """Return [{what, why, code, permanent, actor}] of what could not be assessed."""
    return [
        {"what": TESTS[test][0], "why": answer["why"], **as_json(answer["code"], REASONS)}
        for test, answer in answers.items()
        if answer["result"] == "not-assessed" and test in TESTS
    ]


# Tests that rest on a question of their own, and where its answer stands in the evidence.
_QUESTIONS: Final = {
    "tls-versions": "old_tls",
    "www": "variant",
    "cors-credentials": "cors_answer",
    "security-txt": "security_txt",
}


def _not_assessed(test: str, evidence: Json, site: Site) -> str | None:
    """Return the reason why nothing can be said of a test that did not fail, or None."""
    if test in {"certificate", "certificate-expiry", "tls-ciphers", "tls-newest"}:
        return _of_certificate(test, evidence, site)
    if test in {"mixed-content", "libraries"}:
        return _of_page(test, evidence, site)
    question = _QUESTIONS.get(test)
    return _of_question(evidence, question) if question else None


def _of_certificate(test: str, evidence: Json, site: Site) -> str | None:
    if site.https is None:
        return "security.no_https"
    if test == "certificate-expiry":
        return _NOT_ASKED if days_left(evidence) is None else None
    return None if tls_of(evidence) else _NOT_ASKED


def _of_question(evidence: Json, key: str) -> str | None:
    """Return why a question of its own has no answer."""
    answer = get_object(evidence, key)
    if not answer:
        return _NOT_ASKED
    if reason := get_text(answer, "skipped"):
        return None if reason == ON_THE_WAY else reason if reason in REASONS else _NOT_ASKED
    return "security.no_answer" if get_text(answer, "error") else None


def _of_page(test: str, evidence: Json, site: Site) -> str | None:
    if site.auto is None or not site.auto.is_html:
        return "security.no_html"
    if _unread(evidence):
        return "security.unread"
    if test == "mixed-content" and not site.auto.url.startswith("https:"):
        return "security.no_https"
    return "security.cut" if get_object(evidence, "page").get("cut") is True else None


def _unread(evidence: Json) -> bool:
    return get_text(get_object(evidence, "page"), "unread") is not None
