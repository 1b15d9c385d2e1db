"""The embedded one-machine stack: Postgres, Valkey and workers."""

from lfassess.paths import Layout
from lfassess.stack.lifecycle import (
    Endpoints,
    down,
    endpoints,
    ensure_up,
    erase,
    scale,
    without_workers,
)
from lfassess.stack.status import PartStatus, log_files, ps

__all__ = [
    "Endpoints",
    "Layout",
    "PartStatus",
    "down",
    "endpoints",
    "ensure_up",
    "erase",
    "log_files",
    "ps",
    "scale",
    "without_workers",
]
