"""The local Celery workers: kinds, counts, command lines."""

from __future__ import annotations

import json
import re
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from lfassess.accounts import Account
from lfassess.clients.cage.environment import ORPHAN_MARKER
from lfassess.errors import UsageError
from lfassess.paths import Layout
from lfassess.stack.process import part_mark

PREFIX = "worker-"
_NAME = re.compile(rf"{PREFIX}([a-z]+)([0-9]+)")
MOST = 64  # workers of one kind on one machine
CELERY = (sys.executable, "-m", "celery", "-A", "assessment_orchestrator", "worker")


@dataclass(frozen=True)
class Kind:
    """One kind of worker: what it takes from which queues, with how many slots.

    ``at_once`` is how many of its checks really go on at the same time.
    """

    queues: tuple[str, ...]
    slots: int
    at_once: int


KINDS: Mapping[str, Kind] = {
    "io": Kind(("high_priority", "assessment", "llm", "default"), 50, 50),
    # One has the browser, the others wait for a language model to look at their pictures.
    "browser": Kind(("browser",), 4, 1),
    "lighthouse": Kind(("lighthouse",), 1, 1),
}


@dataclass(frozen=True)
class Plan:
    """How many workers of each kind to run by default, by which program."""

    counts: Mapping[str, int]
    program: Sequence[str] = CELERY

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Plan:
        return cls(**json.loads(text))


def default_counts(*, lighthouse: bool) -> dict[str, int]:
    """Return one worker of each kind; with a PageSpeed key nothing needs local Lighthouse."""
    return {"io": 1, "browser": 1, "lighthouse": 1 if lighthouse else 0}


def command_line(kind: str, number: int, program: Sequence[str] = CELERY) -> list[str]:
    """Return what to run for the kind's worker number 1, 2, ..."""
    queues, slots = ",".join(KINDS[kind].queues), str(KINDS[kind].slots)
    return [
        *program, "--loglevel=info", "--without-gossip", "--without-mingle",
        "-n", f"{kind}{number}@%h", "-P", "threads", "-c", slots, "-Q", queues,
    ]  # fmt: skip


def read_scale(layout: Layout) -> dict[str, int]:
    """Return the counts somebody asked for; empty when nobody did."""
    try:
        return {str(k): int(v) for k, v in json.loads(layout.scale.read_text()).items()}
    except (FileNotFoundError, ValueError):
        return {}


def desired_workers(layout: Layout, counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return (kind, number) of each worker that should run: counts, unless somebody scaled."""
    now = {**counts, **read_scale(layout)}
    return [(kind, n) for kind in KINDS for n in range(1, now.get(kind, 0) + 1)]


def worker_name(kind: str, number: int) -> str:
    return f"{PREFIX}{kind}{number}"


def parse_name(name: str) -> tuple[str, int] | None:
    """Return a worker's (kind, number) from its name; None for any other part."""
    match = _NAME.fullmatch(name)
    return (match[1], int(match[2])) if match and match[1] in KINDS else None


def check_counts(counts: Mapping[str, int]) -> None:
    """Refuse unknown kinds and counts out of range with a UsageError."""
    for kind, count in counts.items():
        if kind not in KINDS:
            raise UsageError(f"There is no worker kind {kind!r}; there are {', '.join(KINDS)}")
        if not 0 <= count <= MOST:
            raise UsageError(f"{kind}: {count} workers is not between 0 and {MOST}")


class Worker:
    """One local Celery worker; one part of the stack."""

    stop_signal = signal.SIGTERM  # warm: what runs is finished or handed back
    needs: tuple[str, ...] = ("postgres",)  # without Redis it takes its work from there
    account: Account | None = None

    def __init__(
        self,
        layout: Layout,
        kind: str,
        number: int,
        *,
        plan: Plan,
        fingerprint: str,
        environment: Mapping[str, str],
    ) -> None:
        self.name = worker_name(kind, number)
        self.fingerprint = fingerprint
        self._layout = layout
        self._command = command_line(kind, number, plan.program)
        self._environment = {**environment, ORPHAN_MARKER: part_mark(layout, self.name)}

    def prepare(self) -> None:
        """Nothing to make ready: workers keep their state in Postgres."""

    def command(self) -> list[str]:
        return self._command

    def environment(self) -> Mapping[str, str]:
        return self._environment

    def folder(self) -> Path:
        return self._layout.data_dir

    def is_ready(self) -> bool:
        return True  # launched is enough; booting takes seconds and nobody waits for it
