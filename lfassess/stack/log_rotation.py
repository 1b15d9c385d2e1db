"""Log files: which there are, and that none grows for ever."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from lfassess.paths import Layout

_MAX_BYTES = 20_000_000


def all_logs(layout: Layout) -> dict[str, Path]:
    """Return the log files there are, by part."""
    return {path.stem: path for path in sorted(layout.logs.glob("*.log"))}


def trim(path: Path, most: int = _MAX_BYTES) -> None:
    """Keep a grown log as NAME.log.1 and start a new one; its writers append, so they go on."""
    if path.stat().st_size > most:
        shutil.copy2(path, path.with_name(path.name + ".1"))
        os.truncate(path, 0)
