"""The error family."""

from __future__ import annotations

import pytest

from lfassess import errors


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
    from lfassess.assessment.operator_hints import _ADVICE

    if error not in {errors.CheckError, errors.TransientError, errors.PermanentError}:
        assert error.code in _ADVICE
