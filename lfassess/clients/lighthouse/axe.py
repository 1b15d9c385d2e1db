"""axe-core, which comes with Lighthouse: one copy serves both."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from lfassess.clients.lighthouse.install import places
from lfassess.settings import Settings

_SCRIPT: Final = Path("node_modules") / "axe-core" / "axe.min.js"


def axe_source(settings: Settings) -> str | None:
    """Return axe-core's script, or None where Lighthouse, or its axe-core, is not installed."""
    found = next((p / _SCRIPT for p in places(settings) if (p / _SCRIPT).is_file()), None)
    return _read(found) if found else None


@cache
def _read(path: Path) -> str:
    return path.read_text("utf-8")
