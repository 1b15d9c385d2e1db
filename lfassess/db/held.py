"""Checks that wait until somebody acts: held by a date that none of our clocks will reach."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

# Not 'infinity': Python has no such date, and the release before would end in an error.
_DATE: Final = datetime(9000, 1, 1, tzinfo=UTC)
HELD: Final = f"timestamptz '{_DATE:%Y-%m-%d}Z'"  # in SQL


def is_held(retry_at: datetime | None) -> bool:
    """Return whether a check with this ``retry_at`` waits until somebody acts."""
    return retry_at is not None and retry_at >= _DATE
