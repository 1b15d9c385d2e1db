"""A print of the code that is installed: it changes when a file of it does."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import lfassess

_PACKAGE: Final = Path(lfassess.__file__).parent
_LENGTH: Final = 12


@cache
def code_print(package: Path = _PACKAGE) -> str:
    """Return a short hash over names, sizes and times of the package's files and of configs/.

    Nothing is read but the folders, so that every command can afford it.
    """
    folders = (package, package.with_name("configs"))
    lines = [line for folder in folders if folder.is_dir() for line in _files(str(folder))]
    text = "\n".join(sorted(lines)).encode(errors="surrogateescape")
    return hashlib.sha256(text).hexdigest()[:_LENGTH]


def is_other_code(fingerprint: str) -> bool:
    """Tell whether a worker or supervisor with this fingerprint runs other code than ours."""
    return fingerprint.rpartition(".")[2] != code_print()


def _files(folder: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _files(entry.path)
            else:
                status = entry.stat()
                yield f"{entry.path}\0{status.st_size}\0{status.st_mtime_ns}"
