"""What the chaos run says of repeated paid calls, from what providers gave and what was booked."""

from __future__ import annotations

from typing import Any

import pytest

from tests.chaos.figures import FREE, _repeated


class Books:
    """A run's provider calls, the booked ones, and how often one answer was booked twice."""

    def __init__(self, given: list[tuple[str | None, ...]], booked: dict[str, int], twice: int = 0):
        self._given, self._booked, self._twice = given, booked, twice

    def provider_calls(self) -> list[dict[str, Any]]:
        return [
            {"provider": provider, "status": 200, "fault": fault, "path": path[0] if path else "/"}
            for provider, fault, *path in self._given
        ]

    def rows(self, sql: str, *_values: Any) -> list[dict[str, Any]]:
        if "GROUP BY provider" in sql:
            return [{"provider": p, "n": n} for p, n in self._booked.items()]
        return [{"n": self._twice}]


@pytest.mark.parametrize(
    ("given", "booked", "twice", "repeated"),
    [
        ([("places", None)], {"places": 1}, 0, 0),
        ([("places", None), ("places", None)], {"places": 1}, 0, 1),
        ([("places", "drip")], {"places": 1}, 0, 0),
        ([("places", "drip"), ("semrush", None), ("semrush", None)],
         {"places": 1, "semrush": 1}, 0, 1),
        ([("places", None), ("places", None)], {"places": 2}, 1, 1),
        ([("semrush", None, FREE), ("semrush", None), ("semrush", None, FREE)],
         {"semrush": 1}, 0, 0),
    ],
    ids=["one", "bought again", "spoilt but booked", "one hides no other", "booked twice", "free"],
)  # fmt: skip
def test_repeats_are_counted_by_provider_and_never_below_nothing(given, booked, twice, repeated):
    assert _repeated(Books(given, booked, twice)) == repeated
