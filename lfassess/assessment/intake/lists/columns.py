"""Finds out which column holds what, by its name and by what its cells hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lfassess.assessment.intake.lead_row import LIMITS, clean
from lfassess.assessment.intake.lists import content, wording
from lfassess.assessment.intake.lists.content import Content
from lfassess.assessment.intake.lists.wording import Wording
from lfassess.errors import UsageError

_MAX_COLUMNS_NAMED: Final = 30  # columns named in an error
_MAX_NAME: Final = 100
_LEAST: Final = 3.0  # points from which a column is taken for a field
_BUSINESS: Final = 7.0  # points from which a name is surely the business's, not a person's
_SURE: Final = 10.0  # points of a name that says it surely
_SOME, _MOST = 0.3, 0.6  # shares of a column's cells
_LEADS: Final = frozenset({"website", "name", "email"})  # one of them makes a row a lead
_NO_LEAD: Final = frozenset({"other", "fax", "job"})
_NO_NAME: Final = frozenset(
    {"site", "link", "phone", "mobile", "owner", "person", "social", "maps", "number", "code"}
)
_SITE_OF_NO_BUSINESS: Final = frozenset({"email", "phone", "social", "maps", "owner", "mobile"})
_PERSON_COLUMNS: Final = 2  # first and last name, or name and job: the rows are people
_ADDRESS: Final = ("address", "street", "house", "street2", "city", "region", "postcode", "country")
_TOWN: Final = frozenset({"city", "region", "postcode"})
_WHOSE: Final = ("business", "plain", "billing", "mailing", "person")
_PLACES: Final = frozenset({"address", "street", "city", "region", "postcode", "country", "house"})


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field is; of several columns the first that is filled in counts."""

    header: list[str]
    fields: dict[str, list[int]]  # field -> indexes, best first
    extra: dict[int, str]  # index -> name of a custom field
    places: Sequence[Mapping[str, list[int]]] = ()  # sets of an address's columns, best first
    personal_phone: bool = False  # rows are people: their numbers don't tell branches apart

    def explained(self) -> str:
        """Return "name ← Company, website ← Url", as people are shown the mapping."""
        return ", ".join(
            f"{field} \u2190 {' or '.join(self.label(i) for i in indexes)}"
            for field, indexes in self.fields.items()
        )

    def label(self, index: int) -> str:
        """Return what to call a column."""
        named = self.header[index] if index < len(self.header) else ""
        return named or f"column {index + 1}"


def find_columns(
    header: Sequence[str], sample: Sequence[Sequence[str]], column_map: Mapping[str, str]
) -> Columns:
    """Return which column holds what.

    Args:
        header: the columns' names; "" where a column has none.
        sample: the first rows' cells.
        column_map: {field: column name}; goes before what names and cells suggest.

    Raises:
        UsageError: the map names a field or column there is not, or nothing is found that could
            be a website, an e-mail address or a business's name.
    """
    names = [clean(name)[:_MAX_NAME] for name in header]
    given = {field: [_named(field, name, names)] for field, name in column_map.items()}
    taken = {index for indexes in given.values() for index in indexes}
    seen = [content.look([row[i] if i < len(row) else "" for row in sample])
            for i in range(len(names))]  # fmt: skip
    points = _points(names, seen)
    fields = _fields(given, names, points, taken)
    if not fields.keys() & _LEADS:  # cells that are all odd say nothing against a column's name
        points = _points(names, [content.look([])] * len(names))
        fields = _fields(given, names, points, taken)
    _only_businesses(fields, given, names, points, sample)
    if "street" in fields and "house" not in fields:
        at = fields["street"][0] + 1
        used = {index for indexes in fields.values() for index in indexes}
        if at < len(names) and at not in used and _is_house(names[at], seen[at]):
            fields["house"] = [at]
    if "name" not in fields and (i := _unnamed_name(names, seen, fields)) is not None:
        fields["name"] = [i]
    if not fields.keys() & _LEADS:
        raise UsageError(
            f"No column holds websites or business names; the columns are {shown(names)}.",
            hint="Say which it is, as in --map website=COLUMN.",
        )
    ordered = {field: fields[field] for field in LIMITS if field in fields}
    used = {index for indexes in ordered.values() for index in indexes}
    people = _people(names, points) >= _PERSON_COLUMNS
    return Columns(
        header=names,
        fields=ordered,
        extra=_extra(names, used),
        places=_places(ordered, given, names, people=people),
        personal_phone=people and not _own_phone(ordered, names),
    )


