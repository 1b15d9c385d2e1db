"""What a visitor can read on a page, from its HTML as it was sent."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from selectolax.lexbor import LexborHTMLParser, LexborNode

_MAX_TEXT_CHARS: Final = 20_000  # characters of text
_HIDDEN: Final = ("script", "style", "noscript", "template", "svg", "iframe", "noframes", "title")
_PICTURES: Final = (
    "img, picture, svg, video, canvas, object, embed, iframe, [style*='url('], [background]"
)
# Elements that don't part words.
_INLINE: Final = frozenset(
    (
        *("a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "label", "mark"),
        *("small", "span", "strong", "sub", "sup", "time", "tt", "u", "wbr"),
    )
)
# Languages that write without spaces: about two characters make a word.
_UNSPACED: Final = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
_WORD: Final = re.compile(r"[^\W_]+(?:['\u2019.-][^\W_]+)*")
_LETTER, _JOINT, _OTHER = b"a- "  # what each byte of Western text is for the counting of words


def _kind(byte: int) -> int:
    char = bytes([byte]).decode("cp1252", "replace")
    if _WORD.fullmatch(char) and char != "\ufffd":
        return _LETTER
    return _JOINT if char in "'\u2019.-" else _OTHER


def _few_others(error: UnicodeError) -> tuple[str, int]:
    """Write letters that Western text has few of (π) as "a", signs (→) as blanks."""
    assert isinstance(error, UnicodeEncodeError)
    others = error.object[error.start : error.end]
    if len(others) > _FEW_OTHERS or _UNSPACED.search(others):
        raise error
    return "".join("a" if _WORD.fullmatch(char) else " " for char in others), error.end


_KINDS: Final = bytes(map(_kind, range(256)))
_FEW_OTHERS: Final = 3  # next to each other
_AS_KINDS: Final = "lfassess.kinds"
codecs.register_error(_AS_KINDS, _few_others)


@dataclass(frozen=True, slots=True)
class Document:
    """A page's title, its visible text line by line, and how many pictures it names."""

    title: str
    text: str
    pictures: int


def read(html: str) -> Document:
    """Return what HTML says; styles from other files, and scripts, may show more or less."""
    tree = LexborHTMLParser(html)
    node = tree.css_first("title")
    title = " ".join(node.text().split()) if node else ""
    pictures = len(tree.css(_PICTURES)) + html.count("background-image")
    return Document(title, visible_text(tree)[:_MAX_TEXT_CHARS], pictures)


def visible_text(tree: LexborHTMLParser) -> str:
    """Return what a visitor can read, a line for each block; the tree loses what isn't shown."""
    tree.strip_tags(list(_HIDDEN))
    body = tree.body
    if body is None:
        return ""
    lines = (line.split() for line in _flow(body).split("\n") if line)
    return "\n".join(" ".join(words) for words in lines if words)


def words_of(element: LexborNode) -> str:
    """Return an element's text on one line, with spaces between what stands on lines of its own."""
    only = element.child
    if only is None or (only.tag == "-text" and only.next is None):
        return " ".join(element.text().split())
    return " ".join(_flow(element).split())


def _flow(element: LexborNode) -> str:
    """Return the text below an element, with line feeds where its parts begin and end a line."""
    parts: list[str] = []
    after: list[tuple[LexborNode | None, str]] = []  # what follows an element, and what ends it
    node: LexborNode | None = element.child
    while node is not None or after:
        if node is None:
            node, end = after.pop()
            parts.append(end)
            continue
        tag, following = node.tag, node.next
        if tag == "-text":
            parts.append(node.text_content or "")
            node = following
            continue
        end = "" if tag in _INLINE else "\n"
        parts.append(end)
        after.append((following, end))
        node = None if tag in _HIDDEN else node.child
    return "".join(parts)


def count_words(text: str) -> int:
    """Return how many words a text has; in Chinese, Japanese and Thai two characters make one."""
    try:
        return _count_western(text.encode("ascii" if text.isascii() else "cp1252", _AS_KINDS))
    except UnicodeEncodeError:
        pass
    if not _UNSPACED.search(text):
        return len(_WORD.findall(text))
    unspaced = len(_UNSPACED.findall(text))
    return len(_WORD.findall(_UNSPACED.sub(" ", text))) + (unspaced + 1) // 2


def _count_western(text: bytes) -> int:
    """Return how often a word begins: what `_WORD` finds, in a tenth of the time."""
    parts = (b" " + text.translate(_KINDS)).split(b"-")
    joined = sum(one[-1:] == b"a" == two[:1] for one, two in pairwise(parts))
    return b" ".join(parts).count(b" a") - joined
