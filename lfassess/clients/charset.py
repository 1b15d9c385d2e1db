"""Finds a page's character set and decodes it, as browsers do (WHATWG HTML §13.2.3.2, Encoding)."""

from __future__ import annotations

import codecs
import re
from typing import Final

import webencodings

_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xfe\xff", "utf-16be"), (b"\xff\xfe", "utf-16le"))
_ALIASES: Final = {"utf8mb4": "utf-8"}  # MySQL's name for it, met in headers
_WIDER: Final = {"gbk": "gb18030"}  # what the standard decodes the first with
_DEFAULT: Final = "windows-1252"
_ALWAYS: Final = 1_024  # bytes that are searched for a meta in any case (HTML §13.2.3.2)
_FAR: Final = 256 * 1_024  # the longest head that is searched
_HEAD_END: Final = re.compile(r"<body[\s>]|</head[\s>]", re.IGNORECASE)

_IN_HEADER: Final = re.compile(r"charset\s*+=\s*+[\"']?([^\"'\s;,]+)", re.IGNORECASE)
_ATTRIBUTE: Final = re.compile(
    r"([^\s/>=]++)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s>]++)))?", re.DOTALL
)
# Comments and what scripts, styles and titles hold are no tags.
_META: Final = re.compile(
    r"<!--.*?(?:-->|\Z)|<(script|style|title|noscript)\b.*?(?:</\1|\Z)|<meta(?=[\s/])([^>]*+)",
    re.IGNORECASE | re.DOTALL,
)
_XML: Final = re.compile(r"\s*<\?xml\b[^>]*?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)


def decode(body: bytes, content_type: str | None) -> str:
    """Return the text: by its byte order mark, else the header, its own meta, or what is usual.

    Args:
        body: unpacked.
        content_type: the header's value; repeats joined by a comma.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, errors="replace")
    encoding = _named(content_type or "") or _declared(body) or _guessed(body)
    codec = codecs.lookup(_WIDER[encoding.name]) if encoding.name in _WIDER else encoding.codec_info
    return str(codec.decode(body, "replace")[0])


def _lookup(label: str) -> webencodings.Encoding | None:
    return webencodings.lookup(_ALIASES.get(label.strip().lower(), label))


def _named(content_type: str) -> webencodings.Encoding | None:
    labels = _IN_HEADER.findall(content_type)
    return _lookup(labels[-1]) if labels else None


def _declared(body: bytes) -> webencodings.Encoding | None:
    """Return what the page says itself: in a meta of its head, or in an XML declaration."""
    head = body[:_FAR].decode("latin-1")
    end = _HEAD_END.search(head)
    head = head[: max(end.start(), _ALWAYS)] if end else head
    for found in _META.finditer(head):
        if found[2] and (encoding := _lookup(_label(found[2]) or "")):
            return _readable(encoding)
    declaration = _XML.match(head)
    encoding = _lookup(declaration[1]) if declaration else None
    return _readable(encoding) if encoding else None


def _readable(encoding: webencodings.Encoding) -> webencodings.Encoding | None:
    """Return what is meant: a page whose own ASCII could be read so far is not in UTF-16."""
    other = {"utf-16le": "utf-8", "utf-16be": "utf-8", "x-user-defined": _DEFAULT}
    return webencodings.lookup(other.get(encoding.name, encoding.name))


def _label(attributes: str) -> str | None:
    values: dict[str, str] = {}
    for name, *quoted in _ATTRIBUTE.findall(attributes):
        values.setdefault(name.lower(), "".join(quoted))
    if label := values.get("charset"):
        return label
    if values.get("http-equiv", "").strip().lower() != "content-type":
        return None
    found = _IN_HEADER.search(values.get("content", ""))
    return found[1] if found else None


def _guessed(body: bytes) -> webencodings.Encoding:
    """Return UTF-8 where the bytes are that, which hardly ever happens by chance."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as e:
        whole = e.end < len(body) or e.reason != "unexpected end of data"
        return webencodings.lookup(_DEFAULT if whole else "utf-8")
    return webencodings.lookup("utf-8")
