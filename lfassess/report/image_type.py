"""Recognises bitmaps by their first bytes, never by what they claim."""

from __future__ import annotations

from typing import Final

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
