"""The words of a report's language, from configs/languages, and its figures and dates.

What the checks store, and the labels of tables, are American English. A language says them over:
by whole texts, by sentences with gaps, and British English by its spelling. What a language lacks
is said in English.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, cached_property, partial
from pathlib import PurePath
from typing import Any, Final

from lfassess.config_files import names, read_toml
from lfassess.errors import ConfigurationError
from lfassess.quantities import US, Quantities

ENGLISH: Final = "en"

Words = Mapping[str, Any]

_QUOTED: Final = re.compile(r"(“[^”]*”)")
_GAP: Final = re.compile(r"\{(\w+)\}")
_FILLED: Final = re.compile(r"\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}")
# What a gap of an English sentence takes, by the first letter of its name; any text otherwise.
_GAPS: Final = {
    "n": r"[-+]?\d[\d,]*(?:\.\d+)?",  # a number
    "u": r"(?:(?:under|just over|just under) )?\d[\d,]*(?:\.\d+)? (?:ms|s|KB|MB|px)",
    "p": r"\d[\d,]*(?:\.\d+)?%",
    "d": r"\d{4}-\d\d-\d\d",
}
_MORE: Final = re.compile(r" and (\d[\d,]* more)\Z")
_LONGEST: Final = 20  # letters of a figure that any check writes
_LIST: Final = "l"  # the first letter of a gap that holds sentences of [rows]
_WORD: Final = "w"  # of one that holds words of [texts]
_FIGURE: Final = re.compile(r"(?:(under|just over|just under) )?([\d,.]+)( ?[a-zA-Z]+|%)?")


@dataclass(frozen=True, eq=False)
class Language:
    """One language file, over the English one."""

    code: str
    words: Words
    fallback: Words
    figures: Quantities = US
    spelling: Mapping[str, str] = field(default_factory=dict)  # beginnings of words, whole phrases

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of a key like "verdict.title", with {braces} filled in.

        Raises:
            KeyError: neither this language nor English has it.
        """
        text = self.find(key)
        if text is None:
            raise KeyError(key)
        return text.format(**values) if values else text

    @property
    def is_english(self) -> bool:
        """Whether its readers read English: as it stands, or in their own spelling."""
        return self.code.partition("-")[0] == ENGLISH

    def reads(self, language: str | None) -> bool:
        """Whether its readers read what was written in a language; None is English."""
        return (language or ENGLISH).partition("-")[0] == self.code.partition("-")[0]

    def find(self, key: str) -> str | None:
        """Return the text of a key as it stands, or None where neither language has it."""
        text = _found(self.words, key)
        if text is None and (english := _found(self.fallback, key)) is not None:
            text = self.spell(english)
        return text

    def table(self, key: str) -> Words:
        """Return the texts of a table by name, those that the language lacks in English."""
        english = {k: self.spell(v) for k, v in _entries(self.fallback, key).items()}
        return {**english, **_entries(self.words, key)}

    def text(self, english: str) -> str:
        """Return a caption, label or other fixed text; unknown ones stay English."""
        texts = self.words.get("texts", {})
        known = texts.get(english) if isinstance(texts, Mapping) else None
        if known is None:
            known = _said(self, _parts(self, "sentences"), english)
        return self.spell(english) if known is None else str(known)

    def evidence(self, english: str, sentences: tuple[Sentence, ...] = ()) -> str | None:
        """Return a finding's evidence; None where this language has no words for it.

        Args:
            english: what its check stored.
            sentences: this finding's in this language.
        """
        if self.is_english:
            return self.spell(english)
        return _said(self, sentences, english)

    def spell(self, english: str) -> str:
        """Return an English text in this language's spelling; quotations stay as they are."""
        if not self.spelling:
            return english
        parts = _QUOTED.split(english)
        return "".join(p if p[:1] == "“" else self._spelt(p) for p in parts)

    def _spelt(self, text: str) -> str:
        return self._american.sub(lambda found: _cased(self.spelling, found[0]), text)

    @cached_property
    def _american(self) -> re.Pattern[str]:
        longest = sorted(self.spelling, key=len, reverse=True)
        known = "|".join(re.escape(one).replace(r"\*", "") + _end(one) for one in longest)
        return re.compile(rf"(?<![\w/@.=-])(?:{known})(?![/@=]|-\w|\.\w)", re.IGNORECASE)

    def day(self, at: datetime | None) -> str:
        """Return the day in UTC, as November 23, 2026."""
        return self("date.unknown") if at is None else self.figures.day(at)

    def minute(self, at: datetime | None) -> str:
        """Return day and time in UTC."""
        if at is None:
            return self("date.unknown")
        return self("date.minute", date=self.day(at), time=f"{at.astimezone(UTC):%H:%M}")

    def listed(self, items: list[str]) -> str:
        """Return a, b and c."""
        return f" {self('verdict.and')} ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))

    def figure(self, english: str) -> str:
        """Return a figure that was written for Americans: "1,234", "5.4 s", "38%"."""
        found = _FIGURE.fullmatch(english)
        if found is None:
            return english
        digits = len(found[2].partition(".")[2])
        value, unit = float(found[2].replace(",", "")), found[3] or ""
        if unit == "%":
            written = self.figures.percent(value / 100)
        else:
            written = self.figures.number(value, digits) + unit
        words = {
            "under": self.figures.under,
            "just over": self.figures.just_over,
            "just under": self.figures.just_under,
        }
        return words[found[1]].format(figure=written) if found[1] else written


def _end(american: str) -> str:
    """Return what may follow: any letters after a beginning of words, no letter after a word."""
    return "" if american.endswith("*") else r"\b"


