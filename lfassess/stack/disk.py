"""Tells of a full disk: what stumbles over one says so in many ways, late, or not at all."""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from lfassess.errors import ServiceUnreachableError
from lfassess.paths import Layout

FULL: Final = {errno.ENOSPC, errno.EDQUOT}
SAID: Final = "No space left on device"  # in the servers' logs
_MIN_BYTES: Final = 4 << 20  # servers need more than that to start
_PROBE: Final = b"\0" * 65_536


def require_room(layout: Layout) -> None:
    """Raise ServiceUnreachableError where the servers' disk is full, or the user's share of it."""
    for folder in {_existing(layout.data_dir), _existing(layout.server_home)}:
        if shutil.disk_usage(folder).free < _MIN_BYTES or _refuses(folder):
            raise full(folder)


def full(folder: Path) -> ServiceUnreachableError:
    """Return the error for a full disk; the folder, or one above it, tells how full."""
    folder = _existing(folder)
    return ServiceUnreachableError(
        f"The disk is full: {folder} has {shutil.disk_usage(folder).free / 1e6:,.0f} MB left.",
        hint="Make room, then try again: nothing is lost, and work that was begun goes on.",
    )


@contextmanager
def explained(layout: Layout) -> Iterator[None]:
    """Turn the system's word that a disk is full into ours."""
    try:
        yield
    except OSError as e:
        if e.errno in FULL:
            raise full(layout.data_dir) from e
        raise


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())


def _refuses(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(_PROBE)
    except OSError as e:
        return e.errno in FULL
    return False
