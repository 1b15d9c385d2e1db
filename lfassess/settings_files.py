"""The files that settings come from: ./lfassess.toml, or the one that is named, and the user's."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import platformdirs

from lfassess.errors import ConfigurationError

NAME: Final = "lfassess.toml"
NAMED: Final = "LFASSESS_CONFIG"  # a file to read in place of the one in the current folder
_DOTENV_LINE: Final = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(\S?)")


@dataclass(frozen=True, slots=True)
class SettingsFile:
    """One file, with the values in it by the names that it gives them."""

    path: Path
    values: Mapping[str, Any]


def user_file() -> Path:
    """Return where a user's own settings are: ~/.config/lfassess/lfassess.toml on Linux."""
    return Path(platformdirs.user_config_dir("lfassess")) / NAME


def target_file() -> Path:
    """Return the file to write settings to: the one that is named, made if need be, or the user's.

    Raises:
        ConfigurationError: it can't be made.
    """
    named = os.environ.get(NAMED)
    if not named:
        return user_file()
    path = Path(named).expanduser()
    if not path.exists():
        try:
            path.touch(mode=0o600)
        except OSError as e:
            raise ConfigurationError(
                f"{path} can't be written: {e.strerror}.", hint=f"Correct --config or {NAMED}."
            ) from e
    return path


def settings_files() -> list[SettingsFile]:
    """Return the files that are there, the one that counts most first.

    Raises:
        ConfigurationError: one can't be read, is not TOML, or was named and is not there.
    """
    named = os.environ.get(NAMED)
    local = Path(named).expanduser() if named else Path(NAME)
    if named and not local.is_file():
        raise ConfigurationError(
            f"The settings file is not there: {local}", hint=f"Correct --config or {NAMED}."
        )
    found = [SettingsFile(p, _read(p)) for p in (local, user_file()) if _is_there(p)]
    return found[:1] if len(found) > 1 and found[0].path.samefile(found[1].path) else found


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a folder on the way that is closed to us
        return False


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise ConfigurationError(f"{path} is not TOML: {e}.", hint="Correct the file.") from e
    except OSError as e:
        raise ConfigurationError(
            f"{path} can't be read: {e.strerror}.", hint="Correct its permissions."
        ) from e


def dotenv_names() -> list[str]:
    """Return the names that have a value in the current folder's .env, which Compose reads."""
    try:
        lines = Path(".env").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    found = map(_DOTENV_LINE.match, lines)
    return [line[1] for line in found if line and line[2] not in {"", "#"}]
