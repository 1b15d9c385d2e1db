"""What the stack is asked to run; commands write it, the supervisor follows it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from lfassess.paths import Layout

SUPERVISOR = "supervisor"
NO_WORKERS = "-"  # the fingerprint of a supervisor that was given servers only


@dataclass(frozen=True)
class DesiredState:
    """The parts that should live."""

    postgres: bool = False
    valkey: bool = False
    workers: bool = False


def read_desired_state(layout: Layout) -> DesiredState:
    try:
        return DesiredState(**json.loads(layout.desired_state.read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return DesiredState()


def want(layout: Layout, **changes: bool) -> None:
    """Add to the desired state, never take away; the caller holds the control lock."""
    before = read_desired_state(layout)
    after = replace(before, **{name: True for name, value in changes.items() if value})
    if after != before:
        write_whole(layout.desired_state, json.dumps(asdict(after)))


def request_workers(layout: Layout, *, desired: bool) -> bool:
    """Ask for workers, or for none; returns whether they were asked for before.

    The caller holds the control lock.
    """
    before = read_desired_state(layout)
    write_whole(layout.desired_state, json.dumps(asdict(replace(before, workers=desired))))
    return before.workers


def clear_desired_state(layout: Layout) -> None:
    layout.desired_state.unlink(missing_ok=True)


def write_whole(path: Path, text: str) -> None:
    """Write a file so that readers see the old or the new text, never half of it."""
    staged = path.with_name(path.name + ".new")
    staged.write_text(text)
    staged.replace(path)
