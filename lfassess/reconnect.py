"""How Postgres, Redis and S3 are connected to: the one rule for trying again (docs/adr/0018)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar

import backoff

T = TypeVar("T")

FIRST_S: Final = 0.1
LONGEST_S: Final = 4.0  # between two tries; what waits for a service notices its return within it
WITHIN_S: Final = 1.0  # for a caller who waits for an answer


def pauses() -> Iterator[float]:
    """Yield the seconds to wait before each next try, without end.

    The bound doubles from 0.1 s to 4 s; each pause is drawn from 0 to the bound, so that what lost
    a service together does not come back together.
    """
    bounds = backoff.expo(factor=FIRST_S, max_value=LONGEST_S)
    next(bounds)  # backoff's generators begin with a value for nobody
    return map(backoff.full_jitter, bounds)


def persistently(
    act: Callable[[], T],
    errors: type[Exception] | tuple[type[Exception], ...],
    *,
    within_s: float | None = WITHIN_S,
    hopeless: Callable[[Exception], bool] = lambda _: False,
    on_pause: Callable[[Exception, float], None] = lambda _e, _s: None,
) -> T:
    """Act until it works; returns what it returns.

    Args:
        act: opens the connection; may be called again.
        errors: what another try may cure.
        within_s: no try begins later than this many seconds after the first; None: never give up.
        hopeless: whether an error will come back whatever the service does (a wrong password).
        on_pause: called with the error and the seconds until the next try; what it raises ends it.

    Raises:
        The last try's error.
    """
    end = None if within_s is None else time.monotonic() + within_s

    def give_up(error: Exception) -> bool:
        return hopeless(error) or (end is not None and time.monotonic() >= end)

    def note(details: Any) -> None:
        on_pause(details["exception"], details["wait"])

    decorate = backoff.on_exception(
        backoff.expo, errors, giveup=give_up, on_backoff=note, jitter=backoff.full_jitter,
        factor=FIRST_S, max_value=LONGEST_S, logger=None,
    )  # fmt: skip
    return decorate(act)()
