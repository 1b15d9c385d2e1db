"""Why a part would not start: written by the supervisor, read by the command that waits."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass

from lfassess.errors import ConfigurationError, LfassessError, ServiceUnreachableError
from lfassess.paths import Layout
from lfassess.stack import disk
from lfassess.stack.desired_state import write_whole
from lfassess.stack.process import last_lines


@dataclass(frozen=True)
class Fault:
    at: float
    message: str
    hint: str | None = None
    configuration: bool = False

    def as_error(self) -> LfassessError:
        kind = ConfigurationError if self.configuration else ServiceUnreachableError
        return kind(self.message, hint=self.hint)


def read_fault(layout: Layout, part: str) -> Fault | None:
    try:
        return Fault(**json.loads(layout.fault(part).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def forget_fault(layout: Layout, part: str) -> None:
    layout.fault(part).unlink(missing_ok=True)


def report_error(layout: Layout, part: str, error: Exception) -> None:
    """Keep the error that stopped the part from being started."""
    hint = error.hint if isinstance(error, LfassessError) else None
    configuration = isinstance(error, ConfigurationError)
    _write(layout, part, Fault(time.time(), str(error), hint, configuration))


def report_early_end(layout: Layout, part: str) -> None:
    """Keep why a part ended before it answered."""
    error = early_end(layout, part)
    _write(layout, part, Fault(time.time(), error.message, error.hint))


def early_end(layout: Layout, part: str) -> ServiceUnreachableError:
    """Return the error for a part that ended before it answered: the disk is full, or its log."""
    log = layout.log(part)
    said = last_lines(log)
    try:
        disk.require_room(layout)
    except ServiceUnreachableError as e:
        return e
    if disk.SAID in said:
        return disk.full(layout.server_home)
    return ServiceUnreachableError(f"{part} will not start; {log} ends with:\n{said}")


def _write(layout: Layout, part: str, fault: Fault) -> None:
    write_whole(layout.fault(part), json.dumps(asdict(fault)))
