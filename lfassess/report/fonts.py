"""The report's own letters, as styles that hold the font files."""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent / "static" / "fonts"
_FAMILIES: Final = {"Source Sans 3": "source-sans-3", "Source Serif 4": "source-serif-4"}
# A browser takes the nearest weight, so that 600 is bold enough for 700.
_WEIGHTS: Final = (400, 600)
# What the files hold; letters beyond it come from the system's fonts.
_RANGE: Final = (
    "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+0304, U+0308, "
    "U+0329, U+2000-206F, U+20AC, U+2122, U+2191, U+2193, U+2212, U+2215, U+FEFF, U+FFFD"
)


@cache
def css() -> str:
    """Return a rule for each font file, its bytes inside."""
    return "\n".join(
        _rule(family, name, weight) for family, name in _FAMILIES.items() for weight in _WEIGHTS
    )


def _rule(family: str, name: str, weight: int) -> str:
    data = (_FOLDER / f"{name}-latin-{weight}-normal.woff2").read_bytes()
    return (
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; '
        f"src: url(data:font/woff2;base64,{base64.b64encode(data).decode()}) format('woff2'); "
        f"unicode-range: {_RANGE}; }}"
    )
