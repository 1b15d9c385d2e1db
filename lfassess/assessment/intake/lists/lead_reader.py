"""Makes a lead of a row's cells, or says why it is none."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

from lfassess.assessment.intake.lead_row import LIMITS, LeadRow, Note, clean, join_address
from lfassess.assessment.intake.lists import wording
from lfassess.assessment.intake.lists.cells.blanks import says_nothing
from lfassess.assessment.intake.lists.cells.countries import country_of, read_country
from lfassess.assessment.intake.lists.cells.emails import read_email
from lfassess.assessment.intake.lists.cells.formulas import restored
from lfassess.assessment.intake.lists.cells.notes import Notes, quoted
from lfassess.assessment.intake.lists.cells.phones import read_phone
from lfassess.assessment.intake.lists.cells.texts import is_no_name, read_text
from lfassess.assessment.intake.lists.cells.websites import Sites, is_map, read_websites
from lfassess.assessment.intake.lists.columns import Columns
from lfassess.assessment.intake.lists.content import is_site
from lfassess.assessment.intake.lists.identity import lead_key, row_key
from lfassess.assessment.intake.normalise import InvalidValueError, host_of
from lfassess.netguard import Guard

_MAX_EXTRA: Final = 4_000  # characters of a custom field
_MAX_ROW: Final = 16_000  # characters of all custom fields together
_MEMBERS: Final = ("street", "city", "region", "postcode")  # of an address in JSON
_ADDRESS: Final = ("address", "street", "house", "street2", "city", "region", "postcode")

Values = Mapping[str, Sequence[str]]  # field -> its filled cells, the best column's first


class LeadReader:
    """Reads the rows of one list.

    Args:
        columns: which column holds what.
        default_country: two letters, of rows that name none.
        allow_private: take private addresses as websites.
        keep_duplicates: give each row a key of its own; the same row in the same line is known.
        guard: knows the ports on which websites are visited; None: any.
    """

    def __init__(
        self,
        columns: Columns,
        *,
        default_country: str,
        allow_private: bool,
        keep_duplicates: bool,
        guard: Guard | None = None,
    ) -> None:
        self._columns = columns
        self._default_country = default_country
        self._allow_private = allow_private
        self._keep_duplicates = keep_duplicates
        self._guard = guard
        sets = {i: n for n, at in enumerate(columns.places) for all_ in at.values() for i in all_}
        self._fields = [
            (i, _key(name, sets.get(i, 0)), LIMITS[name])
            for name, at in columns.fields.items()
            for i in at
        ]
        self._several = {
            _key(name, sets.get(i, 0)) for name, at in columns.fields.items() if at[1:] for i in at
        }
        self._sets = range(len(columns.places))
        self._countries = [_key("country", n) for n in self._sets]
        self._custom = list(columns.extra.items())
        self._width = len(columns.header)
        self._named = max((i + 1 for i, name in enumerate(columns.header) if name), default=0)

    def lead(self, line: int, given: Sequence[str]) -> LeadRow:
        """Return the lead that a row's cells describe; raises InvalidValueError."""
        given = self._realigned(given)
        self._refuse_shape(given)
        notes = Notes(self._label)
        values = self._values(given, notes)
        sites = self._sites(values, notes)
        self._drop_refused(sites, notes)
        address, place = self._address(values, notes)
        countries = (
            value
            for key in sorted(self._countries, key=lambda key: key != _key("country", place))
            for value in notes.each("country", values.get(key, ()), key)
        )
        country = (
            next((c for v in countries if (c := read_country(v, notes))), None)
            or country_of(sites.website)
            or self._default_country
        )
        phone = _phone(values.get("phone", ()), country, notes)
        name = _name(values.get("name", ()), notes)
        if name is None:
            if sites.website is None:
                raise InvalidValueError(sites.reason or "neither a website nor a name")
            name = host_of(sites.website)
        if sites.website is None and phone is None and address is None:
            reason = "without a website, a name needs a phone number or an address"
            raise InvalidValueError(f"{sites.reason}; {reason}" if sites.reason else reason)
        personal = self._columns.personal_phone and sites.website is not None
        key = lead_key(name, sites.website, None if personal else phone, address)
        extra = self._extra(given, values, sites, notes)
        return LeadRow(
            line=line,
            name=name,
            website=sites.website,
            phone=phone,
            address=address,
            country=country,
            dedupe_key=row_key(key, name, line) if self._keep_duplicates else key,
            extra=extra,
            bare=sites.bare,
            personal_phone=personal,
            notes=tuple(Note(line, column, text) for column, text in notes.said),
        )

    def _label(self, field: str) -> str:
        return self._columns.label(self._columns.fields.get(field, [0])[0])

    def _realigned(self, given: Sequence[str]) -> Sequence[str]:
        """Put a name with an unquoted separator in it back together, where the website tells."""
        named = self._named
        if len(given) <= named or not any(map(str.strip, given[named:])):
            return given
        name, site = (self._columns.fields.get(f, [-1])[0] for f in ("name", "website"))
        if not 0 <= name < site:
            return given
        for parts in range(2, 2 + len(given) - named):
            merged = [
                *given[:name],
                ", ".join(part.strip() for part in given[name : name + parts]),
                *given[name + parts :],
            ]
            if not any(map(str.strip, merged[named:])) and site < len(merged):
                return merged if is_site(merged[site]) else given
        return given

    def _refuse_shape(self, given: Sequence[str]) -> None:
        width = self._width
        if len(given) > width and any(map(str.strip, given[width:])):
            raise InvalidValueError(
                f"{len(given)} cells, but there are {width} columns: a separator within a cell "
                "needs quotation marks around that cell"
            )

    def _values(self, given: Sequence[str], notes: Notes) -> Values:
        """Return each field's filled cells; one that is too long is dropped.

        Those of an address but the first are under keys of their own, as ``_key`` gives them.
        """
        values: dict[str, list[str]] = {}
        cells = len(given)
        for index, key, limit in self._fields:
            text = restored(given[index].strip(" ")) if index < cells else ""
            if not text or text.isspace():
                continue
            if len(text) > limit:
                said = f"{len(text):,} characters; the limit is {limit:,}; dropped"
                notes.said.append((self._columns.label(index), said))
                continue
            if key in self._several:
                notes.cells.setdefault(key, []).append(self._columns.label(index))
            if key in values:
                values[key].append(text)
            else:
                values[key] = [text]
        return values

    def _sites(self, values: Values, notes: Notes) -> Sites:
        """Return the websites of all columns that may have one, e-mail addresses last."""
        found: Sites | None = None
        column = None
        for text in notes.each("website", values.get("website", ())):
            more = read_websites(text, notes, allow_private=self._allow_private)
            if column is None and more.website is not None:
                column = notes.current.get("website")
            if found is None:
                found = more
            else:
                found.add(more)
        if column is not None:  # what is noted of the website later is of the one that was taken
            notes.current["website"] = column
        found = found or Sites()
        for text in notes.each("email", values.get("email", ())) if found.website is None else ():
            email = read_email(text)
            if email is not None and email[1] is not None:
                named = Notes(notes.column)
                more = read_websites(email[1], named, allow_private=self._allow_private)
                if more.website is not None:
                    found.website, found.bare = more.website, True
                    notes.add("email", f"the website was taken from {quoted(email[0])}")
                    break
        return found

    def _drop_refused(self, sites: Sites, notes: Notes) -> None:
        """Drop a website on a port that is not visited: nothing is to be bought about it."""
        if self._guard is None or sites.website is None:
            return
        if refused := self._guard.refused_port(sites.website):
            notes.add("website", f"{refused} (LFASSESS_TARGET_PORTS); it was dropped")
            sites.website, sites.reason = None, refused

    def _address(self, values: Values, notes: Notes) -> tuple[str | None, int]:
        """Return the address on one line, and which set of columns has it.

        That is the first set with a street, else the first with anything.
        """
        found: tuple[str | None, int] = (None, 0)
        for place in self._sets:
            parts = _parts(values, place, notes)
            address = join_address(parts)
            if address and (found[0] is None or "address" in parts):
                found = (address[: LIMITS["address"]], place)
            if "address" in parts and address:
                break
        return found

    def _extra(
        self, given: Sequence[str], values: Values, sites: Sites, notes: Notes
    ) -> dict[str, str]:
        """Return the custom fields: columns that are no field of a lead, and what websites gave."""
        cells = len(given)
        custom = {
            key: value
            for i, key in self._custom
            if i < cells and (value := clean(restored(given[i].strip(" "))))
        }
        if sum(map(len, custom.values())) > _MAX_EXTRA:
            _shorten(custom, notes)
        return custom | _found(values, sites)


