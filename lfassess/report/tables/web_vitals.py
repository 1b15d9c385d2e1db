"""Google's Core Web Vitals on a scale: real visitors' values before those of a test visit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from lfassess.checks.shared.json_access import get_number, get_object
from lfassess.quantities import US, Quantities
from lfassess.report.model import Gauge, Gauges
from lfassess.report.tables.common import rated
from lfassess.report.tables.pagespeed import (
    DEVICES,
    FIELD,
    FIELD_CAPTION,
    FIELD_NOTE,
    LAB,
    LAB_CAPTION,
    LAB_NOTE,
    Measure,
    views,
)

Json = Mapping[str, Any]

_SHOWN: Final = {"field": ("lcp", "inp", "cls"), "lab": ("lcp", "tbt", "cls")}
_WORDS: Final = {"field": (FIELD_CAPTION, FIELD_NOTE), "lab": (LAB_CAPTION, LAB_NOTE)}
_THIRD: Final = 1 / 3


def gauges(metrics: Json, figures: Quantities = US) -> tuple[Gauges, ...]:
    """Return the values of phones, and of desktops where there are none of phones.

    The marker's place within a third is in proportion to the bounds; the last third ends at twice
    the bound of poor.
    """
    seen = views(metrics)
    device = next(iter(seen), None)
    if device is None:
        return ()
    made = [
        Gauges(
            *_WORDS[kind], DEVICES[device], _gauges(measures, kind, device, seen[device], figures)
        )
        for kind, measures in (("field", FIELD), ("lab", LAB))
    ]
    return tuple(g for g in made if g.gauges)


def _gauges(
    measures: Sequence[Measure], kind: str, device: str, view: Json, figures: Quantities
) -> tuple[Gauge, ...]:
    values = get_object(view, kind)
    return tuple(
        _gauge(measure, value, device, figures)
        for measure in measures
        if measure.key in _SHOWN[kind]
        and (value := get_number(values, measure.key)) is not None
        and value >= 0
    )


def _gauge(measure: Measure, value: float, device: str, figures: Quantities) -> Gauge:
    good, poor = measure.bounds[device]
    return Gauge(
        label=measure.label,
        value=measure.measured(figures, value, device),
        rating=rated(value, good, poor),
        place=round(_place(value, good, poor), 3),
        good=measure.show(figures, good),
        poor=measure.show(figures, poor),
    )


def _place(value: float, good: float, poor: float) -> float:
    if value <= good:
        return _THIRD * value / good
    if value <= poor:
        return _THIRD * (1 + (value - good) / (poor - good))
    return min(1.0, _THIRD * (2 + (value - poor) / poor))
