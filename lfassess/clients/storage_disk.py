"""Keeps artefacts as files below the data folder."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

from lfassess.clients.storage_names import checked_name
from lfassess.errors import ConfigurationError, StorageError
from lfassess.settings import Settings

_MAY_PASS = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EMFILE, errno.ENFILE}
_READABLE = 0o644  # whatever the umask: web servers hand out reports


class DiskStorage:
    """Keeps files at <data folder>/artefacts/<assessment id>/<name>; URIs are absolute paths."""

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
        """Write the file whole or not at all; returns its path.

        Raises:
            ValueError: the name could lead elsewhere.
            ConfigurationError: the data folder can't be written to.
            StorageError: it can't be at the moment: the disk is full.
        """
        path = self.root / checked_name(assessment_id, name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, data)
        except OSError as e:
            raise _refused("write", path, e) from e
        return str(path)

    def get(self, uri: str) -> bytes | None:
        """Return a stored file's bytes, or None if it is gone or lies elsewhere."""
        path = self._below_root(uri)
        try:
            return path.read_bytes() if path else None
        except OSError:
            return None

    def link(self, uri: str, expires_s: int) -> str:  # noqa: ARG002 - files don't expire
        """Return a file:// URL, good on this machine."""
        return Path(uri).absolute().as_uri()

    def delete(self, uri: str) -> bool:
        """Remove the file, and its folder with the last one.

        Raises:
            ConfigurationError: the data folder can't be written to.
            StorageError: it can't be at the moment: the disk is full.
        """
        path = self._below_root(uri)
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

    def _below_root(self, uri: str) -> Path | None:
        path = Path(uri).resolve()
        return path if path.is_relative_to(self.root.resolve()) else None


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
