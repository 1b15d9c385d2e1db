"""Finds out in which encoding a list was saved; stops and asks where that can't be determined."""

from __future__ import annotations

import codecs
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from charset_normalizer import from_bytes

from lfassess.errors import UsageError

UTF8: Final = "utf-8-sig"  # with or without a byte order mark
_BLOCK: Final = 1 << 20
_SAMPLE: Final = 64 * 1024  # bytes of lines with characters beyond ASCII
_NAMES: Final = 3  # shown to whoever has to choose
_SURE: Final = 0.08  # by so much the best must lead, in faults per character beyond ASCII
_MIXED_SHARE: Final = 4  # lines that are not UTF-8 for one that is, at most, in a mixed file
_MESSY: Final = 0.3  # share of odd characters at which the library gives an encoding up
_FOREIGN: Final = 0.5  # of a fault: a letter of another language than most are of
_BAD: Final = 0.5  # faults per such character that no right reading has

# What spreadsheets and exports save lists in, the usual ones first; a tie goes to the first.
CANDIDATES: Final = {
    "cp1252": "Windows-1252 (Western European)",
    "cp1250": "Windows-1250 (Central European)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp1255": "Windows-1255 (Hebrew)",
    "cp1256": "Windows-1256 (Arabic)",
    "mac_roman": "MacRoman (Macintosh)",
    "cp850": "CP850 (MS-DOS)",
    "cp932": "Shift_JIS (Japanese)",
    "gb18030": "GBK (Chinese)",
    "big5": "Big5 (Chinese)",
    "euc_kr": "EUC-KR (Korean)",
    "koi8_r": "KOI8-R (Cyrillic)",
    "iso8859_2": "ISO 8859-2 (Central European)",
}
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Lead bytes of the characters that each standard lists as the usual ones (its first level).
_USUAL: Final = {
    "gb18030": (0xB0, 0xD7),
    "big5": (0xA4, 0xC6),
    "cp932": (0x81, 0x97),
    "euc_kr": (0xB0, 0xC8),
}
# Letters that are rare wherever they are used; wrong readings are full of them.
_RARE: Final = frozenset(
    "\u00dd\u00de\u00fe\u00f0\u00d0\u0154\u0155\u013d\u013e\u0139\u013a\u00ff\u0178\u0192\u0111\u0110\u0162\u0163"
)
# The letters beyond ASCII of languages whose lists are met: a right reading has one language's.
_ALPHABETS: Final = tuple(
    frozenset(letters)
    for letters in (
        "àâæçéèêëîïôœùûü",  # French
        "äöüßé",  # German
        "áéíñóúüçàèïò",  # Spanish, Catalan
        "àèéìîïòóù",  # Italian
        "éëïóöüèê",  # Dutch
        "ãáàâçéêíóôõúü",  # Portuguese
        "åäöéæø",  # Swedish, Finnish, Danish, Norwegian
        "áéíóúýþæöð",  # Icelandic
        "ąćęłńóśźż",  # Polish
        "áčďéěíňóřšťúůýž",  # Czech
        "áäčďéíĺľňóôŕšťúýž",  # Slovak
        "áéíóöőúüű",  # Hungarian
        "ăâîșşțţ",  # Romanian
        "čćđšž",  # Croatian, Slovenian
        "çğıİöşüâî",  # Turkish
    )
)
_INSIDE: Final = frozenset(
    "'\u2019-.&/+\u00b7\u00ad\u02bb\u02bc`\u00b4\u30fb\u30fc\u05be\u05f3\u05f4\u200c\u200d"
)


@dataclass(frozen=True, slots=True)
class Encoding:
    """How a file's bytes are to be read."""

    name: str  # as Python calls it
    note: str | None = None  # what people should know about it


