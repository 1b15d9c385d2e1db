"""Which names an artefact may have: none that leads out of its assessment's folder."""

from __future__ import annotations

import re
from typing import Final

NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")


def checked_name(assessment_id: int, name: str) -> str:
    """Return "<assessment id>/<name>".

    Raises:
        ValueError: the name holds more than letters, digits, dots, dashes and underscores, starts
            with a dot, or is too long.
    """
    if not NAME.fullmatch(name):
        raise ValueError(f"no name for an artefact: {name[:80]!r}")
    return f"{int(assessment_id)}/{name}"
