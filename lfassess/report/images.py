"""Pictures for the report: bitmaps alone, told by their first bytes, never by what they claim."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lfassess.report.model import Screenshot
from lfassess.report.text import clean

_KINDS: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
)


def content_type(data: bytes) -> str | None:
    """Return the type of a bitmap that browsers show and that can hold no script, or None."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in _KINDS if data.startswith(magic)), None)


def screenshots(artefacts: Mapping[str, bytes], business: str) -> tuple[Screenshot, ...]:
    """Return the pictures among the artefacts: desktop, phone, then others by name."""
    names = sorted(artefacts, key=lambda n: (not _is(n, "desktop"), not _is(n, "mobile"), n))
    return tuple(
        _screenshot(name, kind, artefacts[name], business)
        for name in names
        if (kind := content_type(artefacts[name]))
    )


def _screenshot(name: str, kind: str, data: bytes, business: str) -> Screenshot:
    device = "a phone" if _is(name, "mobile") else "a desktop computer"
    if not _is(name, "mobile") and not _is(name, "desktop"):
        device = clean(name.rsplit(".", 1)[0], 60)
    return Screenshot(
        name=clean(name, 100),
        alt=f"Home page of {business} as shown on {device}",
        caption=f"On {device}",
        content_type=kind,
        data=data,
        wide=not _is(name, "mobile"),
    )


def _is(name: str, device: str) -> bool:
    return name.startswith(device)