def find_encoding(path: Path, stated: str | None = None) -> Encoding:
    """Return the file's encoding.

    Args:
        path: a file of text.
        stated: the encoding that a person named; it is taken as it is.

    Raises:
        UsageError: there is no encoding of that name, or several fit equally well; the message
            shows names from the file as each would read them.
        OSError: the file can't be read.
    """
    if stated is not None:
        return Encoding(_known(stated))
    with path.open("rb") as file:
        start = file.read(4096)
    if (marked := _by_mark(start)) is not None:
        return Encoding(marked)
    odd, utf8_pairs, is_utf8 = _scan(path)
    if is_utf8:
        return Encoding(UTF8)
    if utf8_pairs * _MIXED_SHARE >= len(odd):  # hardly a line of another encoding is UTF-8, too
        return Encoding(
            UTF8,
            f"{path.name} is not all UTF-8; the bytes that aren't were read as Windows-1252.",
        )
    return _guess(path, b"\n".join(odd)[:_SAMPLE])


def _known(stated: str) -> str:
    try:
        name = codecs.lookup(stated).name
    except LookupError as e:
        raise UsageError(
            f"There is no encoding {stated!r}.",
            hint="Usual ones: utf-8, cp1252, mac_roman, cp850, cp1250, cp1251, shift_jis, gbk.",
        ) from e
    return UTF8 if name == "utf-8" else name


def _by_mark(start: bytes) -> str | None:
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    even, odd = start[0::2], start[1::2]
    if len(start) >= 8 and start.count(0) > len(start) // 4:  # noqa: PLR2004 - UTF-16 without a mark
        return "utf-16-le" if odd.count(0) > even.count(0) else "utf-16-be"
    return None


def _scan(path: Path) -> tuple[list[bytes], int, bool]:
    """Return (lines that aren't UTF-8, lines that are and need it, whether all are UTF-8)."""
    odd: list[bytes] = []
    size, pairs, is_utf8 = 0, 0, True
    for line in _lines(path):
        if line.isascii():
            continue
        try:
            line.decode()
        except UnicodeDecodeError:
            is_utf8 = False
            if size < _SAMPLE:
                odd.append(line[:2000])
                size += len(line)
        else:
            pairs += 1
    return odd, pairs, is_utf8


def _lines(path: Path) -> Iterator[bytes]:
    """Yield lines of any length in pieces; old Macintosh files end theirs with CR."""
    rest = b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            pieces = (rest + block).replace(b"\r", b"\n").split(b"\n")
            rest = pieces.pop()
            yield from pieces
            if len(rest) > _BLOCK:
                yield rest
                rest = b""
    yield rest


class UnsureEncodingError(UsageError):
    """Several encodings read a file equally well."""


class _Reading(NamedTuple):
    """A sample as one encoding has it."""

    score: float  # faults per character beyond ASCII, less what the library's opinion is worth
    name: str
    text: str
    faults: float


def _guess(path: Path, sample: bytes) -> Encoding:
    different: dict[str, _Reading] = {}
    for reading in _readings(sample):
        different.setdefault(reading.text, reading)
    readings = sorted(different.values(), key=lambda r: r.score)
    if not readings or readings[0].score > _BAD:
        readings = readings or [_Reading(1.0, "cp1252", sample.decode("cp1252", "replace"), 1.0)]
        raise _unsure(path, readings)
    best = readings[0]
    rivals = [
        r
        for r in readings[1:]
        if r.score - best.score < _SURE and (best.faults or not r.faults)  # none beats any
    ]
    if rivals:
        raise _unsure(path, [best, *rivals])
    return Encoding(
        best.name,
        f"{path.name} was read as {CANDIDATES[best.name]}: \u201c{_example(best.text)}\u201d. "
        "If that looks wrong, name the encoding with --encoding.",
    )


def _readings(sample: bytes) -> Iterator[_Reading]:
    """Yield what decodes at all."""
    likely = {
        match.encoding
        for match in from_bytes(sample, cp_isolation=list(CANDIDATES), threshold=_MESSY)
    }
    for name in CANDIDATES:
        try:
            text = sample.decode(name)
        except UnicodeDecodeError:
            continue
        faults, beyond = _faults(text)
        faults += _unusual(name, sample)
        score = faults / max(beyond, 1) - _SURE / 2 * (name in likely)
        yield _Reading(score, name, text, faults)


def _unusual(name: str, sample: bytes) -> float:
    """Return faults for characters of two bytes that few texts have."""
    if name not in _USUAL:
        return 0.0
    least, most = _USUAL[name]
    faults, i = 0.0, 0
    while i < len(sample):
        if sample[i] < 0x80:  # noqa: PLR2004 - ASCII
            i += 1
            continue
        faults += 0 if least <= sample[i] <= most else 0.5
        i += 2
    return faults


