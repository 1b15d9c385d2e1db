"""Files that were uploaded for a preview, for an hour at most, until somebody says "import"."""

from __future__ import annotations

import re
import secrets
import shutil
import time
from pathlib import Path
from typing import BinaryIO, Final

from lfassess.errors import UsageError
from lfassess.settings import Settings

_KEEP_S: Final = 3_600.0
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{32}")


def hold(settings: Settings, file: BinaryIO) -> str:
    """Store an upload and return its token, which nobody can guess."""
    folder = settings.data_dir / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for old in folder.iterdir():
        if old.stat().st_mtime < time.time() - _KEEP_S:
            old.unlink(missing_ok=True)
    token = secrets.token_urlsafe(24)
    with (folder / token).open("wb") as out:
        shutil.copyfileobj(file, out)
    return token


def held(settings: Settings, token: str) -> Path:
    """Return the file of a token; raises UsageError where it is gone."""
    path = settings.data_dir / "uploads" / token
    if not _TOKEN.fullmatch(token) or not path.is_file():
        raise UsageError("The uploaded file is no longer there. Choose it again.")
    return path
