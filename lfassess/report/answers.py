"""Which findings answer an owner's question: the table behind yes, partly and no."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lfassess.checks.base import Area, Severity
from lfassess.findings import NO_SITE
from lfassess.language import Language
from lfassess.report.areas import area
from lfassess.report.findings import SEVERITIES
from lfassess.report.model import Answer, Headline, ReportFinding, Section, State

GOOD: Final = 75  # grade B and above
WEAK: Final = 50  # below grade C
_CRITICAL, _HIGH, _MEDIUM, _LOW = (
    SEVERITIES.index(s.value)
    for s in (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW)
)


@dataclass(frozen=True, slots=True)
class Answers:
    """Codes of findings that answer a question, the most telling first."""

    against: tuple[str, ...]
    by: tuple[str, ...]  # passed findings


_NO_PAGE: Final = (*NO_SITE, "page-not-loadable")
ANSWERS: Final[dict[str, Answers]] = {
    Area.SPEED.value: Answers(
        against=(
            *_NO_PAGE,
            *("slow-for-visitors", "slow-page", "fair-for-visitors", "sluggish-page"),
            *("slow-largest-paint", "late-first-paint", "slow-server", "visual-never-loaded"),
            *("visual-loading-screen", "blocked-page", "heavy-page"),
        ),
        by=("fast-for-visitors", "fast-page"),
    ),
    Area.SECURITY.value: Answers(
        against=(
            *("no-https", "certificate-untrusted", "https-downgrade", "no-https-redirect"),
            *("www-certificate", "certificate-expires-soon", "old-tls", "mixed-content"),
            *("unsafe-scripts", "certificate-chain-incomplete", "old-tls-accepted"),
            *("old-key-exchange", "www-elsewhere", "onpage-tampering", "onpage-insecure-form"),
        ),
        by=("https-works", "modern-tls"),
    ),
    Area.ACCESSIBILITY.value: Answers(
        against=(
            *("poor-accessibility", "visual-low-contrast", "visual-unlabelled-fields"),
            *("visual-unnamed-controls", "fair-accessibility", "visual-zoom-blocked"),
            *("visual-alt-missing", "visual-no-landmarks", "visual-confusing-structure"),
        ),
        by=("visual-accessible", "accessible-page"),
    ),
    Area.SEARCH_BASICS.value: Answers(
        against=(
            *("not-indexable", "no-title", "visual-no-title", "bad-canonical", "bad-robots-file"),
            *("poor-seo-basics", "no-description", "onpage-noindex", "onpage-robots-forbids"),
            *("onpage-robots-failing", "onpage-canonical-elsewhere", "onpage-canonicals-home"),
            *("onpage-no-title", "onpage-generic-title", "onpage-no-description"),
            *("onpage-needs-scripts", "onpage-soft-404", "onpage-same-titles"),
        ),
        by=("good-seo-basics", "onpage-listed-well"),
    ),
    Area.SEARCH_VISIBILITY.value: Answers(
        against=(
            *("semrush-no-own-domain", "semrush-no-rankings", "semrush-no-first-page"),
            *("semrush-only-own-name", "semrush-little-traffic", "semrush-few-keywords"),
            *("semrush-competitor-ahead", "semrush-positions-lost", "semrush-near-first-page"),
        ),
        by=("semrush-visible", "semrush-leads-competitors"),
    ),
    Area.GOOGLE_PROFILE.value: Answers(
        against=(
            *("gbp-permanently-closed", "gbp-temporarily-closed", "gbp-moved", "gbp-not-yet-open"),
            *("gbp-not-found", "gbp-phone-differs", "gbp-website-differs", "gbp-address-differs"),
            *("gbp-no-phone", "gbp-no-hours", "gbp-no-website", "gbp-website-is-platform"),
            *("gbp-several-profiles", "gbp-no-category", "gbp-name-differs", "gbp-no-photos"),
            *("gbp-generic-category", "gbp-few-photos"),
        ),
        by=("gbp-consistent", "gbp-complete"),
    ),
    Area.FIRST_IMPRESSION.value: Answers(
        against=(
            *_NO_PAGE,
            *("visual-no-mobile-layout", "visual-popup", "visual-mobile-overflow"),
            *("visual-no-phone-number", "visual-unclear-offer", "visual-no-call-to-action"),
            *("visual-cookie-wall", "visual-no-tap-to-call", "visual-placeholder-text"),
            *("visual-placeholder-contact", "visual-phone-out-of-sight"),
            *("visual-weak-invitation", "visual-no-visual-order", "onpage-no-phone"),
            *("onpage-sample-text", "onpage-garbled-text", "onpage-broken-navigation"),
            *("onpage-no-contact", "onpage-staging-links"),
        ),
        by=("visual-clear-action", "visual-easy-to-call", "visual-good-impression"),
    ),
}


def headlines(sections: Sequence[Section], say: Language) -> tuple[Headline, ...]:
    """Return an owner's questions and their answers; "no data" is never a "no"."""
    return tuple(
        _headline(section, question, say)
        for section in sections
        if (question := area(section.name, say).question)
    )