def _cased(spelling: Mapping[str, str], american: str) -> str:
    low = american.lower()
    british = spelling.get(f"{low}*") or spelling[low]
    if american.isupper() and len(american) > 1:
        return british.upper()
    named = american[:1].isupper() and american[1:].islower()  # "ZIP code" is not
    return british[:1].upper() + british[1:] if named else british


@dataclass(frozen=True, slots=True)
class Sentence:
    """An English sentence with gaps, and how another language says it."""

    pattern: re.Pattern[str]
    text: str


def sentences(table: Words) -> tuple[Sentence, ...]:
    """Return the sentences of a table like {"{n} page(s)": "{n} {n|Seite|Seiten}"}.

    A gap whose name begins with n takes a number, with u a figure and its unit, with p percent,
    with d a date; with l some of the language's [rows], with w some of its [texts]; with any
    other letter whatever stands there, a quotation say.
    """
    return tuple(Sentence(_pattern(english), str(said)) for english, said in table.items())


@cache
def _parts(say: Language, table: str) -> tuple[Sentence, ...]:
    return sentences(say.words.get(table, {}))


def _pattern(english: str) -> re.Pattern[str]:
    """Return what matches a sentence with its gaps; "page(s)" is one page or several."""
    parts = _GAP.split(english)
    fixed = [
        re.escape(part).replace(r"\(s\)", "s?").replace(r"\(es\)", "(?:es)?") for part in parts
    ]
    for place in range(1, len(parts), 2):
        any_text = "[^”]*?" if parts[place - 1].endswith("“") else ".+?"
        name = parts[place]
        fixed[place] = f"(?P<{name}>{_GAPS.get(name[0], any_text)})"
    return re.compile("".join(fixed), re.DOTALL)


def _said(say: Language, known: tuple[Sentence, ...], english: str) -> str | None:
    for sentence in known:
        if found := sentence.pattern.fullmatch(english):
            values = found.groupdict()
            if any(name[0] == _LIST and _listed(say, v) is None for name, v in values.items()):
                continue
            return _FILLED.sub(partial(_value, say, values), sentence.text)
    return None


def _value(say: Language, values: Mapping[str, str], gap: re.Match[str]) -> str:
    name, text = gap[1], values[gap[1]]
    if gap[2] is not None and len(text) <= _LONGEST:
        return say.figures.form(float(text.replace(",", "")), gap[2], gap[3])
    if name[0] == _LIST:
        return _listed(say, text) or text
    if name[0] == _WORD:
        return _worded(say, text)
    if name[0] == "d":
        return _day(say, text)
    if name[0] in _GAPS and len(text) <= _LONGEST:
        return say.figure(text)
    quotes = say("ui.quoted", text="")
    if not gap.string[: gap.start()].endswith(quotes[:1]):  # what is quoted stands as it is
        text = _MORE.sub(lambda found: f" {say('verdict.and')} {say.text(found[1])}", text)
    return _QUOTED.sub(lambda found: say("ui.quoted", text=found[0][1:-1]), text)


def _day(say: Language, text: str) -> str:
    try:
        return say.day(datetime.fromisoformat(text).replace(tzinfo=UTC))
    except ValueError:
        return text


def _worded(say: Language, text: str) -> str:
    """Return words of [texts], one or several in a row."""
    for joint in (None, ", ", " and "):
        parts = _apart(text, joint) if joint else [text]
        said = [say.text(part) for part in parts]
        if joint is None and said != parts:
            return said[0]
        if joint and len(parts) > 1:
            return _joint(say, joint).join(_worded(say, part) for part in parts)
    return text


def _listed(say: Language, text: str) -> str | None:
    """Return sentences of [rows] that stand in a row; None where one of them is not known."""
    for joint in ("; ", "", ", ", " and "):
        parts = _apart(text, joint)
        if len(parts) > 1:
            said = [_listed(say, part) for part in parts]
            known = [part for part in said if part is not None]
            if len(known) == len(said):
                return _joint(say, joint).join(known)
        elif not joint and (whole := _said(say, _parts(say, "rows"), text)) is not None:
            return whole
    return None


def _apart(text: str, joint: str) -> list[str]:
    """Return the parts of a row; what is quoted isn't taken apart, and nothing without a joint."""
    if not joint:
        return [text]
    parts = [""]
    for piece in _QUOTED.split(text):
        head, *more = [piece] if piece[:1] == "“" else piece.split(joint)
        parts[-1] += head
        parts += more
    return parts


def _joint(say: Language, joint: str) -> str:
    return joint.replace("and", say("verdict.and"))


def _found(words: Words, key: str) -> str | None:
    value: Any = words
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else None


def _entries(words: Words, key: str) -> dict[str, str]:
    value: Any = words
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return dict(value) if isinstance(value, Mapping) else {}


@cache
def load(code: str = ENGLISH) -> Language:
    """Return a language by its code: "en", "en-GB" or "de".

    Raises:
        ConfigurationError: there is no file for it, or it is no TOML.
    """
    words, english = _read(code), _read(ENGLISH)
    form = {**english.get("format", {}), **words.get("format", {})}
    return Language(code, words, english, Quantities(**form), words.get("spelling", {}))


def codes() -> list[str]:
    """Return the codes of the languages there are."""
    return sorted(PurePath(name).stem for name in names("languages/*.toml"))


def of_country(country: str | None) -> str:
    """Return the language in which a country's business owners are addressed: "de" for "AT"."""
    return next(
        (code for code in codes() if country in _read(code).get("countries", {}).get("codes", ())),
        ENGLISH,
    )


@cache
def _read(code: str) -> Words:
    if code not in codes():
        raise ConfigurationError(
            f"There is no report language {code!r}.", hint=f"There are: {', '.join(codes())}."
        )
    return read_toml(f"languages/{code}.toml")
