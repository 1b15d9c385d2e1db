"""Reads JSON-LD as people paste it: what is broken is repaired where safe, and named."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass, field
from typing import Any, Final

_LONGEST: Final = 500_000  # characters of one script
_DEEPEST: Final = 60
_MAX_ROOTS: Final = 50

# Around the data, harmless to those who read it.
_WRAPPING: Final = re.compile(
    r"\A(?:\s|\ufeff|/\*\s*<!\[CDATA\[\s*\*/|//\s*<!\[CDATA\[|<!\[CDATA\[|<!--(?![^\n]*-->))+"
    r"|(?:\s|;|-->|/\*\s*\]\]>\s*\*/|//\s*\]\]>|\]\]>|//\s*\]\]&gt;)+\Z"
)
_BLANK: Final = re.compile(r"[\s\ufeff]+")
_COMMENT: Final = re.compile(r"/\*.*?\*/|//[^\n]*|<!--.*?-->|<!\[CDATA\[|\]\](?:>|&gt;)", re.DOTALL)
_LITERAL: Final = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null")
_NAME: Final = re.compile(r"[@A-Za-z_$][\w$-]*")
_NAMED: Final = re.compile(r"[@A-Za-z_$][\w$-]*\s*:")
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_CODE: Final = re.compile(r"u([0-9a-fA-F]{4})")

COMMA: Final = "a comma too many"
NO_COMMA: Final = "a missing comma"
COMMENTS: Final = "comments"
SINGLE: Final = "single quotes"
INNER: Final = "unescaped quotation marks"
ENTITIES: Final = "&quot; in place of quotation marks"
SEVERAL: Final = "several objects without a list around them"
BARE: Final = "names without quotation marks"
OPEN: Final = "brackets that are never closed"
BEYOND: Final = "other text around it"
UNREADABLE: Final = "a syntax error that can't be repaired"


@dataclass(frozen=True, slots=True)
class Script:
    """What one script says, and what is wrong with its syntax; [] where nothing can be read."""

    roots: tuple[Any, ...]
    faults: tuple[str, ...]


def read_script(text: str) -> Script:
    """Read one script; JSON by the book has no faults, and a final semicolon is forgiven.

    Line breaks inside texts, a byte order mark, ``<!--`` and CDATA around the data are harmless.
    """
    plain = _WRAPPING.sub("", text[:_LONGEST])
    if not plain:
        return Script((), ())
    try:
        return Script((json.loads(plain, strict=False),), ())
    except (ValueError, RecursionError):
        pass
    faults: list[str] = []
    if "&quot;" in plain and '"' not in plain:
        plain, faults = html.unescape(plain), [ENTITIES]
        try:
            return Script((json.loads(plain, strict=False),), tuple(faults))
        except (ValueError, RecursionError):
            pass
    reader = _Reader(plain, faults)
    try:
        roots = reader.roots()
    except (ValueError, RecursionError):
        return Script((), (UNREADABLE,))
    return Script(tuple(roots), tuple(dict.fromkeys(reader.faults)) or (UNREADABLE,))


@dataclass(slots=True)
class _Reader:
    """Reads JSON with the faults people make; ValueError where it is anybody's guess."""

    text: str
    faults: list[str] = field(default_factory=list)
    at: int = 0
    depth: int = 0
    in_object: bool = False

    def roots(self) -> list[Any]:
        found: list[Any] = []
        while self._peek() and len(found) < _MAX_ROOTS:
            if self._peek() in "{[":
                found.append(self._value())
            elif self._peek() in ",;":
                self.at += 1
            elif found:
                self.faults.append(BEYOND)
                break
            else:
                raise ValueError
        if len(found) > 1:
            self.faults.append(SEVERAL)
        return found

    def _peek(self) -> str:
        """Return the next character that is neither blank nor in a comment, "" at the end."""
        while True:
            if blank := _BLANK.match(self.text, self.at):
                self.at = blank.end()
            elif comment := _COMMENT.match(self.text, self.at):
                self.at = comment.end()
                self.faults.append(COMMENTS)
            else:
                return self.text[self.at : self.at + 1]

    def _value(self) -> Any:
        first = self._peek()
        if first in ("{", "["):
            self.depth += 1
            if self.depth > _DEEPEST:
                raise ValueError
            self.at += 1
            value = self._object() if first == "{" else self._list()
            self.depth -= 1
            return value
        if first in ('"', "'"):
            return self._text(",}]", after_comma="\"'},/<" if self.in_object else "\"'{[],-/<")
        if literal := _LITERAL.match(self.text, self.at):
            self.at = literal.end()
            return json.loads(literal[0])
        raise ValueError

    def _object(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not self._ends("}", bool(found)):
            key = self._key()
            if self._peek() != ":":
                raise ValueError
            self.at += 1
            outer, self.in_object = self.in_object, True
            found[key] = self._value()
            self.in_object = outer
        return found

    def _list(self) -> list[Any]:
        found: list[Any] = []
        while not self._ends("]", bool(found)):
            outer, self.in_object = self.in_object, False
            found.append(self._value())
            self.in_object = outer
        return found

    def _ends(self, bracket: str, some: bool) -> bool:  # noqa: FBT001 - whether anything came before
        """Step over the commas before the next entry; return whether the bracket closes here."""
        commas = 0
        while self._peek() == ",":
            commas += 1
            self.at += 1
        after = self._peek()
        if not after:
            self.faults.append(OPEN)
            return True
        closed = after == bracket
        if commas > (0 if closed or not some else 1):
            self.faults.append(COMMA)
        elif some and not closed and not commas:
            self.faults.append(NO_COMMA)
        self.at += closed
        return closed

    def _key(self) -> str:
        if self._peek() in ('"', "'"):
            return self._text(":", after_comma="")
        if name := _NAME.match(self.text, self.at):
            self.at = name.end()
            self.faults.append(BARE)
            return name[0]
        raise ValueError

    def _text(self, closers: str, *, after_comma: str) -> str:
        """Read a text up to the quotation mark that what follows shows to be its last."""
        mark = self.text[self.at]
        if mark == "'":
            self.faults.append(SINGLE)
        parts: list[str] = []
        at = self.at + 1
        while at < len(self.text):
            char = self.text[at]
            if char == "\\":
                code = _CODE.match(self.text, at + 1)
                following = self.text[at + 1 : at + 2]
                parts.append(chr(int(code[1], 16)) if code else _ESCAPES.get(following, following))
                at = code.end() if code else at + 2
                continue
            if char == mark:
                if self._closes(at + 1, closers, after_comma):
                    self.at = at + 1
                    return "".join(parts)
                self.faults.append(INNER)
            parts.append(char)
            at += 1
        raise ValueError

    def _closes(self, at: int, closers: str, after_comma: str) -> bool:
        """Return whether a quotation mark before ``at`` ends its text, by what comes next."""
        char, then = self._next(at)
        if not char or _COMMENT.match(self.text, then):
            return True
        if char == "," and after_comma:
            following, there = self._next(then + 1)
            named = self.in_object and _NAMED.match(self.text, there) is not None
            return not following or following in after_comma or following.isdigit() or named
        missing_comma = char in "\"'" and "\n" in self.text[at:then]
        return char in closers or missing_comma

    def _next(self, at: int) -> tuple[str, int]:
        """Return the next character that is not blank, and where it is."""
        blank = _BLANK.match(self.text, at)
        at = blank.end() if blank else at
        return self.text[at : at + 1], at
