"""What a request to the emulated language model says: its text and its pictures."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from lfassess.report.image_type import content_type

Json = dict[str, Any]

_CHARACTERS_PER_TOKEN: Final = 4
# A picture of several tiles at high detail (OpenAI, "Images and vision", calculating costs).
_TOKENS_PER_PICTURE: Final = 85 + 6 * 170


@dataclass(frozen=True, slots=True)
class Asked:
    """The text of all messages, and the pictures that go with it."""

    text: str
    pictures: tuple[bytes, ...] = ()
    unreadable: bool = False  # one of the pictures is none
    instructions: str = ""  # where they stand apart from the messages

    @property
    def tokens(self) -> int:
        return tokens(self.text) + _TOKENS_PER_PICTURE * len(self.pictures)


def tokens(text: str) -> int:
    """Return about how many tokens a text has."""
    return len(text) // _CHARACTERS_PER_TOKEN + 1


def asked_in(said: object) -> Asked:
    """Return what an input says, whether a string, messages or their parts."""
    pictures = [_decoded(url) for url in _addresses(said)]
    readable = tuple(p for p in pictures if p is not None)
    return Asked(_text_of(said), readable, unreadable=len(readable) < len(pictures))


def _text_of(said: object) -> str:
    if isinstance(said, str):
        return said
    if isinstance(said, list):
        return "\n".join(_text_of(item) for item in said)
    if isinstance(said, dict):
        return _text_of(said.get("content") or said.get("text") or "")
    return ""


def _addresses(said: object) -> Iterator[str]:
    """Yield the pictures' addresses: ``image_url`` holds it, in chat completions one level down."""
    if isinstance(said, list):
        for item in said:
            yield from _addresses(item)
    elif isinstance(said, dict):
        image = said.get("image_url")
        if isinstance(image, dict):
            image = image.get("url")
        if isinstance(image, str):
            yield image
        yield from _addresses(said.get("content"))


def _decoded(url: str) -> bytes | None:
    head, _, data = url.partition(";base64,")
    if not head.startswith("data:image/"):
        return None  # a sandbox fetches nothing from elsewhere
    try:
        picture = base64.b64decode(data, validate=True)
    except binascii.Error:
        return None
    return picture if content_type(picture) else None
