"""Shortens texts for people: between words, with an ellipsis."""

from __future__ import annotations


def cut(text: str, longest: int) -> str:
    """Return the text, or its beginning with "…", of at most ``longest`` characters.

    It is cut between words, unless one word makes up half of what is left or more.
    """
    if len(text) <= longest:
        return text
    words, _, rest = text[:longest].rpartition(" ")
    beginning = words if len(rest) < len(words) else text[: longest - 1]
    return beginning.rstrip(" ,;:(") + "…"
