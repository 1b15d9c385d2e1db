"""JSON whose shape can't be relied on is read without a crash, and made fit to be stored."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lfassess.checks.shared.json_access import (
    get_number,
    get_object,
    get_objects,
    get_text,
    get_texts,
    numbers_in,
    sanitise_for_jsonb,
)

_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(_ANY, st.text())
def test_readers_return_their_type_or_nothing(value, key):
    for holder in (value, {key: value}):
        assert isinstance(get_object(holder, key), dict)
        assert all(isinstance(item, dict) for item in get_objects(holder, key))
        assert all(isinstance(item, str) for item in get_texts(holder, key))
        assert all(isinstance(item, float) for item in numbers_in(holder, key))
        assert isinstance(get_text(holder, key), str | None)
        assert isinstance(get_number(holder, key), float | None)


@given(_ANY)
def test_anything_can_be_made_fit_for_postgres(value):
    text = json.dumps(sanitise_for_jsonb(value), allow_nan=False, ensure_ascii=False)
    assert "\\u0000" not in text
    text.encode()  # lone surrogates would fail


@pytest.mark.parametrize(
    "value", [None, True, 3, 0.5, "Café 東京 🥐", [1, {"a": [None]}], {"b": {"c": "d"}}]
)
def test_what_can_be_stored_is_left_as_it_is(value):
    assert sanitise_for_jsonb(value) == value
