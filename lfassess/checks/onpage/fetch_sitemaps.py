"""Reads sitemaps: XML, lists of addresses, packed ones; bounded, and no entity is ever expanded."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

MOST: Final = 50_000  # addresses of one sitemap, by the protocol
_MAX_BYTES: Final = 10_000_000  # unpacked; sitemaps proper may have 50 MB
_LONGEST: Final = 2_048
_DEEPEST: Final = 20
_GZIP: Final = b"\x1f\x8b"
_PIECE: Final = 64 * 1024
ENTITIES: Final = "it declares entities, which sitemaps don't have"
NOT_XML: Final = "it is a web page, not a sitemap"
EMPTY: Final = "it is empty"
PACKED: Final = "it can't be unpacked"
DEEP: Final = "its elements are nested without end"


@dataclass(frozen=True, slots=True)
class Listed:
    """What one file lists; ``index`` where its addresses are other sitemaps'."""

    urls: tuple[str, ...] = ()
    index: bool = False
    cut: bool = False
    fault: str | None = None


class _StopError(Exception):
    """Enough was read, or more must not be."""


@dataclass(slots=True)
class _Reading:
    urls: list[str] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    prefix: str = ""
    index: bool = False
    fault: str | None = None
    cut: bool = False

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        prefix, _, local = name.rpartition(":")
        # Pictures and films of a page have addresses, too; their elements have a prefix.
        self.path.append(local.lower() if not self.path or prefix == self.prefix else name)
        if len(self.path) > _DEEPEST:
            self.fault = DEEP
            raise _StopError
        if len(self.path) == 1:
            self.prefix = prefix
            self.index = self.path[0] == "sitemapindex"
            if self.path[0] in {"html", "head", "body"}:
                self.fault = NOT_XML
                raise _StopError
        self.text = []

    def data(self, text: str) -> None:
        if self.path and self.path[-1] == "loc" and len(self.text) < _LONGEST:
            self.text.append(text)

    def end(self, _name: str) -> None:
        if self.path and self.path.pop() == "loc" and self.path[-1:] in (["url"], ["sitemap"]):
            if url := "".join(self.text).strip()[:_LONGEST]:
                self.urls.append(url)
            if len(self.urls) >= MOST:
                self.cut = True
                raise _StopError

    def refuse(self, *_declared: object) -> None:
        self.fault = ENTITIES
        raise _StopError


def read(body: bytes, *, truncated: bool = False) -> Listed:
    """Return what a sitemap lists.

    Args:
        body: as it came, packed or not.
        truncated: whether the body is only a beginning, whose end is no fault.
    """
    if body.startswith(_GZIP):
        unpacked, whole = _unpacked(body)
        if not unpacked:
            return Listed(fault=PACKED)
        body, truncated = unpacked, truncated or not whole
    if len(body) > _MAX_BYTES:
        body, truncated = body[:_MAX_BYTES], True
    if not body.strip():
        return Listed(fault=EMPTY)
    if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return _lines(body, truncated=truncated)
    return _xml(body, truncated=truncated)


def _xml(body: bytes, *, truncated: bool) -> Listed:
    reading = _Reading()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.data
    parser.EntityDeclHandler = reading.refuse
    try:
        for at in range(0, len(body), _PIECE):
            parser.Parse(body[at : at + _PIECE], False)  # noqa: FBT003 - whether it is the last
        if not truncated:
            parser.Parse(b"", True)  # noqa: FBT003 - see above
    except _StopError:
        pass
    except (expat.ExpatError, ValueError, LookupError) as e:
        page = b"<html" in body[:1_000].lower() or b"<!doctype html" in body[:1_000].lower()
        reading.fault = NOT_XML if page else f"its XML is broken ({str(e)[:80]})"
    return Listed(tuple(reading.urls), reading.index, truncated or reading.cut, reading.fault)


def _lines(body: bytes, *, truncated: bool) -> Listed:
    """Read the text form: one address a line."""
    lines = [line.strip() for line in body.decode("utf-8", "replace").splitlines()[:MOST]]
    urls = [line[:_LONGEST] for line in lines if line.startswith(("http://", "https://"))]
    fault = None if urls else "it lists no addresses"
    return Listed(tuple(urls), cut=truncated, fault=fault)


def _unpacked(body: bytes) -> tuple[bytes, bool]:
    """Return what a gzip file holds, as far as it goes, and whether that is all."""
    inflater = zlib.decompressobj(31)
    try:
        data = inflater.decompress(body, _MAX_BYTES)
    except zlib.error:
        return b"", False
    return data, inflater.eof
