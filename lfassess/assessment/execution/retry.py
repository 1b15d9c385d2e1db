"""The only retry policy: pure, asked for a decision, sleeps nowhere."""

from __future__ import annotations

from typing import Final

from lfassess.errors import DeadlineExceededError, LfassessError, TransientError

WAITS_S: Final = (1.0, 2.0, 4.0)


def next_delay(error: LfassessError, retries: int) -> float | None:
    """Return the seconds to wait before the next try, or None when there is to be none.

    Transient errors are tried again three times, after exactly 1, 2 and 4 s; a longer wait that
    the provider names (Retry-After) wins. A check that took too long is tried once more: a busy
    machine is the usual reason. Permanent errors are never tried again.

    Args:
        error: what the attempt ended with.
        retries: how many retries have been used already.
    """
    if isinstance(error, DeadlineExceededError):
        return WAITS_S[0] if retries == 0 else None
    if not isinstance(error, TransientError) or retries >= len(WAITS_S):
        return None
    return max(WAITS_S[retries], error.retry_after or 0.0)