def recognised(name: str) -> bool:
    """Whether a cell reads like the name of a column that leads have."""
    said = wording.read(name)
    if said.unknown > 1 or not said.tags:
        return False
    return any(rule(said) >= _LEAST + 1 for rule in _RULES.values())


def shown(names: Sequence[str]) -> str:
    """Return the columns' names for an error, thirty at most."""
    more = len(names) - _MAX_COLUMNS_NAMED
    text = ", ".join(repr(name) for name in names[:_MAX_COLUMNS_NAMED])
    return f"{text} and {more} more" if more > 0 else text


def _points(names: Sequence[str], seen: Sequence[Content]) -> list[dict[str, float]]:
    """Return each column's points by field, the field it suits best alone."""
    found = []
    for name, holds in zip(names, seen, strict=True):
        said = wording.read(name)
        by_field = {f: _by_content(f, rule(said), holds) for f, rule in _RULES.items()}
        for field, value in _unnamed(said, holds).items():
            by_field[field] = max(by_field[field], value)
        best = max(by_field, key=lambda field: by_field[field])
        found.append({best: by_field[best]} if by_field[best] >= _LEAST else {})
    return found


def _fields(
    given: Mapping[str, list[int]],
    names: Sequence[str],
    points: Sequence[Mapping[str, float]],
    taken: set[int],
) -> dict[str, list[int]]:
    fields = dict(given)
    for field in LIMITS:
        if field not in fields and (best := _best(field, names, points, taken)):
            fields[field] = best
    return fields


def _best(
    field: str, names: Sequence[str], points: Sequence[Mapping[str, float]], taken: set[int]
) -> list[int]:
    """Return a field's columns, best first, without those of a second business."""
    suited = [i for i, by_field in enumerate(points) if field in by_field and i not in taken]
    suited.sort(key=lambda i: (-points[i][field], i))
    parties = {i for i in suited if "party" in wording.read(names[i]).tags}
    if len(parties) < len(suited):
        suited = [i for i in suited if i not in parties]
    if field == "website" and suited and points[suited[0]][field] > _LEAST:
        return [i for i in suited if points[i][field] > _LEAST]  # not by its cells alone
    return suited


def _only_businesses(
    fields: dict[str, list[int]],
    given: Mapping[str, object],
    names: Sequence[str],
    points: Sequence[Mapping[str, float]],
    sample: Sequence[Sequence[str]],
) -> None:
    """Drop columns that are called "Name" alone where they must be a person's."""
    if "name" in given or "name" not in fields:
        return
    sure = [i for i in fields["name"] if points[i]["name"] >= _BUSINESS]
    fields["name"] = sure or [
        i for i in fields["name"] if not _is_persons_name(i, names, points, sample)
    ]
    if not fields["name"]:
        del fields["name"]


def _is_persons_name(
    index: int,
    names: Sequence[str],
    points: Sequence[Mapping[str, float]],
    sample: Sequence[Sequence[str]],
) -> bool:
    """Whether a "Name" is the one of the person that a row is about, not the business's.

    It is where other columns speak of a person, unless these hold the person's name themselves,
    as a contact's column does, or the cells are businesses' names.
    """
    said = {
        i: wording.read(name)
        for i, name in enumerate(names)
        if i != index and _is_personal(wording.read(name), is_name="name" in points[i])
    }
    if not said:
        return False
    holders = [i for i, column in said.items() if not column.tags & {"job", "title"}]
    if any("role" in said[i].tags for i in holders):
        return False
    texts = [(_cell(row, index), " ".join(_cell(row, i) for i in holders)) for row in sample]
    both = [
        (set(wording.words(own)), set(wording.words(other)))
        for own, other in texts
        if own and other.strip()
    ]
    repeated = sum(own == other or (own < other and len(own) > 1) for own, other in both)
    if repeated > len(both) * _SOME:
        return True
    title = "title" in wording.read(names[index]).tags  # beside a person it may be his or hers
    if both and len(holders) >= _PERSON_COLUMNS and not title:  # the person is elsewhere
        return False
    filled = [text for text, _ in texts if text]
    return sum(map(wording.names_business, filled)) <= len(filled) * _SOME


