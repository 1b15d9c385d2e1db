"""Makes a lead of a row's cells, or says why it is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from lfassess.assessment.intake.lead_row import LIMITS, LeadRow, Note, clean, join_address
from lfassess.assessment.intake.lists.addresses import (
    NUMBER_FIRST,
    PO_BOX,
    Values,
    key_of,
    parts_of,
)
from lfassess.assessment.intake.lists.cells.countries import (
    country_called,
    country_in,
    country_of,
    country_of_email,
    is_international,
    read_country,
)
from lfassess.assessment.intake.lists.cells.emails import read_email, read_emails
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
from lfassess.trades import trade_called

_MAX_EXTRA: Final = 4_000  # characters of a custom field
_MAX_ROW: Final = 16_000  # characters of all custom fields together


class LeadReader:
    """Reads the rows of one list.

    Args:
        columns: which column holds what.
        default_country: two letters, of rows that tell none.
        usual_country: the one that half of the list's rows tell, as one of whose phone numbers are
            read, too.
        most: more than half do; it goes before the default then.
        allow_private: take private addresses as websites.
        keep_duplicates: give each row a key of its own; the same row in the same line is known.
        guard: knows the ports on which websites are visited; None: any.
        industry: the trade of rows that tell none.
    """

    def __init__(
        self,
        columns: Columns,
        *,
        default_country: str,
        allow_private: bool,
        keep_duplicates: bool,
        guard: Guard | None = None,
        usual_country: str | None = None,
        most: bool = False,
        industry: str | None = None,
    ) -> None:
        self.columns = columns
        self._default_country = default_country
        self._usual_country = usual_country or default_country
        self._assumed_country = self._usual_country if most else default_country
        self._allow_private = allow_private
        self._keep_duplicates = keep_duplicates
        self._guard = guard
        self._industry, self._trade = industry, columns.trade
        sets = {i: n for n, at in enumerate(columns.places) for all_ in at.values() for i in all_}
        self._fields = [
            (i, key_of(name, sets.get(i, 0)), LIMITS[name])
            for name, at in columns.fields.items()
            for i in at
        ]
        several = [(name, i) for name, at in columns.fields.items() if at[1:] for i in at]
        self._several = {key_of(name, sets.get(i, 0)) for name, i in several}
        self._sets = range(len(columns.places))
        self._countries = [key_of("country", n) for n in self._sets]
        street, house = (columns.fields.get(f, [-1])[0] for f in ("street", "house"))
        self._number_first = 0 <= house < street and self._usual_country in NUMBER_FIRST
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
        stated = self._stated_country(values, place, notes)
        emails = read_emails(values.get("email", ()))
        implied = self._implied_country(values, sites, address, place, emails)
        country = stated or implied or self._assumed_country
        others = () if stated else (self._usual_country, self._default_country)
        phones = _phones(values.get("phone", ()), country, others, notes)
        phone = phones[0] if phones else None
        if phone and not stated and not implied:
            country = country_called(phone) or country
        name = _name(values.get("name", ()), notes)
        if name is None:
            if sites.website is None:
                raise InvalidValueError(sites.reason or "neither a website nor a name")
            name = host_of(sites.website)
        if sites.website is None and phone is None and address is None:
            reason = "without a website, a name needs a phone number or an address"
            raise InvalidValueError(f"{sites.reason}; {reason}" if sites.reason else reason)
        personal = self.columns.personal_phone and sites.website is not None
        key = lead_key(name, sites.website, None if personal else phone, address)
        extra = self._extra(given, notes)
        extra |= _found(values, sites, phones, emails)
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
            industry=self._industry_of(values, extra),
            personal_phone=personal,
            notes=tuple(Note(line, column, text) for column, text in notes.said),
        )

    def _industry_of(self, values: Values, extra: Mapping[str, str]) -> str | None:
        said = next(iter(values.get("industry", ())), None) or extra.get(self._trade or "")
        return trade_called(said) or self._industry

    def country_of(self, given: Sequence[str]) -> str | None:
        """Return the country that a row names or implies, whatever the default is."""
        notes = Notes(self._label)
        values = self._values(self._realigned(given), notes)
        sites = self._sites(values, notes)
        address, place = self._address(values, notes)
        stated = self._stated_country(values, place, notes)
        emails = read_emails(values.get("email", ()))
        return stated or self._implied_country(values, sites, address, place, emails)

    def _stated_country(self, values: Values, place: int, notes: Notes) -> str | None:
        """Return the country that a column names, the address's own first."""
        for key in sorted(self._countries, key=lambda key: key != key_of("country", place)):
            for text in notes.each("country", values.get(key, ()), key):
                if code := read_country(text, notes):
                    return code
        return None

    def _implied_country(
        self,
        values: Values,
        sites: Sites,
        address: str | None,
        place: int,
        emails: Sequence[str],
    ) -> str | None:
        """Return the country of an address, a website, a phone number or an e-mail address."""
        city = next(iter(values.get(key_of("city", place), ())), "")
        if found := (address and country_in(address, city)) or country_of(sites.website):
            return found
        for text in values.get("phone", ()):
            if is_international(text) and (number := read_phone(text, "US", Notes(self._label))):
                return country_called(number)
        return country_of_email(emails[0]) if emails else None

    def _label(self, field: str) -> str:
        return self.columns.label(self.columns.fields.get(field, [0])[0])

    def _realigned(self, given: Sequence[str]) -> Sequence[str]:
        """Put a name with an unquoted separator in it back together, where the website tells."""
        named = self._named
        if len(given) <= named or not any(map(str.strip, given[named:])):
            return given
        name, site = (self.columns.fields.get(f, [-1])[0] for f in ("name", "website"))
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

        Those of an address but the first are under keys of their own, as ``key_of`` gives them.
        """
        values: dict[str, list[str]] = {}
        cells = len(given)
        for index, key, limit in self._fields:
            text = restored(given[index].strip(" ")) if index < cells else ""
            if not text or text.isspace():
                continue
            if key == "phone" and index in self.columns.area_codes:
                text = _with_area(given[self.columns.area_codes[index]], text)
            if len(text) > limit:
                said = f"{len(text):,} characters; the limit is {limit:,}; dropped"
                notes.said.append((self.columns.label(index), said))
                continue
            if key in self._several:
                notes.cells.setdefault(key, []).append(self.columns.label(index))
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

        That is the first set with a street and not a post office box, else the first with anything.
        """
        found: tuple[str | None, int] = (None, 0)
        for place in self._sets:
            parts = parts_of(values, place, notes, number_first=self._number_first)
            address = join_address(parts)
            street = "address" in parts and not PO_BOX.match(parts["address"])
            if address and (found[0] is None or street):
                found = (address[: LIMITS["address"]], place)
            if street:
                break
        return found

    def _extra(self, given: Sequence[str], notes: Notes) -> dict[str, str]:
        """Return the columns that are no field of a lead."""
        cells = len(given)
        custom = {
            key: value
            for i, key in self._custom
            if i < cells and (value := clean(restored(given[i].strip(" "))))
        }
        if sum(map(len, custom.values())) > _MAX_EXTRA:
            _shorten(custom, notes)
        return custom


