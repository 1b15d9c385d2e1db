"""What a visitor sees on a phone after one, three and five seconds; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from lfassess.checks.shared.json_access import get_number, get_object
from lfassess.report.image_type import content_type
from lfassess.report.model import Moment
from lfassess.report.tables.pagespeed import views

_SECONDS: Final = (1, 3, 5)
_MAX_UNSEEN: Final = 1  # moments of which no frame tells how far the page had come
PREFIX: Final = "filmstrip-"  # of the files' names


def filmstrip(artefacts: Mapping[str, bytes], metrics: Mapping[str, Any]) -> tuple[Moment, ...]:
    """Return how far the page had come at each moment, with the frame that shows it, if any does.

    There are none where frames show too few of them.

    Args:
        artefacts: files by name, "filmstrip-3s.webp" among them; without any there are no moments.
        metrics: of the pagespeed check.
    """
    files = {second: artefacts.get(f"{PREFIX}{second}s.webp") or b"" for second in _SECONDS}
    kinds = {second: content_type(data) for second, data in files.items()}
    pictures = {second: data for second, data in files.items() if kinds[second]}
    lab = get_object(views(metrics).get("mobile", {}), "lab")
    first, main = get_number(lab, "fcp"), get_number(lab, "lcp")
    if not pictures or first is None or main is None:
        return ()
    moments = tuple(
        Moment(second, _stage(1000 * second, first, main), kinds.get(second), pictures.get(second))
        for second in _SECONDS
    )
    unseen = [m for m in moments if m.data is None and m.stage != "blank"]
    return moments if len(unseen) <= _MAX_UNSEEN else ()


def _stage(ms: float, first: float, main: float) -> Literal["blank", "begun", "shown"]:
    if ms < first:
        return "blank"
    return "begun" if ms < main else "shown"