def _cell(row: Sequence[str], index: int) -> str:
    return row[index].strip() if index < len(row) else ""


def _people(names: Sequence[str], points: Sequence[Mapping[str, float]]) -> int:
    """Return how many columns say that the rows are people."""
    return sum(
        _is_personal(wording.read(name), is_name="name" in points[i])
        for i, name in enumerate(names)
    )


def _own_phone(fields: Mapping[str, list[int]], names: Sequence[str]) -> bool:
    """Whether the phone column is said to be the business's."""
    phones = (wording.read(names[i]).tags for i in fields.get("phone", ()))
    return any(tags & {"business", "main"} for tags in phones)


def _places(
    fields: Mapping[str, list[int]],
    given: Mapping[str, object],
    names: Sequence[str],
    *,
    people: bool,
) -> list[dict[str, list[int]]]:
    """Return the columns of the business's address, then those of the others a row has.

    A company's comes first, then one that is not said to be anybody's, which is a company's as well
    unless the rows are people (billing goes before it then); then billing, mailing, a person's own.
    """
    sets: dict[str, dict[str, list[int]]] = {whose: {} for whose in _WHOSE}
    for field in _ADDRESS:
        for i in fields.get(field, ()):
            whose = "business" if field in given else _whose(wording.read(names[i]).tags)
            sets[whose].setdefault(field, []).append(i)
    plain = sets["plain"]
    for whose in ("business", "billing", "mailing", "person"):
        mine = sets[whose]
        if whose == "business" and not people:
            lacks = True
        else:  # "Mailing Address, City, Zip": the town is the street's
            lacks = not mine.keys() & _TOWN and not plain.keys() & {"address", "street"}
            lacks = lacks and not (whose == "business" and "address" in mine)
        if mine and lacks:
            for field, indexes in plain.items():
                mine[field] = sorted([*mine.get(field, ()), *indexes], key=fields[field].index)
            plain.clear()
    order = (*_WHOSE[:1], "billing", *_WHOSE[1:]) if people else _WHOSE
    return [found for whose in dict.fromkeys(order) if (found := sets[whose])]


def _whose(tags: frozenset[str]) -> str:
    if "person" in tags:
        return "person"
    return next((whose for whose in ("billing", "mailing", "business") if whose in tags), "plain")


def _is_personal(said: Wording, *, is_name: bool) -> bool:
    """Whether a column says that the rows are people: a first name, a job title."""
    tags = said.tags
    if tags & {"other", "phone", "email", "number", "owner", "link", "business", "site", *_PLACES}:
        return False  # "Client manager" is who looks after the business
    return bool(tags & {"job", "person"}) or ("title" in tags and not is_name and not said.unknown)


def _is_house(name: str, holds: Content) -> bool:
    """Whether a column behind a street's, called "Number" or "Nr.", has house numbers."""
    said = wording.read(name)
    return "number" in said.tags <= {"number", "neutral"} and not said.unknown and holds.short


def _unnamed_name(
    names: Sequence[str], seen: Sequence[Content], fields: Mapping[str, list[int]]
) -> int | None:
    """Return the first column of short texts that has no name, or one in another script."""
    taken = {index for indexes in fields.values() for index in indexes}
    for i, (name, holds) in enumerate(zip(names, seen, strict=True)):
        unread = not re.search("[a-z]", wording.fold(name)) if name else not any(names)
        if i not in taken and unread and holds.text and holds.countries < _SOME:
            return i
    return None


