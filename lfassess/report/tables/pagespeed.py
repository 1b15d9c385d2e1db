"""Loading times against their thresholds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lfassess.checks.base import Area
from lfassess.checks.shared.json_access import get_number, get_object, get_text, numbers_in
from lfassess.quantities import US, Quantities
from lfassess.report.model import Cell, Table
from lfassess.report.tables import runs
from lfassess.report.tables.common import NONE, rated, rated_score, table
from lfassess.report.text import clean

Json = Mapping[str, Any]
Bounds = tuple[float, float]  # good up to, poor above


_TENTH: Final = 50  # milliseconds that round up to a tenth of a second


def seconds(figures: Quantities, ms: float, more: int = 0) -> str:
    """Return "2.5 s", with ``more`` digits "2.51 s"; what would be "0.0 s" in milliseconds."""
    return f"{figures.number(ms / 1000, 1 + more)} s" if ms >= _TENTH else figures.duration(ms)


def milliseconds(figures: Quantities, ms: float, more: int = 0) -> str:
    return f"{figures.number(ms, more)} ms"


def plain(figures: Quantities, value: float, more: int = 0) -> str:
    return figures.number(value, 2 + more)


@dataclass(frozen=True, slots=True)
class Measure:
    """One loading time; its bounds are in its own unit, by device."""

    label: str
    key: str
    show: Callable[..., str]  # (figures, value, digits more than usual)
    bounds: Mapping[str, Bounds]

    def measured(self, figures: Quantities, value: float, device: str) -> str:
        """Return a value in as many digits as tell it from the bound that it exceeds."""
        exceeded = [bound for bound in self.bounds[device] if value > bound]
        if not exceeded:
            return self.show(figures, value)
        return figures.apart(value, max(exceeded), lambda v, more: self.show(figures, v, more))


def _same(good: float, poor: float) -> Mapping[str, Bounds]:
    return {"mobile": (good, poor), "desktop": (good, poor)}


_LCP, _FCP, _CLS = (
    "Main content visible (LCP)",
    "First content visible (FCP)",
    "Page movement (CLS)",
)
# Phones: the bounds of web.dev's Web Vitals and Lighthouse's colours. Desktops: the control points
# of Lighthouse's desktop scoring, its 10th percentile and median.
LAB: Final = (
    Measure(_LCP, "lcp", seconds, {"mobile": (2500, 4000), "desktop": (1200, 2400)}),
    Measure(
        "Page blocked while loading (TBT)",
        "tbt",
        milliseconds,
        {"mobile": (200, 600), "desktop": (150, 350)},
    ),
    Measure(_CLS, "cls", plain, _same(0.1, 0.25)),
    Measure(_FCP, "fcp", seconds, {"mobile": (1800, 3000), "desktop": (934, 1600)}),
    Measure(
        "Visually complete (Speed Index)",
        "si",
        seconds,
        {"mobile": (3400, 5800), "desktop": (1311, 2300)},
    ),
    Measure("Server's first answer (TTFB)", "ttfb", milliseconds, _same(800, 1800)),
)
# Of real visitors, device by device the same: https://web.dev/articles/vitals
FIELD: Final = (
    Measure(_LCP, "lcp", seconds, _same(2500, 4000)),
    Measure("Response to a tap or click (INP)", "inp", milliseconds, _same(200, 500)),
    Measure(_CLS, "cls", plain, _same(0.1, 0.25)),
    Measure(_FCP, "fcp", seconds, _same(1800, 3000)),
    Measure("Server's first answer (TTFB)", "ttfb", milliseconds, _same(800, 1800)),
)
FIELD_CAPTION: Final = "What real visitors experienced in the last 28 days"
FIELD_NOTE: Final = (
    "Three out of four visits were at least this good (Chrome User Experience Report)."
)
LAB_CAPTION: Final = "A test visit, measured"
LAB_NOTE: Final = (
    "On a simulated mid-range phone with a slow mobile connection. Times vary from visit to visit."
)
_TABLE_NOTE: Final = (
    "On a simulated mid-range phone with a slow mobile connection; the server's first answer is as"
    " it came, without that. Times vary from visit to visit."
)
# Lighthouse's categories, all of one run; the areas' dials show what came of them.
_CATEGORIES: Final = {
    "performance": "Performance",
    "accessibility": "Accessibility",
    "best-practices": "Best practices",
    "seo": "Search engine basics",
}
DEVICES: Final = {"mobile": "Phone", "desktop": "Desktop"}
_SOURCES: Final = {"psi": "Google PageSpeed Insights", "lighthouse": "Google Lighthouse"}


def tables(metrics: Json, area: str, figures: Quantities = US) -> list[Table]:
    """Return what was measured for an area: real visitors' data before a test visit's.

    A device's values stand in ``metrics["mobile"]`` and ``metrics["desktop"]``, or in ``metrics``
    itself with the device as ``strategy``: lab {fcp, lcp, tbt, cls, si}, categories, field.
    """
    if area != Area.SPEED.value:
        return []
    seen = views(metrics)
    scores = table(
        "Lighthouse scores, of 100",
        ("Score", *(DEVICES[device] for device in seen)),
        [_scores(n, label, list(seen.values())) for n, label in _CATEGORIES.items()],
        "90 and above is good, below 50 is poor.",
        technical=True,
    )
    return [*_times(seen, figures), *scores, *runs.tables(metrics, figures)]


def _times(seen: Mapping[str, Json], figures: Quantities) -> list[Table]:
    fields = {d: field for d, view in seen.items() if (field := get_object(view, "field"))}
    labs = {device: get_object(view, "lab") for device, view in seen.items()}
    return [
        *_timings(FIELD_CAPTION, FIELD, fields, FIELD_NOTE, figures),
        *_timings(LAB_CAPTION, LAB, labs, _TABLE_NOTE, figures),
    ]


def source(metrics: Json) -> str | None:
    """Return who measured, with the version and how often: "Google Lighthouse 13.3.0 (3x)"."""
    name = _SOURCES.get(get_text(metrics, "source") or "")
    version = clean(metrics.get("lighthouse_version"), 20)
    if name is None or not version:
        return name
    often = len(numbers_in(get_object(metrics, "runs"), "scores"))
    times = f" ({often}\N{MULTIPLICATION SIGN})" if often else ""
    return (f"{name}, Lighthouse {version}" if "Insights" in name else f"{name} {version}") + times


def views(metrics: Json) -> dict[str, Json]:
    """Return the values by device, those there are."""
    flat = get_text(metrics, "strategy") or "mobile"
    found = {device: get_object(metrics, device) for device in DEVICES}
    if flat in found and not found[flat]:
        found[flat] = dict(metrics)
    return {device: view for device, view in found.items() if view}


def _timings(
    caption: str,
    measures: Sequence[Measure],
    values: Mapping[str, Json],
    note: str,
    figures: Quantities,
) -> list[Table]:
    columns = ("Measure", *(DEVICES[device] for device in values), "Target")
    rows = [_timing(m, values, figures) for m in measures]
    return table(caption, columns, rows, note, technical=True)


def _timing(measure: Measure, values: Mapping[str, Json], figures: Quantities) -> list[Cell]:
    cells = [_value(measure, device, view, figures) for device, view in values.items()]
    if all(cell is NONE for cell in cells):
        return [Cell(measure.label)]
    good = dict.fromkeys(measure.show(figures, measure.bounds[device][0]) for device in values)
    return [Cell(measure.label), *cells, Cell(" / ".join(good))]


def _value(measure: Measure, device: str, view: Json, figures: Quantities) -> Cell:
    value = get_number(view, measure.key)
    if value is None or value < 0:
        return NONE
    return Cell(measure.measured(figures, value, device), rated(value, *measure.bounds[device]))


def _scores(name: str, label: str, views: Sequence[Json]) -> list[Cell]:
    scores = [get_number(get_object(view, "categories"), name) for view in views]
    return [
        Cell(label),
        *(
            NONE if score is None else Cell(str(round(score)), rated_score(score))
            for score in scores
        ),
    ]
