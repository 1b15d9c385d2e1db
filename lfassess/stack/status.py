"""What of the embedded stack runs, and what it weighs."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import psutil

from lfassess.paths import Layout
from lfassess.stack.desired_state import SUPERVISOR, read_desired_state
from lfassess.stack.environment import is_other_code
from lfassess.stack.locks import PartLock
from lfassess.stack.log_rotation import all_logs
from lfassess.stack.start_failures import read_fault
from lfassess.stack.workers import (
    KINDS,
    PREFIX,
    default_counts,
    desired_workers,
    parse_name,
    worker_name,
)

if TYPE_CHECKING:  # the supervisor imports this package and stays small without pydantic
    from lfassess.settings import Settings


@dataclass(frozen=True)
class PartStatus:
    """One part of the stack.

    ``rss_mb`` is the memory of the part's whole process tree, with shared pages counted once
    where the system tells; ``since`` is when it was started. ``other_code`` tells of a worker that
    was started by another version of lfassess, or before its files changed.
    """

    name: str
    state: Literal["running", "stopped"]
    pid: int | None = None
    rss_mb: float | None = None
    since: datetime | None = None
    detail: str = ""
    other_code: bool = False


def ps(settings: Settings) -> list[PartStatus]:
    """Return the state of each embedded part; servers named by settings are not ours to list."""
    layout = Layout(settings.data_dir)
    return [_status(layout, name) for name in _names(settings, layout)]


def log_files(settings: Settings) -> dict[str, Path]:
    """Return the log files there are, by part."""
    return all_logs(Layout(settings.data_dir))


def _names(settings: Settings, layout: Layout) -> list[str]:
    names = []
    if settings.embedded_postgres:
        names.append("postgres")
    if settings.embedded_redis:
        names.append("valkey")
    names += _worker_names(settings, layout)
    return [*names, SUPERVISOR] if names else []


def _worker_names(settings: Settings, layout: Layout) -> list[str]:
    running = {p.stem for p in layout.locks.glob(f"{PREFIX}*.lock") if PartLock(p).held()}
    if read_desired_state(layout).workers:
        counts = default_counts(lighthouse=settings.local_lighthouse)
        running |= {worker_name(*worker) for worker in desired_workers(layout, counts)}
    return sorted(running)


def _status(layout: Layout, name: str) -> PartStatus:
    lock = PartLock(layout.lock(name))
    if not lock.held():
        return PartStatus(name, "stopped", detail=_why_stopped(layout, name))
    pid, record = lock.main_pid(), lock.record()
    since = datetime.fromtimestamp(record.started, UTC) if record else None
    memory = _memory_mb(pid, alone=name == SUPERVISOR)  # its children are parts of their own
    worker = parse_name(name) is not None
    other = worker and record is not None and is_other_code(record.fingerprint)
    return PartStatus(name, "running", pid, memory, since, _detail(layout, name), other)


def _why_stopped(layout: Layout, name: str) -> str:
    fault = read_fault(layout, name)
    return f"will not start: {fault.message.splitlines()[-1]}" if fault else ""


def _detail(layout: Layout, name: str) -> str:
    if name == "postgres":
        return str(layout.postgres_socket)
    if name == "valkey":
        return str(layout.valkey_socket)
    worker = parse_name(name)
    if worker is None:
        return str(layout.data_dir)
    kind = KINDS[worker[0]]
    return f"slots: {kind.slots}; queues: {', '.join(kind.queues)}"


def _memory_mb(pid: int | None, *, alone: bool) -> float | None:
    if pid is None:
        return None
    total = 0
    with suppress(psutil.Error):
        main = psutil.Process(pid)
        for process in [main] if alone else [main, *main.children(recursive=True)]:
            with suppress(psutil.Error):
                info = process.memory_full_info()
                total += getattr(info, "pss", info.rss)
    return round(total / 1e6, 1)
