"""A QR code as one path of a drawing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_QUIET: Final = 4  # modules of white around it, by ISO/IEC 18004


@dataclass(frozen=True, slots=True)
class Drawing:
    """A path for a view box of ``size`` by ``size``."""

    size: int
    path: str


def drawn(link: str | None) -> Drawing | None:
    """Return the code of an address, or None without one."""
    if link is None:
        return None
    import segno  # noqa: PLC0415 - few reports have a link

    rows = tuple(segno.make_qr(link, error="m").matrix)
    path = "".join(
        f"M{x + _QUIET} {y + _QUIET}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, dark in enumerate(row)
        if dark
    )
    return Drawing(len(rows) + 2 * _QUIET, path)
