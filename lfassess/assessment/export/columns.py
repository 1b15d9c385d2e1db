"""The columns that an export may have: of the lead, of its list, of its audit, of the ranking."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import partial
from typing import Any, Final

from lfassess.assessment.exported import AUDIT, FOUND, LEAD, MORE, original, renamed
from lfassess.db.models.assessment import AREAS
from lfassess.db.queries.lead_export import Exported
from lfassess.errors import UsageError
from lfassess.ranking.opportunity import SHOWN


@dataclass(frozen=True, slots=True)
class Links:
    """Where files and pages are found; None: nobody knows."""

    base: str | None = None  # address of the pages, without a slash at its end
    files: str | None = None  # folder above what is stored on disk
    reports: Mapping[int, str] = field(default_factory=dict)  # by audit: written for this export

    def page(self, lead: Exported) -> str | None:
        known = self.base is not None and lead.assessment_id is not None
        return f"{self.base}/assessments/{lead.assessment_id}" if known else None

    def file(self, lead: Exported) -> str | None:
        """Return where the report opens: written for this export, stored, or at its address."""
        if (written := self.reports.get(lead.assessment_id or 0)) is not None:
            return written
        uri, page = lead.report_uri, self.page(lead)
        if uri is not None and self.files is not None:
            return uri if "://" in uri or uri.startswith("/") else f"{self.files}/{uri}"
        return f"{page}/report" if page and lead.assessed_at else None


@dataclass(frozen=True, slots=True)
class Row:
    """A lead in an export."""

    lead: Exported
    rank: int | None  # its place among the leads that are exported
    links: Links = field(default_factory=Links)
    share_link: str | None = None


def _of(name: str) -> Callable[[Row], Any]:
    return lambda row: getattr(row.lead, name)


def _area(place: int, row: Row) -> int | None:
    scores = row.lead.area_scores
    return scores[place] if scores and place < len(scores) else None


def _finding(number: int, part: str, row: Row) -> str | None:
    found = row.lead.findings or []
    return str(found[number].get(part) or "") or None if number < len(found) else None


def _round(name: str) -> Callable[[Row], Any]:
    def value(row: Row) -> float | None:
        found = getattr(row.lead, name)
        return None if found is None else round(found, 1)

    return value


GROUPS: Final[Mapping[str, Mapping[str, Callable[[Row], Any]]]] = {
    "lead": {name: _of(name) for name in LEAD},
    "list": {},  # the list's own columns
    "audit": {name: _of(name) for name in AUDIT},
    "areas": {name: partial(_area, place) for place, name in enumerate(AREAS)},
    "findings": {
        **{
            f"finding_{number + 1}_{part}": partial(_finding, number, part)
            for number in range(SHOWN)
            for part in FOUND
        },
        "findings": _of("codes"),
        "technologies": _of("technologies"),
    },
    "ranking": {
        "rank": lambda row: row.rank,
        **{name: _round(name) for name in ("opportunity", "need", "worth", "reach")},
        "why": _of("why"),
    },
    "links": {
        "report_file": lambda row: row.links.file(row.lead),
        "audit_page": lambda row: row.links.page(row.lead),
        "share_link": lambda row: row.share_link,
        "shared_until": _of("shared_until"),
    },
    "more": {name: _of(name) for name in MORE},
}
COLUMNS: Final = {name: value for group in GROUPS.values() for name, value in group.items()}


@dataclass(frozen=True, slots=True)
class Column:
    """A column with its name in the file."""

    header: str
    value: Callable[[Row], Any]
    custom: bool = False


def _custom(name: str, row: Row) -> str | None:
    return row.lead.extra.get(name)


def custom_column(name: str) -> Column:
    """Return a list's own column."""
    return Column(renamed(name), partial(_custom, name), custom=True)


def choose(
    custom: Sequence[str], chosen: Sequence[str] | None = None, *, known: Sequence[str] = ()
) -> list[Column]:
    """Return the columns of an export.

    Args:
        custom: names of the lists' own columns that the leads have, in their order.
        chosen: names of columns and of groups, in the order that is asked for; None: all.
        known: names of all lists' own columns, which may be asked for by name.

    Raises:
        UsageError: there is no such column.
    """
    columns: list[Column] = []
    own = {name: custom_column(name) for name in custom}
    for name in GROUPS if chosen is None else chosen:
        if name == "list":
            columns += own.values()
        elif name in GROUPS and (name not in COLUMNS or chosen is None):
            columns += [Column(each, value) for each, value in GROUPS[name].items()]
        elif name in COLUMNS:
            columns.append(Column(name, COLUMNS[name]))
        elif (mine := original(name)) in own or mine in known:
            columns.append(custom_column(mine))
        else:
            raise _unknown(name, [*custom, *known])
    return list({column.header: column for column in columns}.values())


def names(text: str) -> list[str]:
    """Return the names in a list with commas; raises UsageError where there are none."""
    found = [name for part in text.split(",") if (name := part.strip())]
    if not found:
        raise UsageError("--columns names no column.", hint=f"Groups: {', '.join(GROUPS)}.")
    return found


def _unknown(name: str, custom: Sequence[str]) -> UsageError:
    known = [*GROUPS, *COLUMNS, *custom]
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    meant = f"Did you mean {' or '.join(near)}? " if near else ""
    return UsageError(
        f"There is no column {name!r}.",
        hint=f"{meant}Groups of columns: {', '.join(GROUPS)}; "
        "docs/how-to/export.md lists the columns.",
    )


def text_of(value: Any) -> str:
    """Return a value as a cell's text; "" where there is none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    return str(value)


def as_object(row: Row) -> dict[str, Any]:
    """Return a lead for JSON: areas and findings nested, the list's own columns in ``extra``."""
    made: dict[str, Any] = {}
    for group, members in GROUPS.items():
        values = {name: value(row) for name, value in members.items()}
        if group == "list":
            made["extra"] = row.lead.extra
        elif group == "areas":
            made["areas"] = values
        elif group == "findings":
            found = row.lead.findings or []
            made["top_findings"] = [{part: f.get(part) for part in FOUND} for f in found]
            made |= {
                name: value
                for name, value in values.items()
                if name in {"findings", "technologies"}
            }
        else:
            made |= values
    return made
