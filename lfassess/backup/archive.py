"""The backup file: a tar archive whose last member proves that it is whole.

Members, in this order: manifest.json, database.dump (pg_dump's custom format), settings.toml,
scale.json, artefacts/<assessment id>/<name> for each file, checksums.json.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, Protocol

from lfassess.errors import UsageError

FORMAT: Final = "lfassess.backup/1"
MANIFEST: Final = "manifest.json"
DUMP: Final = "database.dump"
SETTINGS: Final = "settings.toml"
SCALE: Final = "scale.json"
ARTEFACTS: Final = "artefacts"
_CHECKSUMS: Final = "checksums.json"
_ARTEFACT: Final = re.compile(r"artefacts/[0-9]{1,19}/[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_SMALL: Final = {MANIFEST, SETTINGS, SCALE}
_CHUNK: Final = 1 << 20


class Readable(Protocol):
    """What a member's bytes are read from."""

    def read(self, size: int = -1, /) -> bytes: ...


class Writer:
    """Writes one backup; `close` adds what proves it whole."""

    def __init__(self, out: IO[bytes]) -> None:
        self._tar = tarfile.open(fileobj=out, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - closed by close()
        self._sums: dict[str, str] = {}

    def add_bytes(self, name: str, data: bytes) -> None:
        self.add(name, io.BytesIO(data), len(data))

    def add_json(self, name: str, value: Any) -> None:
        self.add_bytes(name, json.dumps(value, indent=1, default=str).encode())

    def add(self, name: str, source: Readable, size: int) -> None:
        """Add a member of so many bytes."""
        member = tarfile.TarInfo(name)
        member.size, member.mode, member.mtime = size, 0o600, int(time.time())
        hashing = _Hashing(source)
        self._tar.addfile(member, hashing)
        self._sums[name] = hashing.hexdigest()

    def close(self) -> None:
        data = json.dumps(self._sums).encode()
        member = tarfile.TarInfo(_CHECKSUMS)
        member.size, member.mode = len(data), 0o600
        self._tar.addfile(member, io.BytesIO(data))
        self._tar.close()


class _Hashing:
    def __init__(self, source: Readable) -> None:
        self._source = source
        self._digest = hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        data = self._source.read(size)
        self._digest.update(data)
        return data

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


def unpack(source: IO[bytes], folder: Path, name: str) -> dict[str, Any]:
    """Unpack a backup into an empty folder, and return its manifest.

    Args:
        source: the backup; read once from front to back.
        folder: where the members go; nothing is written elsewhere.
        name: of the backup, for messages.

    Raises:
        UsageError: it is no backup, of an unknown format, incomplete or damaged.
    """
    try:
        sums, expected = _extract(source, folder, name)
    except (tarfile.TarError, EOFError, ValueError) as e:
        raise UsageError(
            f"{name} is not a whole backup of lfassess: {e}.", hint="Nothing was changed."
        ) from e
    if expected is None:
        raise _damaged(name, "its end is missing")
    if wrong := sorted(n for n in {*sums, *expected} if sums.get(n) != expected.get(n)):
        raise _damaged(name, f"{wrong[0]} is not what was written")
    manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    if manifest.get("format") != FORMAT:
        raise UsageError(
            f"{name} is of format {manifest.get('format')!r}; this version reads {FORMAT}.",
            hint="Restore it with the version of lfassess that made it.",
        )
    return manifest


def _extract(
    source: IO[bytes], folder: Path, name: str
) -> tuple[dict[str, str], dict[str, str] | None]:
    sums: dict[str, str] = {}
    expected = None
    with tarfile.open(fileobj=source, mode="r|") as tar:
        for member in tar:
            content = tar.extractfile(member) if member.isfile() else None
            if content is None or not _is_known(member.name):
                raise _damaged(name, f"it holds {member.name[:80]!r}")
            if not sums and member.name != MANIFEST:
                raise _damaged(name, "it does not begin with a manifest")
            if member.name == _CHECKSUMS:
                expected = json.load(content)
            else:
                sums[member.name] = _copy(content, folder / member.name)
    return sums, expected


def _is_known(name: str) -> bool:
    return name in {*_SMALL, DUMP, _CHECKSUMS} or bool(_ARTEFACT.fullmatch(name))


def _copy(content: IO[bytes], target: Path) -> str:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with target.open("xb") as out:
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
            out.write(chunk)
    return digest.hexdigest()


def _damaged(name: str, how: str) -> UsageError:
    return UsageError(
        f"{name} is not a whole backup of lfassess: {how}.", hint="Nothing was changed."
    )


@contextmanager
def written_whole(path: Path) -> Iterator[IO[bytes]]:
    """Open a file for writing that takes its name only when the block ends well."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        partial.unlink(missing_ok=True)
        with partial.open("xb") as out:
            partial.chmod(0o600)
            yield out
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
