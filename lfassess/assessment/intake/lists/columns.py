"""Finds out which column holds what, by its name and by what its cells hold."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from lfassess.assessment.exported import LEAD, OURS, is_export, original
from lfassess.assessment.intake.lead_row import LIMITS, clean
from lfassess.assessment.intake.lists import column_rules as rules
from lfassess.assessment.intake.lists import content, wording
from lfassess.assessment.intake.lists.cells.formulas import restored
from lfassess.assessment.intake.lists.content import Content
from lfassess.assessment.intake.lists.wording import Wording
from lfassess.errors import UsageError
from lfassess.trades import column_of_trade

_MAX_COLUMNS_NAMED: Final = 30  # columns named in an error
_MAX_NAME: Final = 100
_LEADS: Final = frozenset({"website", "name", "email"})  # one of them makes a row a lead
_PERSON_COLUMNS: Final = 2  # first and last name, or name and job: the rows are people
_ADDRESS: Final = ("address", "street", "house", "street2", "city", "region", "postcode", "country")
_NO_PERSON: Final = frozenset(
    {"other", "phone", "email", "number", "owner", "link", "business", "site", "social", "maps"}
    | rules.PLACES
)
# Points from which a column fills the blanks of a better one, where cells alone are not enough.
_CLEAR: Final[Mapping[str, float]] = {"website": 4.5, "phone": 3.5}
_CRYPTIC: Final = re.compile(r"[A-Za-z]\d+[A-Za-z]")  # as the style classes that scrapers name
_WHOSE: Final = ("business", "plain", "billing", "mailing", "person")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each field is; of several columns the first that is filled in counts."""

    header: list[str]
    fields: dict[str, list[int]]  # field -> indexes, best first
    extra: dict[int, str]  # index -> name of a custom field
    places: Sequence[Mapping[str, list[int]]] = ()  # sets of an address's columns, best first
    personal_phone: bool = False  # rows are people: their numbers don't tell branches apart
    area_codes: Mapping[int, int] = dataclasses.field(
        default_factory=dict
    )  # by a phone's column: its own

    def explained(self) -> str:
        """Return "name ← Company, website ← Url", as people are shown the mapping."""
        return ", ".join(
            f"{field} \u2190 {' or '.join(self.label(i) for i in indexes)}"
            for field, indexes in self.fields.items()
        ) + (f", industry \u2190 {self.trade}" if self.trade else "")

    @property
    def trade(self) -> str | None:
        """The custom field that tells a lead's industry, where no column was named for it."""
        return None if "industry" in self.fields else column_of_trade(self.extra.values())

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
    if "name" not in fields:
        i = _customers_name(names, sample, fields)
        if (i := _unnamed_name(names, seen, fields) if i is None else i) is not None:
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
        area_codes={
            i: i - 1
            for i in ordered.get("phone", ())
            if i and i - 1 not in used and "area" in wording.read(names[i - 1]).tags
        },
    )


def exported(header: Sequence[str]) -> Columns | None:
    """Return the columns of a list that `leads export` wrote, None of any other.

    Its own columns are those that it had before; what audits found is none of them.
    """
    names = [restored(clean(name)) for name in header]
    if not is_export(names):
        return None
    fields = {name: [names.index(name)] for name in LIMITS if name in names and name in LEAD}
    own = {
        i: original(name) for i, name in enumerate(names) if name not in OURS and name not in LEAD
    }
    place = {field: at for field, at in fields.items() if field in _ADDRESS}
    return Columns(header=names, fields=fields, extra=own, places=[place])


def recognised(name: str) -> bool:
    """Whether a cell reads like the name of a column that leads have."""
    said = wording.read(name)
    if said.unknown > 1 or not said.tags:
        return False
    return rules.named_surely(said)


def shown(names: Sequence[str]) -> str:
    """Return the columns' names for an error, thirty at most."""
    more = len(names) - _MAX_COLUMNS_NAMED
    text = ", ".join(repr(name) for name in names[:_MAX_COLUMNS_NAMED])
    return f"{text} and {more} more" if more > 0 else text


def _points(names: Sequence[str], seen: Sequence[Content]) -> list[dict[str, float]]:
    """Return each column's points by field, the field it suits best alone."""
    return [
        rules.points(wording.read(name), holds) for name, holds in zip(names, seen, strict=True)
    ]


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
    if least := _CLEAR.get(field):
        return suited[:1] + [i for i in suited[1:] if points[i][field] >= least]
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
    found = fields["name"]
    sure = [i for i in found if points[i]["name"] >= rules.BUSINESS]
    brands = [i for i in sure if "brand" in wording.read(names[i]).tags]
    if len(brands) == len(sure) < len(found) and not _people(names, points):
        fields["name"] = [i for i in found if i not in brands] + brands
        return
    fields["name"] = sure or [i for i in found if not _is_persons_name(i, names, points, sample)]
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
    if repeated > len(both) * rules.SOME:
        return True
    title = "title" in wording.read(names[index]).tags  # beside a person it may be his or hers
    if both and len(holders) >= _PERSON_COLUMNS and not title:  # the person is elsewhere
        return False
    filled = [text for text, _ in texts if text]
    return sum(map(wording.names_business, filled)) <= len(filled) * rules.SOME


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
            lacks = not mine.keys() & rules.TOWN and not plain.keys() & {"address", "street"}
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
    if tags & _NO_PERSON:
        return False  # "Client manager" is who looks after the business
    return bool(tags & {"job", "person"}) or ("title" in tags and not is_name and not said.unknown)


def _is_house(name: str, holds: Content) -> bool:
    """Whether a column behind a street's, called "Number" or "Nr.", has house numbers."""
    said = wording.read(name)
    return "number" in said.tags <= {"number", "neutral"} and not said.unknown and holds.short


def _customers_name(
    names: Sequence[str], sample: Sequence[Sequence[str]], fields: Mapping[str, list[int]]
) -> int | None:
    """Return a person's column that has businesses' names, as accounting programs' contacts."""
    taken = {index for indexes in fields.values() for index in indexes}
    for i, name in enumerate(names):
        tags = wording.read(name).tags
        if i in taken or not tags >= {"name", "contact"} or tags & _NO_PERSON:
            continue
        filled = [text for row in sample if (text := _cell(row, i))]
        if sum(map(wording.names_business, filled)) > len(filled) * rules.SOME:
            return i
    return None


def _unnamed_name(
    names: Sequence[str], seen: Sequence[Content], fields: Mapping[str, list[int]]
) -> int | None:
    """Return the first column of short texts whose name says nothing."""
    taken = {index for indexes in fields.values() for index in indexes}
    for i, (name, holds) in enumerate(zip(names, seen, strict=True)):
        unread = says_nothing(name) if name else not any(names)
        if i not in taken and unread and holds.text and holds.countries < rules.SOME:
            return i
    return None


def says_nothing(name: str) -> bool:
    """Whether a column's name is in another script, or one that a program made up."""
    if not re.search("[a-z]", wording.fold(name)):
        return True
    return _CRYPTIC.search(name) is not None and not wording.read(name).tags - {"link", "other"}


def _named(field: str, name: str, header: Sequence[str]) -> int:
    if field not in LIMITS:
        raise UsageError(f"{field!r} is not a field of a lead; there are {', '.join(LIMITS)}.")
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
