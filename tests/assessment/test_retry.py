"""The retry policy as a table."""

from __future__ import annotations

import pytest

from lfassess.assessment.execution.retry import next_delay
from lfassess.errors import (
    ConfigurationError,
    DeadlineExceededError,
    PermanentError,
    QuotaExhaustedError,
    RateLimitedError,
    TransientError,
)


@pytest.mark.parametrize(
    ("error", "retries", "expected"),
    [
        (TransientError(), 0, 1.0),
        (TransientError(), 1, 2.0),
        (TransientError(), 2, 4.0),
        (TransientError(), 3, None),
        (TransientError(), 99, None),
        (RateLimitedError(retry_after=30), 0, 30.0),
        (RateLimitedError(retry_after=30), 3, None),
        (RateLimitedError(retry_after=0.5), 1, 2.0),
        (RateLimitedError(retry_after=1.5), 0, 1.5),
        (PermanentError(), 0, None),
        (QuotaExhaustedError(retry_after=60), 0, None),
        (ConfigurationError(), 0, None),
        (DeadlineExceededError(), 0, 1.0),
        (DeadlineExceededError(), 1, None),
    ],
)
def test_waits_by_kind_of_error_and_number_of_retries(error, retries, expected):
    assert next_delay(error, retries) == expected
