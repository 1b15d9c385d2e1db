"""What was measured of a page, by Google or by Lighthouse on this machine."""

from __future__ import annotations

from dataclasses import dataclass

from lfassess.checks.base import Json
from lfassess.checks.shared.json_access import get_number, get_object, get_objects, get_text
from lfassess.checks.shared.record import read_record
from lfassess.checks.shared.visit import Met, met_in


@dataclass(frozen=True, slots=True)
class Run:
    """One run of Lighthouse on a phone; stored under the fields' names."""

    score: float | None = None  # of performance, 0-100
    tbt_score: float | None = None  # of total blocking time, 0-1
    benchmark_index: float | None = None  # of the processor, by Lighthouse
    load: float | None = None  # processes that ran or waited before the run, per CPU
    fetched_at: str | None = None  # RFC 3339


@dataclass(frozen=True, slots=True)
class Fault:
    """Why the page could not be loaded."""

    said: str | None  # by Google or Lighthouse
    status: float | None  # HTTP
    no_web_page: bool  # the address leads to a file
    type: str | None  # the file's MIME type

    @classmethod
    def from_json(cls, stored: Json) -> Fault:
        return cls(
            get_text(stored, "said"),
            get_number(stored, "status"),
            stored.get("no_web_page") is True,
            get_text(stored, "type"),
        )


@dataclass(frozen=True, slots=True)
class Evidence:
    """Lighthouse results of a phone and a desktop, or why there are none.

    A result has the form of `lfassess.clients.lighthouse.normal`, Google's with field data; it is
    {} where there is none. The stored JSON has the fields' names, and leaves out what is None or
    empty. ``visit`` is what a plain request met; where that is no website, nothing is measured.
    """

    source: str | None  # psi or lighthouse
    mobile: Json  # with several runs, the median one's
    desktop: Json
    desktop_scope: str | None  # all or performance
    desktop_error: str | None  # code of the error that left no result
    runs: tuple[Run, ...]  # on this machine, the first one first
    runs_wanted: int | None  # by the setting, if it is set
    fault: Fault | None
    visit: Met | None
    visit_url: str | None

    @classmethod
    def from_json(cls, stored: Json) -> Evidence:
        fault, requested = get_object(stored, "fault"), get_number(stored, "runs_wanted")
        return cls(
            source=get_text(stored, "source"),
            mobile=get_object(stored, "mobile"),
            desktop=get_object(stored, "desktop"),
            desktop_scope=get_text(stored, "desktop_scope"),
            desktop_error=get_text(stored, "desktop_error"),
            runs=tuple(read_record(Run, run) for run in get_objects(stored, "runs")),
            runs_wanted=None if requested is None else round(requested),
            fault=Fault.from_json(fault) if fault else None,
            visit=met_in(stored),
            visit_url=get_text(get_object(stored, "visit"), "url"),
        )
