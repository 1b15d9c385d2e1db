"""Installs the pinned Lighthouse below the data folder."""

from __future__ import annotations

import fcntl
import hashlib
import math
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

from lfassess.clients.lighthouse.nodejs import npm
from lfassess.errors import ConfigurationError, ToolMissingError
from lfassess.settings import Settings

_HERE = Path(__file__).parent
_MANIFESTS = ("package.json", "package-lock.json")
_NPM_S = 300.0
_LOOK_AGAIN_S = 0.2
_SCRIPT: Final = Path("node_modules") / "axe-core" / "axe.min.js"


def _stamp() -> str:
    digest = hashlib.sha256(b"".join((_HERE / name).read_bytes() for name in _MANIFESTS))
    return digest.hexdigest()[:16]


def folder(settings: Settings) -> Path:
    """Return where Lighthouse belongs, by the settings."""
    place = settings.lighthouse_dir or settings.data_dir / "lighthouse"
    return place.absolute()  # Node looks for modules from absolute folders only


def places(settings: Settings) -> list[Path]:
    """Return the folders that may hold today's Lighthouse; `make setup` installs beside Python."""
    found = [folder(settings)]
    if settings.lighthouse_dir is None:
        found.append(Path(sys.prefix) / "lighthouse")
    return [place / _stamp() for place in found]


def installed(settings: Settings) -> Path | None:
    """Return the folder that holds today's Lighthouse, or None."""
    found = places(settings)
    return next((p for p in found if (p / "node_modules" / "lighthouse").is_dir()), None)


def install(
    settings: Settings,
    on_progress: Callable[[str], None] | None = None,
    *,
    deadline: float | None = None,
) -> Path:
    """Install Lighthouse if need be; returns its folder.

    Several processes may ask at once; one installs, the others wait. What is there is whole.

    Args:
        settings: where it belongs.
        on_progress: called when an installation begins.
        deadline: time.monotonic() by which it must be done, if that is within five minutes.

    Raises:
        ToolMissingError: npm could not install it.
        ConfigurationError: the folder can't be written to.
    """
    if found := installed(settings):
        return found
    place = folder(settings)
    end = min(deadline or math.inf, time.monotonic() + _NPM_S)
    with _locked(place, end):
        if found := installed(settings):
            return found
        if on_progress:
            on_progress("Installing Lighthouse ...")
        with tempfile.TemporaryDirectory(dir=place, prefix=".new-") as temporary:
            new = Path(temporary) / "new"
            new.mkdir()
            for name in _MANIFESTS:
                shutil.copy(_HERE / name, new)
            _npm_ci(new, end)
            target = place / _stamp()
            shutil.rmtree(target, ignore_errors=True)
            new.rename(target)
    return place / _stamp()


@contextmanager
def _locked(place: Path, end: float) -> Iterator[None]:
    try:
        place.mkdir(parents=True, exist_ok=True)
        lock = os.open(place / ".lock", os.O_CREAT | os.O_RDWR, 0o644)
    except OSError as e:
        raise ConfigurationError(
            f"Lighthouse can't be installed in {place}: {e.strerror}.",
            hint="Fix the folder's rights, or set LFASSESS_LIGHTHOUSE_DIR.",
        ) from e
    try:
        while not _is_ours(lock):
            if time.monotonic() > end:
                raise _not_installed("another process is still at it")
            time.sleep(_LOOK_AGAIN_S)
        yield
    finally:
        os.close(lock)


def _is_ours(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _npm_ci(place: Path, end: float) -> None:
    """Install exactly what the lock file names; no install scripts are run."""
    command = [*npm(), "ci", "--ignore-scripts", "--omit=dev", "--no-audit", "--no-fund",
               "--loglevel=error"]  # fmt: skip
    left = max(end - time.monotonic(), 0.0)
    try:
        done = subprocess.run(
            command, cwd=place, capture_output=True, text=True, timeout=left, check=False
        )
    except subprocess.TimeoutExpired as e:
        raise _not_installed("npm took too long") from e
    if done.returncode != 0:
        lines = done.stderr.strip().splitlines()
        raise _not_installed(lines[0][:200] if lines else f"npm ended with {done.returncode}")


def _not_installed(reason: str) -> ToolMissingError:
    return ToolMissingError(
        f"Lighthouse could not be installed: {reason}.",
        provider="lighthouse",
        hint="It needs the npm registry once; or set LFASSESS_LIGHTHOUSE_DIR to where it is.",
    )


def axe_source(settings: Settings) -> str | None:
    """Return axe-core's script, or None where Lighthouse, or its axe-core, is not installed."""
    found = next((p / _SCRIPT for p in places(settings) if (p / _SCRIPT).is_file()), None)
    return _read(found) if found else None


@cache
def _read(path: Path) -> str:
    return path.read_text("utf-8")
