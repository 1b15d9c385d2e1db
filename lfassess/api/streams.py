"""A batch's changes as server-sent events, read from Postgres; delivered at least once."""

from __future__ import annotations

import json
import re
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import anyio
from starlette.concurrency import run_in_threadpool

from lfassess.api import serializers
from lfassess.db.database import Database
from lfassess.db.queries import listing, progress
from lfassess.errors import ServiceUnreachableError

POLL_S = 1.0
HEARTBEAT_S = 15.0
_LONGEST_S: Final = 3_600.0  # then the client comes again, with the key it has then
# Rows become visible in another order than that of their times: each look goes back so far.
_OVERLAP: Final = timedelta(seconds=10)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_ID: Final = re.compile(r"(\d{1,17})\.\d{1,19}")
_ENDED: Final = ("completed", "failed", "cancelled")
_TOTALS: Final = ("leads", "pending", "in_progress", *_ENDED, "not_submitted", "reports_left")
END_ID: Final = "end"


@dataclass(frozen=True, slots=True)
class Event:
    """One event; without an id it does not move the client's place."""

    name: str
    data: dict[str, Any]
    id: str | None = None

    def encode(self) -> bytes:
        lines = [f"event: {self.name}"]
        if self.id is not None:
            lines.append(f"id: {self.id}")
        lines.append(f"data: {json.dumps(self.data, default=str)}")
        return ("\n".join(lines) + "\n\n").encode()


@dataclass(slots=True)
class BatchStream:
    """One client's place in a batch."""

    database: Database
    batch_id: int
    since: datetime
    _sent: dict[int, datetime] = field(default_factory=dict)
    _totals: dict[str, Any] | None = None

    def poll(self) -> tuple[list[Event], bool]:
        """Return what is new, and whether the batch has ended."""
        with self.database.session() as session:
            # Counted first: what ends meanwhile is then still sent before the end is.
            counted = progress.totals(session, self.batch_id)
            changed = listing.changed(session, self.batch_id, self.since - _OVERLAP)
            new = [(i, at) for i, at in changed if self._sent.get(i) != at]
            states = [(progress.assessment_state(session, i), at) for i, at in new]
        self._sent.update(new)
        self.since = max([self.since, *(at for _, at in new)])
        events = [_assessment(state, at) for state, at in states if state is not None]
        events += self._progress(asdict(counted))
        return events, counted.ended

    def _progress(self, totals: dict[str, Any]) -> Iterator[Event]:
        counts = {name: totals[name] for name in _TOTALS}
        submitted = totals["leads"] - totals["not_submitted"]
        done = sum(totals[name] for name in _ENDED)
        counts["percentage"] = 100 * done // submitted if submitted else 100
        counts["cost_usd"] = round(float(totals["cost_usd"]), 4)
        if counts != self._totals:
            self._totals = counts
            yield Event("progress", {"batch_id": self.batch_id, **counts})

    @property
    def totals(self) -> dict[str, Any]:
        return self._totals or {}


def _assessment(state: progress.AssessmentState, at: datetime) -> Event:
    micros = (at - _EPOCH) // _MICROSECOND
    data = serializers.progress(state).model_dump(mode="json")
    return Event("assessment", data, f"{micros}.{state.id}")


def start_from(last_event_id: str | None) -> datetime:
    """Return from where to tell: the client's last event, at most an hour ago; else from now."""
    now = datetime.now(UTC)
    match = _ID.fullmatch(last_event_id or "")
    if match is None:
        return now
    at = _EPOCH + int(match[1]) * _MICROSECOND
    return min(max(at, now - timedelta(hours=1)), now)


async def tell(stream: BatchStream) -> AsyncIterator[bytes]:
    """Yield the stream's bytes until the batch has ended."""
    yield b"retry: 2000\n\n"
    begun = said = time.monotonic()
    while time.monotonic() - begun < _LONGEST_S:
        looked = time.monotonic()
        try:
            events, ended = await run_in_threadpool(stream.poll)
        except ServiceUnreachableError:
            events, ended = [], False  # Postgres comes back; the heartbeat goes on
        for event in events:
            yield event.encode()
        if ended:
            data = {"batch_id": stream.batch_id, **stream.totals}
            yield Event("end", data, END_ID).encode()
            return
        now = time.monotonic()
        if events:
            said = now
        elif now - said >= HEARTBEAT_S:
            yield b": still here\n\n"
            said = now
        # A batch that takes long to look at is looked at less often.
        await anyio.sleep(max(POLL_S, 10 * (now - looked)))
