"""Others' text made fit to be shown: without what terminals and readers obey, and short enough."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, Final

# C0 but tab and line feed, DEL and C1 (with them go ESC, CSI, OSC and the 8-bit forms of both),
# what turns the direction of text, line and paragraph separators, invisible tag characters. Then
# what no XML may hold: halves of surrogate pairs, and two that are no characters.
_ORDERS: Final = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufff9-\ufffb"
    "\U000e0000-\U000e007f\ud800-\udfff\ufffe\uffff"
)
_CONTROLS: Final = re.compile(f"[{_ORDERS}]")
_CONTROLS_AND_BREAKS: Final = re.compile(f"[{_ORDERS}\t\n]")
_BREAKS: Final = re.compile("[\t\n\r\x0b\x0c\x85\u2028\u2029]+")


def plain(text: str) -> str:
    """Return the text without control characters; line feeds and tabs stay.

    What stood around them stays readable: of ``ESC [ 2 J`` is left ``[2J``.
    """
    return text if text.isascii() and text.isprintable() else _CONTROLS.sub("", text)


def one_line(text: str) -> str:
    """Return the text without control characters, on one line: breaks become spaces."""
    if text.isascii() and text.isprintable():
        return text
    return _CONTROLS_AND_BREAKS.sub("", _BREAKS.sub(" ", text))


def plain_json(value: Any) -> Any:
    """Return JSON whose texts, and names of members, are without control characters."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {plain(k) if isinstance(k, str) else k: plain_json(v) for k, v in value.items()}
    if type(value) in (list, tuple):
        return type(value)(map(plain_json, value))
    return value


def escaped(json: str) -> str:
    r"""Return JSON text with the control characters in its strings written as ``\u009b``.

    The standard library escapes C0 alone; nothing is lost, and a terminal obeys nothing.
    """
    return _CONTROLS.sub(_as_escape, json)


def _as_escape(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{int.from_bytes(units[i : i + 2]):04x}" for i in range(0, len(units), 2))


def cut(text: str, longest: int) -> str:
    """Return the text, or its beginning with "…", of at most ``longest`` characters.

    It is cut between words, unless one word makes up half of what is left or more.
    """
    if len(text) <= longest:
        return text
    words, _, rest = text[:longest].rpartition(" ")
    beginning = words if len(rest) < len(words) else text[: longest - 1]
    return beginning.rstrip(" ,;:(") + "…"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return " Did you mean …?" with the nearest of the known words, or nothing."""
    close = get_close_matches(word, list(known), n=1)
    return f" Did you mean {close[0]}?" if close else ""
