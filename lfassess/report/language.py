"""The words of a report, from configs/languages; what a language lacks is said in English."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import PurePath
from typing import Any

from lfassess.checks.advice_catalogue import ENGLISH
from lfassess.config_files import names, read_toml
from lfassess.errors import ConfigurationError

Words = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Language:
    """One language file, over the English one."""

    code: str
    words: Words
    fallback: Words

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of a key like "verdict.title", with {braces} filled in.

        Raises:
            KeyError: neither this language nor English has it.
        """
        text = self.find(key)
        if text is None:
            raise KeyError(key)
        return text.format(**values) if values else text

    def find(self, key: str) -> str | None:
        """Return the text of a key as it stands, or None where neither language has it."""
        text = _found(self.words, key)
        return _found(self.fallback, key) if text is None else text

    def text(self, english: str) -> str:
        """Return a caption, label or other fixed text; unknown ones stay English."""
        texts = self.words.get("texts", {})
        return str(texts.get(english, english))

    def day(self, at: datetime | None) -> str:
        """Return the day in UTC, as 23 November 2026."""
        if at is None:
            return self("date.unknown")
        at = at.astimezone(UTC)
        months = self.words.get("date", {}).get("months") or self.fallback["date"]["months"]
        return self("date.day", day=at.day, month=months[at.month - 1], year=at.year)

    def minute(self, at: datetime | None) -> str:
        """Return day and time in UTC."""
        if at is None:
            return self("date.unknown")
        return self("date.minute", date=self.day(at), time=f"{at.astimezone(UTC):%H:%M}")

    def listed(self, items: list[str]) -> str:
        """Return a, b and c."""
        return f" {self('verdict.and')} ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))


def _found(words: Words, key: str) -> str | None:
    value: Any = words
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else None


@cache
def load(code: str = ENGLISH) -> Language:
    """Return a language by its code, "en" or "de".

    Raises:
        ConfigurationError: there is no file for it, or it is no TOML.
    """
    return Language(code, _read(code), _read(ENGLISH))


@cache
def _read(code: str) -> Words:
    there = [PurePath(name).stem for name in names("languages/*.toml")]
    if code not in there:
        raise ConfigurationError(
            f"There is no report language {code!r}.", hint=f"There are: {', '.join(there)}."
        )
    return read_toml(f"languages/{code}.toml")
