"""Recognises bitmaps by their first bytes, never by what they claim, and tells their size."""

from __future__ import annotations

from typing import Final

_KINDS: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF8", "image/gif"),
)

_PNG_HEADER: Final = 24  # bytes up to its height
_MARKER: Final = 0xFF
_FRAMES: Final = {0xC0, 0xC1, 0xC2}  # of a JPEG: baseline, extended, progressive


def content_type(data: bytes) -> str | None:
    """Return the type of a bitmap that browsers show and that can hold no script, or None."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in _KINDS if data.startswith(magic)), None)


def size(data: bytes) -> tuple[int, int] | None:
    """Return width and height of a JPEG, a PNG or a lossy WebP in pixels; None of anything else."""
    kind = content_type(data)
    found = None
    if kind == "image/png" and len(data) >= _PNG_HEADER:
        found = (int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big"))
    elif kind == "image/webp" and data[12:16] == b"VP8 ":
        w, h = (int.from_bytes(data[at : at + 2], "little") & 0x3FFF for at in (26, 28))
        found = (w, h)
    elif kind == "image/jpeg":
        found = _jpeg_size(data)
    return found if found and all(found) else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Walk the segments to the frame's header: FF, marker, length, precision, height, width."""
    at = 2
    while at + 9 <= len(data) and data[at] == _MARKER:
        if data[at + 1] in _FRAMES:
            height, width = (int.from_bytes(data[i : i + 2], "big") for i in (at + 5, at + 7))
            return width, height
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None
