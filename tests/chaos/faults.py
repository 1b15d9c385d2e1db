"""What can go wrong, done on purpose; each fault recovers before it returns."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

import psutil
import psycopg
import redis

from tests.chaos.installation import Installation


@dataclass
class Notes:
    """What the figures need to know of the faults."""

    in_flight_at_kills: int = 0  # paid calls that nobody could book any more
    resumed_s: list[float] = field(default_factory=list)  # from kill -9 to resumed work
    ended_without_s3: int = 0  # leads that ended while S3 was away
    injected: dict[str, int] = field(default_factory=dict)


Fault = Callable[[Installation, Random, float, Notes], None]


def _kill_worker(installation: Installation, rng: Random, prefix: str, notes: Notes) -> None:
    pids = installation.pids(prefix)
    if not pids:
        return
    pid = rng.choice(pids)
    running = _running(installation, pid)
    _kill(pid, signal.SIGKILL)
    killed = time.time()
    # It may have begun further checks after the first look; they are nobody else's for seconds.
    ids = sorted({*running, *_running(installation, pid)})
    notes.in_flight_at_kills += _unbooked(installation, ids, killed)
    _note_resumption(installation, ids, killed, notes, alone=len(pids) == 1)


def _running(installation: Installation, pid: int) -> list[int]:
    """Return the checks that a worker's process has begun and not ended."""
    rows = installation.rows_when_up(
        "SELECT c.id FROM check_runs c JOIN attempts t ON t.check_run_id = c.id"
        " AND t.number = c.attempt_count WHERE c.status = 'in_progress' AND t.worker LIKE %s",
        f"%:{pid}",
    )
    return [row["id"] for row in rows]


def _unbooked(installation: Installation, ids: list[int], before: float) -> int:
    """Return how many paid calls of these checks were begun before then and have no end."""
    (calls,) = installation.rows_when_up(
        "SELECT count(*) AS n FROM provider_calls WHERE finished_at IS NULL"
        " AND state = 'in_flight' AND check_run_id = ANY(%s) AND started_at < to_timestamp(%s)",
        ids,
        before,
    )
    return int(calls["n"])


_SAME_CHECKS = "t.check_run_id = ANY(%s)"
_SAME_QUEUES = "c.queue IN (SELECT queue FROM check_runs WHERE id = ANY(%s))"


def _note_resumption(
    installation: Installation, ids: list[int], killed: float, notes: Notes, *, alone: bool
) -> None:
    """Wait until one of the dead worker's checks is worked on again; of the only worker, any."""
    end = time.monotonic() + 30
    which = _SAME_QUEUES if alone else _SAME_CHECKS
    while ids and time.monotonic() < end:
        again = installation.rows_when_up(
            "SELECT extract(epoch FROM min(t.started_at)) AS at"
            " FROM attempts t JOIN check_runs c ON c.id = t.check_run_id"
            f" WHERE {which} AND t.started_at > to_timestamp(%s)",
            ids,
            killed,
        )
        if again[0]["at"] is not None:
            notes.resumed_s.append(float(again[0]["at"]) - killed)
            return
        time.sleep(0.2)


def kill_io_worker(installation: Installation, rng: Random, seconds: float, notes: Notes) -> None:
    _kill_worker(installation, rng, "worker-io", notes)


def kill_browser_worker(
    installation: Installation, rng: Random, seconds: float, notes: Notes
) -> None:
    _kill_worker(installation, rng, "worker-browser", notes)


def hurry_io_worker(installation: Installation, rng: Random, seconds: float, notes: Notes) -> None:
    """It hands over what it can't finish; the supervisor restarts it."""
    pid = next(iter(installation.pids("worker-io")), None)
    _kill(pid, signal.SIGQUIT)
    end = time.monotonic() + 60
    while pid is not None and psutil.pid_exists(pid) and time.monotonic() < end:
        time.sleep(0.1)
    # Answers that arrived between its handing over and its end were booked, and bought again.
    (calls,) = installation.rows_when_up(
        "SELECT count(*) AS n FROM provider_calls p JOIN attempts t USING (check_run_id)"
        " WHERE t.outcome = 'released' AND t.worker LIKE %s AND p.started_at < t.finished_at"
        " AND coalesce(p.finished_at, 'infinity') > t.finished_at",
        f"%:{pid}",
    )
    notes.in_flight_at_kills += int(calls["n"])


def kill_redis(installation: Installation, rng: Random, seconds: float, notes: Notes) -> None:
    _kill(installation.pid("valkey"), signal.SIGKILL)