def _phone(texts: Sequence[str], country: str, notes: Notes) -> str | None:
    cells = notes.each("phone", texts)
    read = [number for text in cells if (number := read_phone(text, country, notes))]
    return next((number for number in read if number.startswith("+")), read[0] if read else None)


def _key(field: str, place: int) -> str:
    """Return under which key a field's cells are; an address has one for each set of columns."""
    return f"{field} {place}" if place else field


def _parts(values: Values, place: int, notes: Notes) -> dict[str, str]:
    """Return the filled parts of one of a row's addresses."""
    parts = {
        name: text
        for name in _ADDRESS
        if (texts := values.get(key := _key(name, place)))
        and (text := _first(texts, name, notes, key))
    }
    if "address" not in parts:
        street = " ".join(parts[name] for name in ("street", "house") if name in parts)
        if street:
            parts["address"] = street
    return parts


def _first(texts: Sequence[str], name: str, notes: Notes, key: str) -> str:
    """Return the first text that says something; of addresses, one that is no JSON object."""
    filled = (text for text in notes.each(name, texts, key) if not says_nothing(text))
    if name == "house":  # a number and what is added to it: "5 A"
        return " ".join(dict.fromkeys(read_text(text, name, notes) for text in filled))
    objects = []
    for text in filled:
        if name != "address" or not text.startswith("{"):
            return read_text(text, name, notes)
        objects.append(text)
    return next((joined for text in objects if (joined := _from_json(text))), "")


