"""What ChromeDriver, Chromium and Node find in their environment: no key, no address of ours."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

# Tells a worker's orphans, such as a browser, from everybody else's.
ORPHAN_MARKER: Final = "LFASSESS_PART"

# Language, time zone, fonts and where shared libraries lie; everything else stays outside.
_PASSED_ON: Final = (
    "LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "TZ", "FONTCONFIG_FILE", "FONTCONFIG_PATH",
    "LD_LIBRARY_PATH", ORPHAN_MARKER,
)  # fmt: skip


def minimal_environment(home: Path) -> dict[str, str]:
    """Return the whole environment of a program whose home and temporary folder is ``home``."""
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return {
        **passed_on,
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "TMPDIR": str(home),
    }
