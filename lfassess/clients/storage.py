"""Stores artefacts as files below the data folder."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from lfassess.errors import ConfigurationError
from lfassess.settings import Settings


class DiskStorage:
    """Keeps files at <data folder>/artefacts/<assessment id>/<name>."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def from_settings(cls, settings: Settings) -> DiskStorage:
        return cls(settings.data_dir / "artefacts")

    def put(self, assessment_id: int, name: str, data: bytes) -> str:
        """Write the file whole or not at all; returns its path.

        Raises:
            ConfigurationError: the data folder can't be written to.
        """
        path = self.root / str(assessment_id) / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{name}.")
            try:
                with os.fdopen(handle, "wb") as f:
                    f.write(data)
                Path(temporary).chmod(0o644)
                Path(temporary).replace(path)
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise
        except OSError as e:
            raise ConfigurationError(
                f"Can't write {path}: {e.strerror}.",
                hint="Make room or mend the folder's rights, or set LFASSESS_DATA_DIR.",
            ) from e
        return str(path)

    def get(self, uri: str) -> bytes | None:
        """Return a stored file's bytes, or None if it is gone."""
        try:
            return Path(uri).read_bytes()
        except OSError:
            return None