def _from_json(text: str) -> str:
    """Return the address that a JSON object's members make up; "" where there is none."""
    try:
        members = json.loads(text)
    except ValueError:
        return ""
    parts: dict[str, str] = {}
    for key, value in members.items():
        tags = wording.read(key).tags
        field = next((tag for tag in _MEMBERS if tag in tags), None)
        if field is not None and isinstance(value, str | int) and not isinstance(value, bool):
            parts.setdefault("address" if field == "street" else field, clean(str(value)))
    return join_address(parts) or ""


def _name(texts: Sequence[str], notes: Notes) -> str | None:
    for text in notes.each("name", texts):
        if is_no_name(text):
            continue
        name = read_text(text, "name", notes)
        if name := clean(name) if "\n" in name else name:
            return name
    return None


def _shorten(custom: dict[str, str], notes: Notes) -> None:
    """Cut custom fields that are too long, each alone or together."""
    left = _MAX_ROW
    for key, value in list(custom.items()):
        most = max(0, min(_MAX_EXTRA, left))
        if len(value) > most:
            custom[key] = value[:most]
            notes.said.append((key, "it was cut, since it is very long"))
        left -= len(custom[key])
        if not custom[key]:
            del custom[key]


def _found(values: Values, sites: Sites) -> dict[str, str]:
    """Return what websites and e-mail addresses gave beyond the lead's own website."""
    emails = values.get("email", ())
    pages = [*sites.profiles, *values.get("profile", ()), *values.get("map", ())]
    if not (emails or pages or sites.maps or sites.others):
        return {}
    found = {
        "Email": next((e[0] for text in emails if (e := read_email(text))), ""),
        "Profiles": ", ".join(dict.fromkeys(p for p in pages if not is_map(p))),
        "Map": ", ".join(dict.fromkeys([*sites.maps, *filter(is_map, pages)])),
        "Other websites": ", ".join(dict.fromkeys(sites.others)),
    }
    return {key: value for key, value in found.items() if value}