def worst(section: Section) -> int:
    """Return the place in SEVERITIES of the section's weightiest finding."""
    return min((SEVERITIES.index(f.severity) for f in section.findings), default=len(SEVERITIES))


def _headline(section: Section, question: str, say: Language) -> Headline:
    answers = ANSWERS[section.name]
    deciding = _first(section.findings, answers.against)
    answer = _answer(section, deciding)
    if answer == "unknown":
        return Headline(
            section.name, question, answer, section.reason or say("scorecard.not_scored")
        )
    if answer == "yes":
        deciding = _first(section.strengths, answers.by)
    elif deciding is None and worst(section) <= _HIGH:
        deciding = section.findings[0]
    return Headline(section.name, question, answer, _text(section, deciding, say))


def _answer(section: Section, deciding: ReportFinding | None) -> Answer:
    """Answer no over what is critical, or a weak score that a finding explains; yes over nothing.

    "Yes" takes praise that answers the question, a good score, nothing of high or above in the
    area, and nothing of medium or above that answers the question. Without praise a good score is
    "mostly", and a weak one that no finding explains "hardly": no answer contradicts its number.
    """
    if section.state not in {State.ASSESSED, State.EXPIRED}:
        return "unknown"
    score, most = _score(section), worst(section)
    against = SEVERITIES.index(deciding.severity) if deciding else len(SEVERITIES)
    if most == _CRITICAL or (score is not None and score < WEAK and against <= _MEDIUM):
        return "no"
    if score is not None and score < WEAK:
        return "hardly"
    if most == _HIGH or against <= _MEDIUM or (score is not None and score < GOOD):
        return "partly"
    if _first(section.strengths, ANSWERS[section.name].by):
        return "yes"
    return "unknown" if score is None else "mostly"


def _score(section: Section) -> int | None:
    """Return the score that the question asks for: of security, the connection's alone."""
    if section.name != Area.SECURITY.value:
        return section.score
    return next((part.score for part in section.parts if part.name == "connection"), None)


def _first(findings: Sequence[ReportFinding], codes: Sequence[str]) -> ReportFinding | None:
    """Return the weightiest finding of these codes, the most telling of equals."""
    known = [f for f in findings if f.code in codes]
    return min(
        known, key=lambda f: (SEVERITIES.index(f.severity), codes.index(f.code)), default=None
    )


def _text(section: Section, deciding: ReportFinding | None, say: Language) -> str:
    score = _score(section)
    of_100 = "" if score is None else say("ui.of_100", score=score)
    shown = f"{of_100}; {section.spread}" if section.spread else of_100
    if deciding is not None and deciding in section.findings and (score or 0) >= GOOD:
        return deciding.title  # a good score beside it would say the opposite
    if deciding is not None:
        return f"{deciding.title} ({shown})" if shown else deciding.title
    small = sum(SEVERITIES.index(f.severity) <= _LOW for f in section.findings)
    if not small and (clear := say.find(f"areas.{section.name}.clear")):
        return f"{clear} ({shown})" if shown else clear
    issues = say("verdict.issue" if small == 1 else "verdict.issues", n=small) if small else ""
    return " · ".join(filter(None, [shown, issues]))
