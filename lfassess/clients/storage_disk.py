"""Keeps artefacts as files below the data folder."""

from __future__ import annotations

import errno
import os
import re
import tempfile
from pathlib import Path
from typing import Final

from lfassess.errors import ConfigurationError, StorageError
from lfassess.settings import Settings

NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_MAY_PASS = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE}
_OF_ANOTHER_FOLDER = re.compile(rf"/(?:.*/)?artefacts/([0-9]+)/({NAME.pattern})")
PRIVATE = 0o700  # the data folder may let others pass, on the way to its servers' data
_READABLE = 0o644  # whatever the umask: whoever is let into the folder may read what is in it


def checked_name(assessment_id: int, name: str) -> str:
    """Return "<assessment id>/<name>".

    Raises:
        ValueError: the name holds more than letters, digits, dots, dashes and underscores, starts
            with a dot, or is too long.
    """
    if not NAME.fullmatch(name):
        raise ValueError(f"no name for an artefact: {name[:80]!r}")
    return f"{int(assessment_id)}/{name}"


class DiskStorage:
    """Keeps files at <data folder>/artefacts/<assessment id>/<name>.

    URIs are paths below the data folder, so that one that was moved or restored keeps its files.
    Those of earlier versions are absolute; one that leads into another data folder, since this
    one was there once, stands for the file of that assessment and name here.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def from_settings(cls, settings: Settings) -> DiskStorage:
        return cls(settings.data_dir / "artefacts")

    def put(
        self,
        assessment_id: int,
        name: str,
        data: bytes,
        content_type: str = "",  # noqa: ARG002 - a file has none
    ) -> str:
        """Write the file whole or not at all; returns its path below the data folder.

        Raises:
            ValueError: the name could lead elsewhere.
            ConfigurationError: the data folder can't be written to.
            StorageError: it can't be at the moment: the disk is full.
        """
        relative = checked_name(assessment_id, name)
        path = self.root / relative
        try:
            self.root.parent.mkdir(parents=True, exist_ok=True)
            self.root.mkdir(mode=PRIVATE, exist_ok=True)
            path.parent.mkdir(exist_ok=True)
            _write(path, data)
        except OSError as e:
            raise _refused("write", path, e) from e
        return f"{self.root.name}/{relative}"

    def get(self, uri: str) -> bytes | None:
        """Return a stored file's bytes, or None if it is gone or lies elsewhere."""
        path = self.path(uri)
        try:
            return path.read_bytes() if path else None
        except OSError:
            return None

    def link(self, uri: str, expires_s: int) -> str:  # noqa: ARG002 - files don't expire
        """Return a file:// URL, good on this machine."""
        return (self.path(uri) or Path(uri)).absolute().as_uri()

    def delete(self, uri: str) -> bool:
        """Remove the file, and its folder with the last one.

        Raises:
            ConfigurationError: the data folder can't be written to.
            StorageError: it can't be at the moment: the disk is full.
        """
        path = self.path(uri)
        if path is None:
            return False
        try:
            path.unlink()
        except FileNotFoundError:
            return False
        except OSError as e:
            raise _refused("remove", path, e) from e
        _remove_if_empty(path.parent)
        return True

    def path(self, uri: str) -> Path | None:
        """Return where the file lies, absolute, whether it is there or not; None: it isn't ours."""
        path = (self.root.parent / uri).resolve()
        root = self.root.resolve()
        if path.is_relative_to(root):
            return path
        own = _OF_ANOTHER_FOLDER.fullmatch(uri)
        return root / own[1] / own[2] if own else None


def _write(path: Path, data: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:64]}.")
    try:
        with os.fdopen(handle, "wb") as f:
            f.write(data)
        Path(temporary).chmod(_READABLE)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return


def _refused(verb: str, path: Path, e: OSError) -> StorageError | ConfigurationError:
    if e.errno in _MAY_PASS:
        return StorageError(
            f"Can't {verb} {path}: {e.strerror}.", hint="Make room; it is tried again."
        )
    return ConfigurationError(
        f"Can't {verb} {path}: {e.strerror}.",
        hint="Fix the folder's rights, or set LFASSESS_DATA_DIR.",
    )