def freeze_redis(installation: Installation, rng: Random, seconds: float, notes: Notes) -> None:
    pid = installation.pid("valkey")
    with installation.nobody_heals():
        _kill(pid, signal.SIGSTOP)
        time.sleep(min(seconds, 15))
        _kill(pid, signal.SIGCONT)


def flush_redis(installation: Installation, rng: Random, seconds: float, notes: Notes) -> None:
    installation.redis.flushall()


def take_redis_down(installation: Installation, rng: Random, seconds: float, notes: Notes) -> None:
    with installation.nobody_heals():
        _kill(installation.pid("valkey"), signal.SIGKILL)
        time.sleep(seconds)


def fill_redis(installation: Installation, rng: Random, seconds: float, notes: Notes) -> None:
    """Redis answers, and takes no more messages."""
    installation.redis.config_set("maxmemory", 1)
    time.sleep(min(seconds, 15))
    installation.redis.config_set("maxmemory", 0)


def make_redis_read_only(
    installation: Installation, rng: Random, seconds: float, notes: Notes
) -> None:
    installation.redis.replicaof("127.0.0.1", "1")
    time.sleep(min(seconds, 15))
    installation.redis.replicaof("NO", "ONE")


def send_malformed_messages(
    installation: Installation, rng: Random, seconds: float, notes: Notes
) -> None:
    for queue in ("high_priority", "assessment", "browser", "llm"):
        for raw in ("{", "[]", "null", b"\xff\xfe", '{"body": "a", "properties": {}}'):
            installation.redis.rpush(queue, raw)


def restart_postgres(installation: Installation, rng: Random, seconds: float, notes: Notes) -> None:
    _kill(installation.pid("postgres"), signal.SIGQUIT)  # what `pg_ctl stop -m immediate` sends


def take_postgres_down(
    installation: Installation, rng: Random, seconds: float, notes: Notes
) -> None:
    with installation.nobody_heals():
        _kill(installation.pid("postgres"), signal.SIGQUIT)
        time.sleep(seconds)


def fill_the_disk(installation: Installation, rng: Random, seconds: float, notes: Notes) -> None:
    """No screenshot or report can be stored: the disk is full, or a file stands in its folder's place."""
    folder = installation.artefacts
    if installation.has_own_disk:
        ballast = folder / "ballast"
        with suppress(OSError), ballast.open("wb") as f:
            while True:
                f.write(bytes(2**20))
        time.sleep(min(seconds, 4))
        ballast.unlink()
        return
    aside = folder.with_name("artefacts.aside")
    folder.rename(aside)
    folder.touch()
    time.sleep(min(seconds, 4))
    folder.unlink()
    aside.rename(folder)


def take_s3_away(installation: Installation, rng: Random, seconds: float, notes: Notes) -> None:
    """Leads end meanwhile, unless there are too few left; what they store must come later."""
    assert installation.s3 is not None
    ended = _ended(installation)
    end = time.monotonic() + seconds + 120
    with installation.s3.away():
        time.sleep(seconds)
        while (
            _ended(installation) == ended
            and installation.open_leads() != 0
            and time.monotonic() < end
        ):
            time.sleep(0.2)
        notes.ended_without_s3 += _ended(installation) - ended


def _ended(installation: Installation) -> int:
    (row,) = installation.rows_when_up(
        "SELECT count(*) AS n FROM assessments WHERE status IN ('completed', 'failed')"
    )
    return int(row["n"])


def move_the_clock(installation: Installation, rng: Random, seconds: float, notes: Notes) -> None:
    """Running checks look as if their workers had died an hour ago."""
    installation.rows(
        "UPDATE check_runs SET lease_expires_at = now() - interval '1 hour'"
        " WHERE status = 'in_progress'"
    )


FAULTS: dict[str, Fault] = {
    f.__name__: f
    for f in (
        kill_io_worker,
        kill_browser_worker,
        hurry_io_worker,
        kill_redis,
        freeze_redis,
        flush_redis,
        take_redis_down,
        fill_redis,
        make_redis_read_only,
        send_malformed_messages,
        restart_postgres,
        take_postgres_down,
        fill_the_disk,
        take_s3_away,
        move_the_clock,
    )
}


def inject(
    name: str, installation: Installation, rng: Random, seconds: float, notes: Notes
) -> None:
    """Do one fault; what can't be done at the moment (a server just restarts) is left out."""
    with suppress(psycopg.OperationalError, redis.ConnectionError, redis.TimeoutError):
        FAULTS[name](installation, rng, seconds, notes)
        notes.injected[name] = notes.injected.get(name, 0) + 1


def _kill(pid: int | None, number: signal.Signals) -> None:
    if pid is not None:
        with suppress(ProcessLookupError):
            os.kill(pid, number)
