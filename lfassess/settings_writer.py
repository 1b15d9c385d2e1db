"""Writes values into a settings file: what else is in it stays, comments and order included."""

from __future__ import annotations

import json
import os
import re
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from lfassess.errors import ConfigurationError

_OWNER_ONLY: Final = 0o600  # it may hold keys
_TABLE: Final = re.compile(r"^[ \t]*\[", re.MULTILINE)
_HEAD: Final = "# Settings of lfassess: `lfassess doctor --settings` lists them all.\n"


def with_values(text: str, values: Mapping[str, str], names: Mapping[str, str]) -> str:
    """Return a TOML text in which these values stand, each on its line or on a new one.

    Args:
        text: of the file as it is; "" for a new one.
        values: what is to be set, by the settings' names.
        names: the other name that a setting may have in the file: its variable.

    Raises:
        ConfigurationError: the text is no TOML, or is written so that a line can't be replaced.
    """
    text = text or _HEAD
    before = _parsed(text)
    expected: dict[str, Any] = dict(before)
    for name, value in values.items():
        present = next((k for k in (name, names.get(name, name)) if k in before), name)
        expected[present] = value
        text = _with_line(text, present, value, there=present in before)
    if _parsed(text) != expected:
        raise ConfigurationError(
            "The settings file is written in a way that can't be changed line by line.",
            hint=f"Set {', '.join(values)} in it by hand.",
        )
    return text


def _with_line(text: str, name: str, value: str, *, there: bool) -> str:
    if there:
        pattern = rf"^[ \t]*\"?{re.escape(name)}\"?[ \t]*=.*(?:\n|\Z)"
        return re.sub(pattern, lambda _: line(name, value), text, count=1, flags=re.MULTILINE)
    table = _TABLE.search(text)
    at = table.start() if table else len(text)
    before, after = text[:at], text[at:]
    if before and not before.endswith("\n"):
        before += "\n"
    return f"{before}{line(name, value)}{after}"


def line(name: str, value: str) -> str:
    """Return a line of TOML that says so."""
    quoted = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return f"{name} = {quoted}\n"


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as e:
        raise ConfigurationError(
            f"The settings file is not TOML: {e}.", hint="Correct the file."
        ) from e


def write(path: Path, text: str) -> None:
    """Write a file that only its owner can read, at once or not at all.

    Raises:
        ConfigurationError: it can't be written.
    """
    target = Path(os.path.realpath(path))  # a link to elsewhere stays one
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fd, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(fd, "w", encoding="utf-8") as file:
                file.write(text)
            Path(name).chmod(_OWNER_ONLY)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as e:
        raise ConfigurationError(
            f"{path} can't be written: {e.strerror}.", hint="Correct its folder's permissions."
        ) from e
