"""The one language that says which leads: in commands, in addresses of pages, in the API.

A filter is a query string, as in ``grade=D,F&speed=<50&finding=no-https``. It is read here, and
made into SQL by ``lfassess.db.queries.lead_filter``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import quote, unquote_plus, urlencode, urlsplit

from lfassess.assessment.export.filter_keys import InvalidFilterError, Key, key_called, stored
from lfassess.db.queries.lead_filter import Condition, LeadFilter
from lfassess.errors import UsageError

_LONGEST: Final = 2_000  # characters of a condition
_MAX_CONDITIONS: Final = 30  # conditions
_MAX_VALUES: Final = 50  # of one condition
_CONDITION: Final = re.compile(
    r"\s*(?P<key>[A-Za-z_]+)\s*(?P<op>!=|<=|>=|=|<|>)(?P<value>.*)", re.DOTALL
)
_CODES: Final = re.compile(
    r"\s*!?[a-z0-9]+(?:-[a-z0-9]+)*(?:\s*[,|]\s*[a-z0-9]+(?:-[a-z0-9]+)*)*\s*"
)
# Where the text of a condition ends: an ampersand may be part of a name, too.
_NEXT: Final = re.compile(r"&(?=\s*(?:[A-Za-z_]+\s*(?:[=<>]|!=)|[a-z0-9]+(?:-[a-z0-9]+)+))")
_ESCAPED: Final = re.compile(r"%[0-9A-Fa-f]{2}")
_ITEM: Final = re.compile(r'\s*(?:"((?:[^"]|"")*)"|([^,|"]*))\s*(?:([,|])|$)')
_NUMBER: Final = r"[-+]?\d{1,12}(?:\.\d{1,6})?"
_COMPARED: Final = re.compile(rf"(<=|>=|=|<|>)\s*({_NUMBER})")
_RANGE: Final = re.compile(rf"({_NUMBER})?\s*\.\.\s*({_NUMBER})?")
_FIELD: Final = re.compile(
    r'\s*(!?)\s*(?:"((?:[^"]|"")*)"|([^=<>"]*?))\s*(!=|<=|>=|=|<|>|$)(.*)', re.DOTALL
)
_PLAIN: Final = re.compile(r"[^\s,|\"!<>=&.][^,|\"&]*")


def read(texts: Iterable[str]) -> LeadFilter:
    """Return the filter that texts of a command make: conditions, or an address with them.

    Raises:
        InvalidFilterError: it asks for something there is not.
    """
    return _filter([part for text in texts for part in _parts(text)])


def from_query(pairs: Iterable[tuple[str, str]]) -> LeadFilter:
    """Return the filter in the names and values of an address's query; blank ones are left out.

    Raises:
        InvalidFilterError: it asks for something there is not.
    """
    return _filter([_joined(key, value) for key, value in filled(pairs)])


def filled(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the names and values of a query without the fields that a form left empty."""
    return [(key, value) for key, value in pairs if value.strip() or _has_op(key)]


def pairs_of(chosen: LeadFilter) -> list[tuple[str, str]]:
    """Return the names and values of an address's query that ``from_query`` makes the filter of."""
    return [(c.key, _written(c)) for c in chosen.conditions]


def query_of(chosen: LeadFilter, **more: object) -> str:
    """Return the query of an address; "" where nothing is asked."""
    given = [(k, str(v)) for k, v in more.items() if v not in {None, ""}]
    return urlencode([*pairs_of(chosen), *given], quote_via=quote, safe=",|!.")


def field_condition(text: str) -> str:
    """Return the condition of ``--field NAME=VALUE``; raises UsageError."""
    if not text.partition("=")[0].strip() or "=" not in text:
        raise UsageError(f"--field {text!r} is not of the form NAME=VALUE.")
    name, _, value = text.partition("=")
    return f"field={_quoted(name.strip())}={_quoted(value.strip())}"


def _parts(text: str) -> list[str]:
    """Return the conditions of a text, decoded where it is an address or was pasted from one."""
    text = text.strip()
    is_address = "://" in text or text.startswith(("?", "/"))
    if is_address:
        text = urlsplit(text).query
    if is_address or (_ESCAPED.search(text) and not re.search(r"\s", text)):
        return [unquote_plus(part) for part in text.split("&") if part]
    if "&" in text and not re.search(r"\s", text):
        return [unquote_plus(part) for part in text.split("&") if part]
    return [part for part in _NEXT.split(text) if part.strip()]


def _has_op(key: str) -> bool:
    return _CONDITION.match(key) is not None


def _joined(key: str, value: str) -> str:
    return key if not value and _has_op(key) else f"{key}={value}"


def _filter(parts: Sequence[str]) -> LeadFilter:
    if len(parts) > _MAX_CONDITIONS:
        raise InvalidFilterError(f"A filter has at most {_MAX_CONDITIONS} conditions.")
    made = [_condition(part) for part in parts]
    return LeadFilter(tuple(dict.fromkeys(one for one in made if one is not None)))


