"""Files as CRMs import them: their fields by the names they give them, their lists of values.

Each has the fields that a new account comes with. What an audit found is a text in one of them: a
column without a field would have to be assigned by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final
from urllib.parse import urlsplit

from lfassess.assessment.export.columns import Column, Row
from lfassess.assessment.export.contacts import Contact, contact_of, international
from lfassess.config_files import read_toml
from lfassess.plain_text import cut, one_line, plain

_NOBODY: Final = "[not provided]"  # Salesforce's own words where a lead has no last name
_HUBSPOT, _SALESFORCE = 0, 1  # places in configs/crm.toml


@dataclass(frozen=True, slots=True)
class Preset:
    """How a CRM is to get leads."""

    name: str
    label: str
    what: str  # of its records the rows become
    columns: Sequence[Column]
    most_rows: int  # in one import
    clean: Callable[[str], str] = plain


def _person(row: Row) -> Contact:
    return contact_of(row.lead.extra, row.lead.phone, row.lead.country)


def _first_name(row: Row) -> str:
    return _person(row).first_name


def _last_name(row: Row) -> str:
    return _person(row).last_name


def _whole_name(row: Row) -> str:
    return f"{_first_name(row)} {_last_name(row)}".strip()


def _email(row: Row) -> str:
    return _person(row).email


def _phone(row: Row) -> str:
    return international(row.lead.phone or "", row.lead.country)


def _domain(row: Row) -> str:
    host = urlsplit(row.lead.website or "").hostname or ""
    return host.removeprefix("www.")


@cache
def _countries() -> Mapping[str, str]:
    from babel import Locale  # noqa: PLC0415 - Babel is slow to import

    return Locale("en").territories


def _country(row: Row) -> str:
    return str(_countries().get(row.lead.country, row.lead.country))


def _industry(place: int) -> Callable[[Row], str]:
    def value(row: Row) -> str:
        known = read_toml("crm.toml")["industries"].get(row.lead.industry or "")
        return known[place] if known else ""

    return value


def _text(form: str, longest: int) -> Callable[[Row], str]:
    """Return what writes what an audit found, dates in a CRM's form."""

    def value(row: Row) -> str:
        lead = row.lead
        lines = []
        if lead.score is not None:
            at = f" of {_date(lead.assessed_at, form)}" if lead.assessed_at else ""
            sandbox = " SANDBOX: emulated data." if lead.sandbox else ""
            grade = f"grade {lead.grade}, " if lead.grade else ""
            lines.append(f"Website audit{at}: {grade}{lead.score} of 100.{sandbox}")
        if row.rank is not None:
            lines.append(f"Call as number {row.rank}: {lead.why}")
        for number, found in enumerate(lead.findings or [], 1):
            impact = f" (impact: {found['impact']})" if found.get("impact") else ""
            lines.append(f"{number}. {found.get('title')}{impact}")
        if lead.technologies:
            lines.append(f"Made with: {', '.join(lead.technologies)}")
        if (link := row.share_link or row.links.page(lead)) is not None:
            lines.append(f"Report: {link}")
        return cut("\n".join(lines), longest)

    return value


def _date(at: datetime, form: str) -> str:
    return at.astimezone(UTC).strftime(form)


def _fixed(value: str) -> Callable[[Row], str]:
    return lambda _row: value


def _cut(value: Callable[[Row], Any], longest: int) -> Callable[[Row], str]:
    return lambda row: cut(one_line(str(value(row) or "")), longest)


def _columns(*columns: tuple[str, Callable[[Row], Any]]) -> Sequence[Column]:
    return tuple(Column(header, value) for header, value in columns)


def _zoho(text: str) -> str:
    """Zoho takes no quotation marks, bars and angle brackets in a value."""
    return plain(text).translate({ord('"'): "'", ord("|"): "/", ord("<"): "(", ord(">"): ")"})


_ISO: Final = "%Y-%m-%d"
_US: Final = "%m/%d/%Y"
_name: Final[Callable[[Row], Any]] = lambda row: row.lead.name  # noqa: E731
_site: Final[Callable[[Row], Any]] = lambda row: row.lead.website  # noqa: E731
_street: Final[Callable[[Row], Any]] = lambda row: row.lead.address  # noqa: E731

PRESETS: Final = {
    preset.name: preset
    for preset in (
        Preset(
            "hubspot", "HubSpot", "companies",
            _columns(
                ("Company name", _cut(_name, 255)),
                ("Company Domain Name", _domain),
                ("Website URL", _cut(_site, 2_000)),
                ("Phone Number", _cut(_phone, 40)),
                ("Street Address", _cut(_street, 500)),
                ("Country/Region", _country),
                ("Industry", _industry(_HUBSPOT)),
                ("Lifecycle Stage", _fixed("lead")),
                ("Lead Status", _fixed("NEW")),
                ("Description", _text(_ISO, 5_000)),
            ),
            most_rows=250_000,
        ),
        Preset(
            "pipedrive", "Pipedrive", "leads with organization, person and note",
            _columns(
                ("Lead - Title", _cut(lambda row: f"{row.lead.name} website audit", 255)),
                ("Organization - Name", _cut(_name, 255)),
                ("Organization - Address", _cut(_street, 255)),
                ("Organization - Website", _cut(_site, 255)),
                ("Person - Name", _cut(lambda row: _whole_name(row) or row.lead.name, 255)),
                ("Person - Phone", _cut(_phone, 40)),
                ("Person - Email", _email),
                ("Note - Content", _text(_ISO, 5_000)),
            ),
            most_rows=50_000,
        ),
        Preset(
            "salesforce", "Salesforce", "leads",
            _columns(
                ("Company", _cut(_name, 255)),
                ("First Name", _cut(_first_name, 40)),
                ("Last Name", _cut(lambda row: _last_name(row) or _NOBODY, 80)),
                ("Phone", _cut(_phone, 40)),
                ("Email", _cut(_email, 80)),
                ("Website", _cut(_site, 255)),
                ("Street", _cut(_street, 255)),
                ("Country", _cut(_country, 80)),
                ("Industry", _industry(_SALESFORCE)),
                ("Lead Source", _fixed("Other")),
                ("Lead Status", _fixed("Open - Not Contacted")),
                ("Description", _text(_ISO, 5_000)),
            ),
            most_rows=50_000,
        ),
        Preset(
            "zoho", "Zoho CRM", "leads",
            _columns(
                ("Company", _cut(_name, 100)),
                ("First Name", _cut(_first_name, 40)),
                ("Last Name", _cut(lambda row: _last_name(row) or row.lead.name, 80)),
                ("Phone", _cut(_phone, 30)),
                ("Email", _cut(_email, 100)),
                ("Website", _cut(_site, 255)),
                ("Street", _cut(_street, 250)),
                ("Country", _cut(_country, 100)),
                ("Lead Source", _fixed("Cold Call")),
                ("Lead Status", _fixed("Not Contacted")),
                ("Description", _text(_US, 5_000)),
            ),
            most_rows=20_000,
            clean=_zoho,
        ),
    )
}  # fmt: skip
