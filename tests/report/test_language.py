from __future__ import annotations

import string
from datetime import UTC, datetime

import pytest

from lfassess.checks import all_checks
from lfassess.checks.advice_catalogue import catalogue, worths
from lfassess.config_files import names, read_toml
from lfassess.errors import ConfigurationError
from lfassess.language import Language, load
from lfassess.report.tables import pagespeed, visual
from lfassess.report.tables.observatory_labels import TESTS
from tests.report.factories import bakery
from tests.report.factories.rows import report
from tests.report.forbidden import GERMAN, faults

# What a frame of the texts by rule may say; each language words its sentences from these.
FRAMES = "insights."
OFFERED = {
    "business", "seeker", "stars", "town", "trade", "what", "that", "so", "fix", "those", "both",
    "sentences", "good", "Good", "text",
}  # fmt: skip
OWN = {"texts", "sentences", "rows", "countries"}  # what only languages other than English need


def keys(words, before=""):
    for key, value in words.items():
        if isinstance(value, dict):
            yield from keys(value, f"{before}{key}.")
        else:
            yield before + key


def test_german_has_english_keys_and_no_others():
    german = {k: v for k, v in load("de").words.items() if k not in OWN}
    assert set(keys(german)) == set(keys(load().words))


def test_german_fills_in_what_english_fills_in():
    def slots(text):
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for key in keys(load().words):
        if key.startswith("topics."):
            english = slots(load()(key))
            assert slots(load("de")(key)) <= english | slots(load()(key.replace("that", "say"))), (
                key
            )
        elif key.startswith(FRAMES):
            assert slots(load("de")(key)) | slots(load()(key)) <= OFFERED, key
        else:
            assert slots(load("de")(key)) == slots(load()(key)), key


def test_what_a_language_lacks_is_said_in_english():
    some = Language("xx", {"verdict": {"title": "Dictum"}}, load().words)
    assert some("verdict.title") == "Dictum"
    assert some("gaps.title") == load()("gaps.title")
    assert some.text("Anything") == "Anything"
    with pytest.raises(KeyError):
        some("no.such.key")


def test_days_are_written_in_the_language():
    at = datetime(2026, 3, 17, 14, 5, tzinfo=UTC)
    assert load().day(at) == "March 17, 2026"
    assert load("en-GB").day(at) == "17 March 2026"
    assert load("de").minute(at) == "17. März 2026, 14:05 UTC"
    assert load().minute(None) == "not known"


@pytest.mark.parametrize("code", ["xx", "../scoring", ""])
def test_an_unknown_language_is_a_wrong_setting(code):
    with pytest.raises(ConfigurationError):
        load(code)


def test_labels_of_an_owner_s_tables_are_german_in_a_german_report():
    german = load("de").words["texts"]
    labels = [m.label for m in (*pagespeed.FIELD, *pagespeed.LAB)]
    labels += [
        pagespeed.FIELD_CAPTION,
        pagespeed.FIELD_NOTE,
        pagespeed.LAB_CAPTION,
        pagespeed.LAB_NOTE,
    ]
    labels += [*visual._ASPECTS.values(), *visual._LABELS.values(), visual._RATED, *TESTS.values()]
    proper = {"Content Security Policy", "Cookies"}
    assert [label for label in labels if label not in german and label not in proper] == []


def english_texts():
    """Return what findings say in English: {code: {key: text}}."""
    texts = {code: {"title": kind.title} for check in all_checks().values()
             for code, kind in check.kinds.items()}  # fmt: skip
    for code, one in catalogue().items():
        fixed = {"what": one.what, "why": one.why, "fix": one.fix, "seen": one.seen}
        texts.setdefault(code, {}).update({k: text for k, text in fixed.items() if text})
    for code, worth in worths().items():
        texts.setdefault(code, {})["worth"] = worth
    return texts


def german_texts():
    files = (read_toml(name) for name in names("advice/de/*.toml"))
    return {code: said for file in files for code, said in file.items()}


def test_each_finding_is_said_in_german_whole():
    english, german = english_texts(), german_texts()
    assert german.keys() == english.keys()
    assert {c: german[c].keys() ^ english[c].keys() for c in german
            if german[c].keys() != english[c].keys()} == {}  # fmt: skip


def test_german_findings_say_nothing_that_may_not_be_said():
    said = [text for texts in german_texts().values() for text in texts.values()]
    assert [f for text in said for f in faults(text, GERMAN)] == []
    titles = [texts["title"] for texts in german_texts().values()]
    assert [t for t in titles if len(t) > 80 or t.endswith(".") or not t.strip()] == []


def test_findings_and_steps_of_a_german_report_are_german():
    made = report(*bakery.RUNS[:-1], language="de")  # without what a language model wrote
    german, english = german_texts(), english_texts()
    found = [f for s in made.sections for f in (*s.findings, *s.strengths)]
    assert {f.code for f in found} & german.keys()
    assert [f.code for f in found if f.code in german and f.title != german[f.code]["title"]] == []
    texts = {step.title for phase in made.phases for step in phase.recommendations}
    assert texts
    assert texts & {t["title"] for t in english.values()} == set()
