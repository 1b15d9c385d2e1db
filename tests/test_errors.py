"""The error family."""

from __future__ import annotations

import pytest

from lfassess import errors

FAMILIES = {errors.CheckError, errors.TransientError, errors.PermanentError}


def family(root=errors.LfassessError):
    yield root
    for child in root.__subclasses__():
        yield from family(child)


def test_codes_are_unique():
    codes = [e.code for e in family() if "code" in vars(e)]  # a kind of another shares its code
    assert sorted(set(codes)) == sorted(codes)


@pytest.mark.parametrize("error", list(family()), ids=lambda e: e.code)
def test_explains_itself_without_a_message(error):
    assert error().message.endswith(".")


@pytest.mark.parametrize("error", list(family(errors.CheckError)), ids=lambda e: e.code)
def test_operator_is_told_what_to_do(error):
    assert vars(error).get("advice") or error in FAMILIES
    assert errors.advice_for(error.code) == error.advice


def test_what_no_version_knows_has_advice_all_the_same():
    assert errors.advice_for("of_tomorrow") == errors.LfassessError.advice
    assert errors.cause_of("of_tomorrow") == "An error that this version does not know."


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.NotFoundError, 404),
        (errors.UsageError, 422),
        (errors.BudgetStopError, 409),
        (errors.ServiceUnreachableError, 503),
        (errors.BrowserExposedError, 503),
        (errors.RateLimitedError, 503),
        (errors.DeadlineExceededError, 503),
        (errors.ConfigurationError, 500),
        (errors.TargetBlockedError, 500),
    ],
)
def test_requests_end_with_the_status_of_the_kind(error, status):
    assert error.http_status == status
