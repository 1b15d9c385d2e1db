"""Reads frozen records from stored JSON and writes them back.

Reading is tolerant: what is missing or of another type leaves the field's default.
"""

from __future__ import annotations

import dataclasses
import math
import types
from collections.abc import Hashable
from functools import cache
from typing import Any, Final, TypeVar, Union, get_args, get_origin, get_type_hints

_MAX_ITEMS: Final = 2_000  # of a list that are read back
_RECORD: Final = "record"

Record = TypeVar("Record")


def read_record(cls: type[Record], value: object) -> Record:
    """Return the record that JSON holds under its fields' names.

    Args:
        cls: a dataclass whose fields have defaults; they are bool, int, float, str, dict, other
            records, tuples of these, or None.
        value: any JSON; a list's items of another type are dropped.
    """
    read: Record = _record(cls, value)
    return read


def write_record(value: Any) -> Any:
    """Return a record as JSON: objects by its fields' names, lists for tuples."""
    if value is None or isinstance(value, str | int | float):  # as nearly all are
        return value
    if isinstance(value, list | tuple):
        return [write_record(item) for item in value]
    if names := _names(value.__class__):
        return {name: write_record(getattr(value, name)) for name in names}
    return value


@cache
def _names(kind: Hashable) -> tuple[str, ...]:
    """Return the names of a record's fields, () of what is none."""
    if not dataclasses.is_dataclass(kind):
        return ()
    return tuple(field.name for field in dataclasses.fields(kind))


def _record(cls: Any, value: object) -> Any:
    stored = value if isinstance(value, dict) else {}
    known = {name: hint for name, hint in _hints(cls).items() if name in stored}
    read = {name: _value(hint, stored[name]) for name, hint in known.items()}
    return cls(**{name: found for name, found in read.items() if found is not None})


@cache
def _hints(cls: Hashable) -> dict[str, Any]:
    return get_type_hints(cls)


def _value(hint: Any, value: object) -> Any:
    """Return the value as the type has it, or None, which leaves the default; so does {}."""
    kind, inner = _kind(hint)
    if kind is tuple:
        return _items(inner, value) if isinstance(value, list | tuple) else None
    if kind is _RECORD:
        return _record(inner[0], value) if value and isinstance(value, dict) else None
    if isinstance(value, bool):
        return value if kind is bool else None
    if kind is float:
        return _finite(value)
    return value if isinstance(value, kind) else None


@cache
def _kind(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return the type that a value must have, and what it is made of; None is left out."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _kind(next(kind for kind in get_args(hint) if kind is not type(None)))
    if dataclasses.is_dataclass(hint):
        return _RECORD, (hint,)
    return origin or hint, get_args(hint)


def _items(kinds: tuple[Any, ...], value: list[Any] | tuple[Any, ...]) -> Any:
    """Return a tuple's items; one of fixed length is whole or None."""
    if kinds[-1] is not Ellipsis:
        items = [_value(kind, item) for kind, item in zip(kinds, value, strict=False)]
        return (
            tuple(items) if len(items) == len(value) == len(kinds) and None not in items else None
        )
    read = (_value(kinds[0], item) for item in value[:_MAX_ITEMS])
    return tuple(item for item in read if item is not None)


def _finite(value: object) -> int | float | None:
    """Return the number as it is stored; a whole one stays whole."""
    if not isinstance(value, int | float):
        return None
    try:
        return value if math.isfinite(value) else None
    except OverflowError:  # too large for a float
        return None