def _faults(text: str) -> tuple[float, int]:
    """Return (how much speaks against a reading, its characters beyond ASCII).

    Wrong readings put symbols and capitals into the middle of words and mix alphabets within one.
    """
    faults, beyond = 0.0, 0
    letters: Counter[str] = Counter()
    for word in text.split():
        odd = [c for c in word if not c.isascii()]
        beyond += len(odd)
        if odd:
            faults += _in_word(word)
            letters.update(c.lower() for c in odd if c.isalpha() and _script(c) == "LATIN")
    return faults + _FOREIGN * _foreign(letters), beyond


def _foreign(letters: Counter[str]) -> int:
    """Return how many of the letters are beyond the alphabet that has most of them."""
    return letters.total() - max(sum(letters[c] for c in alphabet) for alphabet in _ALPHABETS)


def _in_word(word: str) -> float:
    core = word.strip(
        "\"'()[]{}.,;:!?|<>\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb\u2013\u2014\u2026*_-"
    )
    faults = 0.0
    scripts = set()
    for i, char in enumerate(core):
        if char.isascii() and not char.isalpha():
            continue
        kind = unicodedata.category(char)
        if kind[0] == "L" or kind in {"Mn", "Mc"}:
            scripts.add(_script(char))
            faults += 0.7 * (char in _RARE)
            if kind == "Lu" and i and core[i - 1].islower() and not char.isascii():
                faults += 1
            if kind == "Ll" and not char.isascii() and i and core[i - 1].isupper() \
                    and i + 1 < len(core) and core[i + 1].isupper():  # fmt: skip
                faults += 1
        elif char not in _INSIDE:
            faults += 2 if kind in {"Cc", "Cn", "Co"} else 1
    faults += len(scripts) - 1 if len(scripts) > 1 else 0
    return faults + _soup(core)


def _script(char: str) -> str:
    name = unicodedata.name(char, "?").partition(" ")[0]
    if name in {"HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "CJK", "IDEOGRAPHIC", "FULLWIDTH"}:
        return "CJK"
    return "CJK" if name == "HALFWIDTH" else name


def _soup(core: str) -> float:
    """Return faults for accented Latin letters in a row, which no language has for long."""
    run = longest = 0
    half = 0
    for char in core:
        latin = not char.isascii() and unicodedata.name(char, "").startswith("LATIN")
        run = run + 1 if latin else 0
        longest = max(longest, run)
        half += unicodedata.name(char, "").startswith("HALFWIDTH")
    return max(longest - 2, 0) + 0.5 * half


def _unsure(path: Path, readings: list[_Reading]) -> UsageError:
    shown: dict[str, str] = {}
    first = _cells(readings[0].text)
    apart = {
        i
        for reading in readings[1:]
        for i, (cell, other) in enumerate(zip(first, _cells(reading.text), strict=False))
        if cell != other
    }
    for reading in readings:
        if (example := _example(reading.text, apart)) not in shown.values():
            shown[reading.name] = example
        if len(shown) >= _NAMES:
            break
    listed = "; ".join(f"{name}: \u201c{example}\u201d" for name, example in shown.items())
    return UnsureEncodingError(
        f"{path.name} is not UTF-8, and its encoding can't be determined. {listed}.",
        hint=f"Name the one that reads right, as in --encoding {next(iter(shown), 'cp1252')}.",
    )


def _example(text: str, apart: Collection[int] = ()) -> str:
    """Return up to three cells with characters beyond ASCII, of those apart if there are any."""
    cells = [cell for i, cell in enumerate(_cells(text)) if not apart or i in apart]
    return ", ".join(list(dict.fromkeys(cell[:40] for cell in cells))[:_NAMES])


def _cells(text: str) -> list[str]:
    """Return the cells with characters beyond ASCII."""
    cells = (cell.strip(" \"'") for line in text.splitlines()
             for cell in line.replace(";", ",").replace("\t", ",").split(","))  # fmt: skip
    return [cell for cell in cells if cell and not cell.isascii()]