def _condition(text: str) -> Condition | None:
    if len(text) > _LONGEST:
        raise InvalidFilterError(f"A condition has at most {_LONGEST:,} characters.")
    if "\x00" in text or any("\ud800" <= c <= "\udfff" for c in text):
        raise InvalidFilterError("A filter can't hold such characters.")
    found = _CONDITION.fullmatch(text)
    if found is None and _CODES.fullmatch(text):
        found = _CONDITION.fullmatch(f"finding={text}")
    if found is None:
        raise InvalidFilterError(
            f"{text.strip()!r} is no condition.", hint="As in grade=D,F or score<40."
        )
    key, op, value = key_called(found["key"]), found["op"], found["value"].strip()
    if not value:
        return None
    if key.kind == "text":
        if op != "=":
            raise InvalidFilterError(f"{key.name} is compared with = alone.")
        return Condition(key.name, (value,))
    if op not in {"=", "!="}:
        value, op = f"{op}{value}", "="
    return _asked(key, value, negated=op == "!=")


def _asked(key: Key, value: str, *, negated: bool) -> Condition:
    """Return what a condition asks, but of a text."""
    if key.kind == "field":
        return _field(value, negated=negated)
    if value.startswith("!"):
        value, negated = value[1:].strip(), not negated
    if key.kind == "numbers" and (bounds := _bounds(value)):
        return Condition(key.name, bounds=bounds, negated=negated)
    items, every = _items(key.name, value)
    values = tuple(dict.fromkeys(stored(key, item) for item in items))
    every = every and key.kind in {"codes", "technologies"} and len(values) > 1
    return Condition(key.name, values, negated=negated, every=every)


def _items(key: str, text: str) -> tuple[list[str], bool]:
    """Return the values of a condition, and whether all of them must be there."""
    items: list[str] = []
    marks: set[str] = set()
    at = 0
    while at <= len(text):
        found = _ITEM.match(text, at)
        if found is None:
            raise InvalidFilterError(
                f"{key}: {text!r} has a quotation mark too many or too few.",
                hint='A value with a comma is quoted whole, as in "Smith, Ltd".',
            )
        item = found[2].strip() if found[1] is None else found[1].replace('""', '"')
        if item or found[1] is not None:
            items.append(item)
        if found[3] is None:
            break
        marks.add(found[3])
        at = found.end()
    if not items:
        raise InvalidFilterError(f"{key} is asked for without a value.")
    if len(items) > _MAX_VALUES:
        raise InvalidFilterError(f"{key} takes at most {_MAX_VALUES} values.")
    if len(marks) > 1:
        raise InvalidFilterError(
            f"{key} mixes commas and bars.", hint="Commas: all of them; bars: any of them."
        )
    return items, "|" not in marks


def _bounds(value: str) -> tuple[tuple[str, float], ...]:
    if found := _COMPARED.fullmatch(value):
        return ((found[1], float(found[2])),)
    if re.fullmatch(_NUMBER, value):
        return (("=", float(value)),)
    found = _RANGE.fullmatch(value)
    if found is None or (found[1] is None and found[2] is None):
        return ()
    ends = ((">=", found[1]), ("<=", found[2]))
    return tuple((bound, float(end)) for bound, end in ends if end is not None)


def _field(value: str, *, negated: bool) -> Condition:
    found = _FIELD.fullmatch(value)
    name = "" if found is None else (found[3] if found[2] is None else found[2].replace('""', '"'))
    if found is None or not name:
        raise InvalidFilterError(
            f"field {value!r} names no column.",
            hint="As in field=Tier=gold or field=Employees>=10.",
        )
    negated = negated != bool(found[1])
    op, rest = found[4], found[5].strip()
    if not op:
        return Condition("field", name=name, negated=negated)
    if op in {"=", "!="}:
        if rest.startswith("!"):
            rest, negated = rest[1:].strip(), not negated
        items, _ = _items("field", rest) if rest else ([""], True)
        return Condition("field", tuple(items), name=name, negated=negated != (op == "!="))
    if not re.fullmatch(_NUMBER, rest):
        raise InvalidFilterError(f"field: {name} {op} needs a number, not {rest!r}.")
    return Condition("field", bounds=((op, float(rest)),), name=name, negated=negated)


def _written(condition: Condition) -> str:
    """Return the value of a condition as an address has it."""
    mark = "!" if condition.negated else ""
    if condition.key == "field":
        name = _quoted(condition.name)
        if condition.bounds:
            bound, number = condition.bounds[0]
            return f"{mark}{name}{bound}{number:.15g}"
        return f"{mark}{name}" + (
            f"={'|'.join(map(_quoted, condition.values))}" if condition.values else ""
        )
    if condition.key == "q":
        return condition.values[0]
    if condition.bounds:
        return mark + _bounded(condition.bounds)
    between = "," if condition.every or condition.key not in {"finding", "tech"} else "|"
    return mark + between.join(map(_quoted, condition.values))


def _bounded(bounds: Sequence[tuple[str, float]]) -> str:
    if len(bounds) == 1:
        ((bound, number),) = bounds
        return f"{'' if bound == '=' else bound}{number:.15g}"
    return f"{bounds[0][1]:.15g}..{bounds[1][1]:.15g}"


def _quoted(value: str) -> str:
    if _PLAIN.fullmatch(value) and value == value.strip() and not set(value) & set("=<>!"):
        return value
    return '"{}"'.format(value.replace('"', '""'))


def in_batch(chosen: LeadFilter, batch: int | None) -> LeadFilter:
    """Return the filter narrowed to a batch, where one is given."""
    return chosen if batch is None else chosen.and_(Condition("batch", (str(batch),)))


def searched(chosen: LeadFilter, typed: str) -> LeadFilter:
    """Return the filter narrowed to leads that have what was typed in a field."""
    return chosen.and_(Condition("q", (typed,))) if typed.strip() else chosen
