"""What the API and the report read of a judgement."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from lfassess.checks.base import Json


@dataclass(frozen=True, slots=True)
class Metrics:
    """The report shows these as a table of measured values."""

    icon: bool  # there is one that loads
    declared: bool  # by the page
    bytes: int | None

    def to_json(self) -> Json:
        return asdict(self)
