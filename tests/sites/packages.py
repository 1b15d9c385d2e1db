"""Packages of real websites: fetched at pinned versions, unpacked outside the project's folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from platformdirs import user_cache_path

CACHE: Final = user_cache_path("lfassess") / "test-sites"
_LIMIT_S: Final = 180


class PackageMissingError(Exception):
    """A package can't be fetched here: no network, no client, or no such version."""


def unpacked(package: str, cache: Path = CACHE) -> Path:
    """Return the folder of `npm:NAME@VERSION` or `deb:NAME=VERSION`, fetched where it is missing.

    Debian keeps only the newest point release of a version: where the pinned one is gone, the one
    that Debian offers is taken.
    """
    kind, _, name = package.partition(":")
    folder = cache / f"{kind}-{name.replace('/', '+')}"
    if folder.is_dir():
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache, prefix=".new-") as temporary:
        fresh = Path(temporary) / "unpacked"
        fresh.mkdir()
        _FETCH[kind](name, Path(temporary), fresh)
        try:
            fresh.rename(folder)
        except OSError:  # another process was quicker
            if not folder.is_dir():
                raise
    return folder


def _npm(name: str, work: Path, into: Path) -> None:
    _run(
        ["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", str(work), name], work
    )
    archive = next(work.glob("*.tgz"))
    _run(["tar", "-xzf", str(archive), "-C", str(into), "--strip-components=1"], work)


def _debian(name: str, work: Path, into: Path) -> None:
    try:
        _run(["apt-get", "-qq", "download", name], work)
    except PackageMissingError:
        if os.geteuid() == 0:
            _run(["apt-get", "-qq", "update"], work)
        _run(["apt-get", "-qq", "download", name.partition("=")[0]], work)
    _run(["dpkg-deb", "-x", str(next(work.glob("*.deb"))), str(into)], work)


_FETCH: Final[Mapping[str, Callable[[str, Path, Path], None]]] = {"npm": _npm, "deb": _debian}


def _run(words: list[str], folder: Path) -> None:
    if shutil.which(words[0]) is None:
        raise PackageMissingError(f"{words[0]} is not installed")
    try:
        done = subprocess.run(
            words, cwd=folder, capture_output=True, text=True, timeout=_LIMIT_S, check=False
        )
    except subprocess.TimeoutExpired as e:
        raise PackageMissingError(f"{' '.join(words)}: no answer") from e
    if done.returncode != 0:
        raise PackageMissingError(f"{' '.join(words)}: {done.stderr.strip()[-300:]}")
