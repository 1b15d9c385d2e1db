"""Says of every setting where its value comes from, and of every name that is none."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import SecretStr

from lfassess import config_files
from lfassess.log import redact
from lfassess.plain_text import did_you_mean
from lfassess.settings import PREFIX, Settings, variable_of
from lfassess.settings_files import NAMED, SettingsFile, dotenv_names, settings_files

# Variables that are no settings: what we tell our own processes, and what Compose's file reads.
NOT_SETTINGS: Final = frozenset(
    {NAMED, "LFASSESS_PART", "LFASSESS_PULSE_FILE", "LFASSESS_DOCKER_GATE"}
    | {"LFASSESS_IO_IMAGE", "LFASSESS_BROWSER_IMAGE", "LFASSESS_LIGHTHOUSE_IMAGE"}
    | {"LFASSESS_COMPOSE"}
)
_LONG_SECRET: Final = 20  # of shorter ones the last characters would give too much away
_URLS: Final = frozenset({"webhook_url"})  # whose path may be a secret


@dataclass(frozen=True, slots=True)
class Source:
    """Where a setting's value comes from."""

    kind: Literal["environment", "file", "default"]
    path: Path | None = None  # of the file

    def __str__(self) -> str:
        return self.kind if self.path is None else str(self.path)


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as people are shown it; a secret is masked."""

    name: str  # in lfassess.toml
    variable: str
    value: str | None  # None: not set
    source: Source
    description: str


def source_of(name: str) -> Source:
    """Return where the setting's value comes from; raises ConfigurationError."""
    return _source(name, settings_files())


def all_settings(settings: Settings) -> list[Setting]:
    """Return every setting in the order of their declaration; raises ConfigurationError."""
    files = settings_files()
    return [
        Setting(
            name,
            variable_of(name),
            _shown(name, getattr(settings, name)),
            _source(name, files),
            field.description or "",
        )
        for name, field in Settings.model_fields.items()
    ]


def _source(name: str, files: list[SettingsFile]) -> Source:
    variable = variable_of(name)
    if any(v and k.upper() == variable for k, v in os.environ.items()):
        return Source("environment")
    for file in files:
        if any(key in file.values for key in (name, variable)):
            return Source("file", file.path)
    return Source("default")


def _shown(name: str, value: Any) -> str | None:
    if value in (None, (), ""):
        return None
    if isinstance(value, SecretStr):
        return masked(value)
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    if isinstance(value, bool):
        return str(int(value))
    if name in _URLS:
        scheme, _, rest = str(value).partition("://")
        return f"{scheme}://{rest.partition('/')[0].rpartition('@')[2]}/***"
    return redact(str(value))


def masked(value: SecretStr) -> str:
    """Return a secret's last characters, where it is long enough for that."""
    secret = value.get_secret_value()
    return f"***{secret[-4:]}" if len(secret) >= _LONG_SECRET else "***"


def unknown() -> list[str]:
    """Return a sentence for each name that is set and that nothing reads.

    Raises:
        ConfigurationError: a file can't be read.
    """
    return [*_unknown_variables(), *_unknown_in_files(), *config_files.unknown()]


def notes() -> list[str]:
    """Return all that people should know of what they set; raises ConfigurationError."""
    dotenv = unread_dotenv()
    return [*unknown(), *([dotenv] if dotenv else [])]


def _unknown_variables() -> Iterator[str]:
    known = {variable_of(name) for name in Settings.model_fields} | NOT_SETTINGS
    for name in sorted(os.environ):
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            yield f"{name} in the environment is not a setting.{_meant(name.upper(), known)}"


def _unknown_in_files() -> Iterator[str]:
    known = {*Settings.model_fields, *map(variable_of, Settings.model_fields)}
    for file in settings_files():
        for name, value in file.values.items():
            if name not in known:
                kind = "a table, and settings have none" if isinstance(value, dict) else "unknown"
                yield f"{file.path}: {name!r} is {kind}.{_meant(name, known)}"


def _meant(name: str, known: set[str]) -> str:
    return did_you_mean(name, sorted(known))


def unread_dotenv() -> str | None:
    """Return a sentence on a .env in the current folder that sets something we don't read there.

    It is Compose's: another project's may name another project's database.
    """
    variables = {variable_of(name) for name in Settings.model_fields}
    there = [n for n in dotenv_names() if n in variables and not os.environ.get(n)]
    if not there:
        return None
    more = f" and {len(there) - 1} more" if len(there) > 1 else ""
    return (
        f".env in this folder sets {there[0]}{more}, and is read by Docker Compose only. "
        "To use it here: set -a; . ./.env; set +a"
    )
