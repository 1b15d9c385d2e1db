"""A fault in lfassess itself: a line for the user, the traceback in a file."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from lfassess import __version__
from lfassess.errors import InternalFaultError, LfassessError
from lfassess.log import redact
from lfassess.plain_text import one_line

_MAX_SHOWN_CHARS: Final = 300


def internal_fault(error: Exception) -> InternalFaultError:
    """Return what to say of an exception that nobody expected; its traceback goes into a file."""
    said, written = f"{type(error).__name__}: {error}", _write(error)
    return InternalFaultError(
        f"A fault in lfassess itself: {one_line(redact(said))[:_MAX_SHOWN_CHARS]}",
        hint=f"The traceback is in {written}. Please report it with that file; it has no keys."
        if written
        else "Its traceback could not be written to a file.",
    )


def _write(error: Exception) -> Path | None:
    text = "\n".join(
        [
            f"lfassess {__version__}, Python {platform.python_version()}, {platform.platform()}",
            f"command: {' '.join(sys.argv[1:])}",
            "".join(traceback.format_exception(error)),
        ]
    )
    name = f"crash-{datetime.now(UTC):%Y%m%d-%H%M%S}-{os.getpid()}.log"
    for folder in (_logs, lambda: Path(tempfile.gettempdir())):
        try:
            path = folder() / name
            with open(path, "x", opener=lambda p, flags: os.open(p, flags, 0o600)) as f:
                f.write(redact(text))
        except (OSError, LfassessError):
            continue
        return path
    return None


def _logs() -> Path:
    from lfassess.paths import Layout
    from lfassess.settings import get_settings

    return Layout(get_settings().data_dir).logs