def _named(field: str, name: str, header: Sequence[str]) -> int:
    if field not in LIMITS:
        raise UsageError(f"{field!r} is no field of a lead; there are {', '.join(LIMITS)}.")
    if name in header:
        return header.index(name)
    folded = [_normalise(column) for column in header]
    if (squeezed := _normalise(name)) and squeezed in folded:
        return folded.index(squeezed)
    numbered = re.fullmatch(r"column([1-9][0-9]{0,3})", squeezed)
    if numbered and int(numbered[1]) <= len(header):
        return int(numbered[1]) - 1
    labels = [column or f"column {i}" for i, column in enumerate(header, 1)]
    raise UsageError(f"There is no column {name!r}; the columns are {shown(labels)}.")


def _normalise(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _extra(header: Sequence[str], taken: set[int]) -> dict[int, str]:
    keys: dict[int, str] = {}
    used: set[str] = set()
    for index, name in enumerate(header):
        if index in taken:
            continue
        key = name or f"column {index + 1}"
        if key in used:
            key = f"{key} ({index + 1})"
        used.add(key)
        keys[index] = key
    return keys


# --- by name: points from 0 to 10 -----------------------------------------------------------------


def _website(said: Wording) -> float:
    tags = said.tags
    if tags & (_NO_LEAD | _SITE_OF_NO_BUSINESS | {"title"}) or (
        "person" in tags and "contact" not in tags
    ):
        return 0
    if "site" in tags:
        return 10 - min(said.unknown, 2) - 2 * ("location" in tags) - ("other_name" in tags)
    if "link" not in tags:
        return 0
    sure = tags & {"business", "main"}  # "Pricing Page" is none
    return 7 - said.unknown if sure else 5 - 2.5 * said.unknown


def _name(said: Wording) -> float:
    tags = said.tags
    if tags & (_NO_NAME | _NO_LEAD) or (
        tags & (_PLACES | {"location"}) and "business_name" not in tags
    ):
        return 0
    if "email" in tags:
        return 6 if {"business", "name", "other_name"} <= tags else 0
    points = 0.0
    if "business_name" in tags:
        points = 10
    elif tags & {"customer"} and "name" in tags:  # a customer may be a person
        points = 7.5
    elif tags >= {"trading", "name"}:
        points = 10 if "other_name" in tags else 7.5
    elif "business" in tags:
        points = 10 if "name" in tags else 8 - 1.5 * ("title" in tags) - 0.5 * ("customer" in tags)
    elif "name" in tags and "formatted" not in tags:  # a full name is a person's
        points = 6
    elif "title" in tags:
        points = 4
    odd = 2.5 * ("other_name" in tags) + (2.5 if points < _SURE else 1) * min(said.unknown, 3)
    return points - odd if points else 0


def _phone(said: Wording) -> float:
    tags = said.tags
    if tags & (
        (_NO_LEAD - {"fax"})
        | {"email", "link", "site", "country", "address", "name", "social", "maps"}
    ) or ("fax" in tags and ("phone" not in tags or "number" in tags)):
        return 0
    if "phone" in tags and "mobile" not in tags:
        points = 8.0 + bool(tags & {"main", "business", "formatted"}) - 2 * bool(tags & {"person"})
        points -= "fax" in tags  # "Tel./Fax" may have both
    elif tags & {"mobile"} or ("number" in tags and tags & {"main", "person", "business"}):
        points = 5
    else:
        return 0
    return points - 0.5 * (said.number or 1) - min(said.unknown, 2)


def _address(said: Wording) -> float:
    tags = said.tags
    if tags & (_NO_LEAD | {"email", "link", "site", "phone", "social", "maps", "name", "street"}):
        return 0
    if "address" in tags:
        if said.number is not None or tags & {"line", "city", "country", "region", "house"}:
            return 0
        if "postcode" in tags and "postal" not in tags:
            return 0
        return 8 + 2 * ("formatted" in tags) - min(said.unknown, 3)
    return 4 - said.unknown if "location" in tags and "number" not in tags else 0


def _street(said: Wording) -> float:
    tags = said.tags
    if tags & (_NO_LEAD | {"email", "link", "site", "phone", "name", "maps", *_TOWN, "country"}):
        return 0
    first = said.number in {None, 1}
    if "street" in tags:
        return 8 if first else 0
    return 8 if tags & {"address"} and (said.number == 1 or ("line" in tags and first)) else 0


def _street2(said: Wording) -> float:
    tags = said.tags
    if tags & (_NO_LEAD | {"email", "link", "site", "phone"}) or not tags & {"address", "street"}:
        return 0
    return 7 if said.number in {2, 3} else 0


def _one(tag: str, *others: str) -> Callable[[Wording], float]:
    """Return the rule of a part of an address: its word, and none that says otherwise."""
    refused = _NO_LEAD | {"email", "link", "site", "phone", "mobile", "social", "maps", *others}

    def rule(said: Wording) -> float:
        if tag not in said.tags or said.tags & refused:
            return 0
        return 8 - min(said.unknown, 3)

    return rule


def _email(said: Wording) -> float:
    tags = said.tags
    if "email" not in tags or tags & (_NO_LEAD | {"name", "link", "phone", "business_name"}):
        return 0
    return 8 + bool(tags & {"business", "main"}) - 2 * bool(tags & {"person"}) - said.unknown


def _profile(said: Wording) -> float:
    tags = said.tags
    if "social" not in tags or tags & (_NO_LEAD | {"person", "number", "business_name", "email"}):
        return 0
    return 8 if not said.unknown and ("name" not in tags) else 0


def _map(said: Wording) -> float:
    tags = said.tags
    if "maps" not in tags or not tags & {"link", "site"} or tags & _NO_LEAD:
        return 0
    return 7


_RULES: Final[Mapping[str, Callable[[Wording], float]]] = {
    "name": _name,
    "website": _website,
    "email": _email,
    "phone": _phone,
    "address": _address,
    "street": _street,
    "house": lambda said: (
        8 if "house" in said.tags and said.tags <= {"house", "number", "street", "address"} else 0
    ),
    "street2": _street2,
    "city": _one("city", "name"),
    "region": _one("region", "country", "city"),
    "postcode": _one("postcode", "city"),
    "country": _one("country", "number", "number"),
    "profile": _profile,
    "map": _map,
}


# --- by content -----------------------------------------------------------------------------------


def _by_content(field: str, points: float, holds: Content) -> float:
    """Return a name's points after a look at the cells; a column without cells keeps them."""
    rule = _CONTENT.get(field)
    return points if points <= 0 or not holds.filled or rule is None else rule(points, holds)


def _site_points(points: float, holds: Content) -> float:
    if holds.sites < _SOME:
        return points - 6 if holds.emails < _SOME else 0
    return points - 6 if holds.profiles > _MOST and points < _SURE else points


def _name_points(points: float, holds: Content) -> float:
    jobs = 2 * holds.jobs if points < _BUSINESS else 0
    wrong = max(holds.sites, holds.emails, holds.numbers, holds.flags, holds.salutations, jobs)
    return 0 if wrong > _MOST else points


_CONTENT: Final[Mapping[str, Callable[[float, Content], float]]] = {
    "website": _site_points,
    "name": _name_points,
    "phone": lambda points, holds: points if holds.phones > 0 or holds.numbers < _SOME else 0,
    "country": lambda points, holds: points if holds.countries >= _SOME else 0,
    "email": lambda points, holds: points if holds.emails > 0 else 0,
}


def _unnamed(said: Wording, holds: Content) -> dict[str, float]:
    """Return what the cells alone suggest, where the name says nothing."""
    if said.tags - {"neutral", "link", "code"} or not holds.filled:
        return {}
    if holds.sites > _MOST and holds.profiles < _SOME:
        return {"website": _LEAST}
    if holds.profiles > _MOST:
        return {"profile": _LEAST}
    if holds.emails > _MOST:
        return {"email": _LEAST}
    return {"phone": _LEAST} if holds.phones > _MOST and holds.numbers < 1 else {}
