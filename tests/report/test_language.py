from __future__ import annotations

import string
from datetime import UTC, datetime

import pytest

from lfassess.errors import ConfigurationError
from lfassess.report.language import Language, load
from lfassess.report.tables import pagespeed, visual
from lfassess.report.tables.observatory_labels import TESTS

OWN = {"texts"}  # what only languages other than English need


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
        if key != "date.months":
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
