"""What the audit may say, in every text that reaches an owner."""

from __future__ import annotations

import re

import pytest

from lfassess.checks import all_checks
from lfassess.checks.advice_catalogue import catalogue, worths
from lfassess.checks.base import Severity
from lfassess.findings import HARDENING
from lfassess.language import load
from lfassess.report.answers import ANSWERS
from tests.checks.test_reasons import LISTS
from tests.report.forbidden import FORBIDDEN, GERMAN, faults

_STATISTIC = re.compile(
    r"\b(?:half|third|most people|one (?:person )?in|\d+ ?%|percent)\b", re.IGNORECASE
)


HARDEST = 9  # of reading grades: what a reader of fourteen takes in at once
_SENTENCE = re.compile(r"[.!?:;]+(?:\s|$)")
_WORD = re.compile(r"[A-Za-z][A-Za-z'\u2019-]*")
_SYLLABLE = re.compile(r"[aeiouy]+")
_SILENT = re.compile(r"(?:[^aeiouyl]e|[^aeiouytd]ed|[^aeiouycszxghl]es)$")


def reading_grade(text):
    sentences = [part for part in _SENTENCE.split(text) if part.strip()]
    words = _WORD.findall(text)
    syllables = sum(map(syllables_in, words))
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def syllables_in(word):
    """Return about how many syllables an English word has: its groups of vowels that are heard."""
    word = word.lower().strip("'\u2019-")
    return max(1, len(_SYLLABLE.findall(word)) - bool(_SILENT.search(word)))


def get_texts(words):
    for value in words.values() if isinstance(words, dict) else words:
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            yield from get_texts(value)


def kinds():
    return {code: kind for check in all_checks().values() for code, kind in check.kinds.items()}


@pytest.mark.parametrize(("language", "rules"), [("en", FORBIDDEN), ("de", GERMAN)])
def test_no_language_says_what_may_not_be_said(language, rules):
    assert [f for text in get_texts(load(language).words) for f in faults(text, rules)] == []


def test_no_title_and_no_advice_says_what_may_not_be_said():
    texts = [kind.title for kind in kinds().values()]
    texts += [t for a in catalogue().values() for t in (a.what, a.why, a.fix, a.seen or "")]
    assert [f for text in [*texts, *worths().values()] for f in faults(text)] == []


def test_no_reason_says_what_may_not_be_said():
    texts = [reason.wording for reasons in LISTS.values() for reason in reasons.values()]
    assert [f for text in texts for f in faults(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "It loses customers every day.",
        "Bad sites lose you calls.",
        "Your login can be stolen.",
        "It costs you customers.",
        "That is against the law.",
        "It is worth $500 a month.",
        "How to mend it",  # codespell:ignore
        "x-frame-options: not sent",
        "0.0 MB",
    ],
)
def test_the_rules_find_what_they_are_for(text):
    assert faults(text)


@pytest.mark.parametrize(
    "text",
    [
        "Visitors from unpaid search cost nothing per click.",
        "The page loads slowly.",
        "Call the business.",
        "spring",
        "10.0 MB",
    ],
)
def test_the_rules_leave_plain_words_alone(text):
    assert faults(text) == []


def test_every_praise_says_what_it_brings():
    praise = {c for c, kind in kinds().items() if kind.severity is Severity.PASSED}
    assert praise == worths().keys()


def test_a_statistic_has_its_source():
    bare = [c for c, a in catalogue().items() if _STATISTIC.search(a.why) and not a.source]
    assert bare == []
    assert all(a.source.startswith("https://") for a in catalogue().values() if a.source)


def test_an_owner_can_read_every_finding():
    """Flesch-Kincaid grade level: 0.39 words a sentence + 11.8 syllables a word - 15.59."""
    hard = {code: grade for code, one in catalogue().items()
            if (grade := reading_grade(f"{one.what} {one.why}")) > HARDEST}  # fmt: skip
    assert hard == {}


@pytest.mark.parametrize(
    ("text", "grade"),
    [
        ("The cat sat on the mat.", -1.4),
        ("Google switched it off in July, so visits aren't counted any more.", 6.8),
        ("Authorization infrastructure necessitates comprehensive configuration.", 38.3),
    ],
)
def test_reading_grade_grows_with_words_and_syllables(text, grade):
    assert reading_grade(text) == pytest.approx(grade, abs=1.5)


def test_titles_are_short_and_end_without_a_stop():
    titles = [kind.title for kind in kinds().values()]
    assert [t for t in titles if len(t) > 70 or t.endswith(".") or not t[0].isupper()] == []


def test_what_answers_a_question_is_a_finding_there_is():
    passed = {c for c, kind in kinds().items() if kind.severity is Severity.PASSED}
    for answers in ANSWERS.values():
        assert set(answers.by) <= passed
        assert set(answers.against) <= kinds().keys() - passed
    assert kinds().keys() >= HARDENING