def _with_area(code: str, text: str) -> str:
    """Return a number behind the area code of another column, unless it begins with one."""
    code = code.strip(" ()")
    whole = not code.isdigit() or not text[:1].isdigit() or text.startswith(("0", code))
    return text if whole else f"{code} {text}"


def _phones(texts: Sequence[str], country: str, others: Sequence[str], notes: Notes) -> list[str]:
    """Return a row's numbers in E.164, each once; one as typed where no cell has a whole one."""
    read = [
        number
        for text in notes.each("phone", texts)
        if (number := read_phone(text, country, notes, others=others))
    ]
    whole = list(dict.fromkeys(number for number in read if number.startswith("+")))
    return whole or read[:1]


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


def _found(
    values: Values, sites: Sites, phones: Sequence[str], emails: Sequence[str]
) -> dict[str, str]:
    """Return what the cells gave beyond the lead's own website and phone number."""
    pages = [*sites.profiles, *values.get("profile", ()), *values.get("map", ())]
    found = {"Email": emails[0]} if emails else {}
    if pages or sites.maps or sites.others or phones[1:] or emails[1:]:
        found |= {
            "Profiles": ", ".join(dict.fromkeys(p for p in pages if not is_map(p))),
            "Map": ", ".join(dict.fromkeys([*sites.maps, *filter(is_map, pages)])),
            "Other websites": ", ".join(dict.fromkeys(sites.others)),
            "Other phones": ", ".join(phones[1:]),
            "Other emails": ", ".join(emails[1:]),
        }
    return {key: value for key, value in found.items() if value}
