"""Which scripts this machine's fonts can't show: screenshots and PDFs have boxes in their place."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from typing import Final

INSTALL_HINT: Final = "Install fonts: `lfassess setup`"
_ANSWER_S: Final = 10
# What fontconfig is asked; the emoji is one that plain text fonts lack.
_PATTERNS: Final[Mapping[str, str]] = {
    "Chinese": ":lang=zh-cn",
    "Japanese": ":lang=ja",
    "Korean": ":lang=ko",
    "emoji": ":charset=1f409",
}


def missing() -> list[str] | None:
    """Return the scripts without a font; None where fontconfig can't be asked."""
    program = shutil.which("fc-list")
    if program is None:
        return None
    answers = {name: _fonts(program, pattern) for name, pattern in _PATTERNS.items()}
    if None in answers.values():
        return None
    return [name for name, found in answers.items() if not found]


def _fonts(program: str, pattern: str) -> str | None:
    try:
        done = subprocess.run(
            [program, pattern, "family"],
            capture_output=True,
            text=True,
            timeout=_ANSWER_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
