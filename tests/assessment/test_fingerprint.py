"""One pattern per cause, however it is worded."""

from __future__ import annotations

import pytest

from lfassess.assessment.execution.fingerprint import fingerprint
from lfassess.errors import (
    BrowserCrashedError,
    ConfigurationError,
    DeadlineExceededError,
    InternalError,
    InvalidResponseError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    TargetUnreachableError,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (DeadlineExceededError("It did not end in 60 s (measuring the page)."),
         DeadlineExceededError("No time was left (Runtime.evaluate).", provider="browser")),
        (BrowserCrashedError("The tab died (Page.navigate)."), BrowserCrashedError("No answer.")),
        (ProviderTimeoutError("No answer in 10 s.", provider="psi"),
         ProviderTimeoutError("The connection stalled.", provider="psi")),
        (ProviderUnavailableError("It answered 503.", provider="places"),
         ProviderUnavailableError("The connection was reset.", provider="places")),
        (InternalError("KeyError: 'x' (step 3)"), InternalError("KeyError: 'x' (step 12)")),
        (TargetUnreachableError("Its name a.example is not known (tried 3 times).", provider="website"),
         TargetUnreachableError("Its name www.b.example is not known.", provider="website")),
    ],
)  # fmt: skip
def test_one_cause_in_different_words_has_one_fingerprint(one, other):
    assert fingerprint(one) == fingerprint(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (ProviderTimeoutError("Slow.", provider="psi"),
         ProviderTimeoutError("Slow.", provider="places")),
        (InternalError("KeyError: 'x'"), InternalError("ValueError: y")),
        (InvalidResponseError("No score.", provider="psi"), InvalidResponseError("No id.", provider="psi")),
        (TargetUnreachableError("Its name is not known.", provider="website"),
         TargetUnreachableError("It refuses connections.", provider="website")),
    ],
)  # fmt: skip
def test_different_causes_have_different_ones(one, other):
    assert fingerprint(one) != fingerprint(other)


def test_it_is_fit_to_be_typed():
    assert fingerprint(DeadlineExceededError("x", provider="psi")) == "deadline_exceeded"
    assert fingerprint(ProviderTimeoutError("x", provider="psi")) == "psi:provider_timeout"
    assert fingerprint(ConfigurationError("x")).startswith("configuration:")
