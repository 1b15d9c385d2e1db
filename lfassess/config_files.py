"""Reads the files of configs/: as they are shipped, with an operator's own laid over them."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path, PurePath
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lfassess.errors import ConfigurationError
from lfassess.plain_text import did_you_mean

# In the package where it was installed, beside it in a checkout; never whatever `configs` another
# package has put into site-packages.
_INSTALLED: Final = Path(__file__).parent / "_configs"
SHIPPED: Final = _INSTALLED if _INSTALLED.is_dir() else Path(__file__).parents[1] / "configs"

# Tables that an operator may add entries to; elsewhere an unknown name is a mistake.
_OPEN: Final = {
    ("providers.toml", "openai", "models"),
    ("providers.toml", "places", "usd_per_1000"),
}
# What any provider's table may say, whether or not it is shipped with it.
_OF_PROVIDERS: Final = {
    "read_timeout_s": 0,
    "requests_per_minute": 0,
    "requests_per_day": 0,
    "day_ends_in": "UTC",
    "concurrent": 0,
    "max_usd_per_call": 0,
    "reuse_days": 0,
}
_NO_PROVIDER: Final = "breaker"  # the one table of providers.toml that is about all of them
_CLOSED: Final = ("providers.toml", "scoring.toml")
_NEW_ONES: Final = ("languages", "advice", "evidence")  # folders that take files of any name


class _Own:
    """The operator's folder, once the settings are known."""

    folder: Path | None = None


def use(folder: Path | None) -> None:
    """Lay a folder's files over those that are shipped, in this process; None: nothing.

    Raises:
        ConfigurationError: it is not a folder.
    """
    if folder is not None and not folder.is_dir():
        raise ConfigurationError(
            f"The folder of configuration files is not there: {folder}",
            hint="Correct LFASSESS_CONFIG_DIR, or unset it.",
        )
    if folder != _Own.folder:
        _Own.folder = folder
        read_toml.cache_clear()


@cache
def read_toml(name: str) -> dict[str, Any]:
    """Return configs/NAME without ``meta`` (source, date); treat it as read-only, it is shared.

    An operator's file of that name is laid over it, entry by entry.

    Raises:
        FileNotFoundError: there is neither.
        ConfigurationError: the operator's is not TOML.
    """
    own = own_table(name)
    shipped = SHIPPED / name
    if own is not None and not shipped.exists():
        content = own
    else:
        with shipped.open("rb") as f:
            content = _over(tomllib.load(f), own or {})
    content.pop("meta", None)
    return content


def own_table(name: str) -> dict[str, Any] | None:
    """Return the operator's configs/NAME, or None for none.

    Raises:
        ConfigurationError: it can't be read, or a value is not of the kind that is needed.
    """
    path = _own_file(name)
    if path is None:
        return None
    try:
        own = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as e:
        raise ConfigurationError(
            f"{path} can't be read as TOML: {e}.",
            hint="Fix the file, or unset LFASSESS_CONFIG_DIR.",
        ) from e
    if name in _CLOSED:
        for entry, value, needed in _unfit(name, (), _shipped(name), own):
            raise ConfigurationError(
                f"{path}: {entry} is {value!r}; it takes {needed}.",
                hint="Correct it, or leave the line out.",
            )
    return own


def read_text(name: str) -> str:
    """Return the text of configs/NAME, the operator's where there is one.

    Raises:
        ConfigurationError: the operator's can't be read.
    """
    path = _own_file(name)
    try:
        return (path or SHIPPED / name).read_text(encoding="utf-8")
    except (UnicodeDecodeError, OSError) as e:
        raise ConfigurationError(f"{path or name} can't be read: {e}.") from e


def names(pattern: str) -> list[str]:
    """Return the names of the files that match, such as advice/*.toml, shipped or an operator's."""
    folders = [SHIPPED, *([_Own.folder] if _Own.folder else [])]
    found = {p.relative_to(f).as_posix() for f in folders for p in f.glob(pattern)}
    return sorted(found)


def own_names() -> list[str]:
    """Return the names of the operator's files."""
    folder = _Own.folder
    if folder is None:
        return []
    files = (p for p in folder.rglob("*") if p.is_file())
    found = (p.relative_to(folder).as_posix() for p in files)
    return sorted(n for n in found if not any(part.startswith(".") for part in PurePath(n).parts))


def digest() -> str:
    """Return a hash of the operator's files, empty where there are none."""
    if _Own.folder is None:
        return ""
    seen = hashlib.sha256()
    for name in own_names():
        seen.update(
            f"{name}\0".encode() + hashlib.sha256((_Own.folder / name).read_bytes()).digest()
        )
    return seen.hexdigest()


def unknown() -> Iterator[str]:
    """Yield a sentence for each of the operator's files and entries that nothing reads."""
    shipped = _names_in(SHIPPED)
    for name in own_names():
        assert _Own.folder is not None
        path = _Own.folder / name
        if name not in shipped:
            if PurePath(name).suffix != ".toml" or PurePath(name).parent.name not in _NEW_ONES:
                yield f"{path} is read by nothing.{did_you_mean(name, shipped)}"
        elif name in _CLOSED:
            for entry, known in _unknown_in(name, (), _shipped(name), own_table(name) or {}):
                yield f"{path}: {entry!r} is not a setting.{did_you_mean(entry, known)}"


def _names_in(folder: Path) -> list[str]:
    return [p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()]


def _shipped(name: str) -> dict[str, Any]:
    shipped = tomllib.loads((SHIPPED / name).read_text(encoding="utf-8"))
    if name != "providers.toml":
        return shipped
    return {
        key: table if key == _NO_PROVIDER else {**_OF_PROVIDERS, **table}
        for key, table in shipped.items()
    }


def _unfit(
    name: str, at: tuple[str, ...], shipped: Mapping[str, Any], own: Mapping[str, Any]
) -> Iterator[tuple[str, object, str]]:
    """Yield (entry, value, what it takes) of values that can't stand in for the shipped ones."""
    some = next(iter(shipped.values()), None) if (name, *at) in _OPEN else None
    for key, value in own.items():
        like = shipped.get(key, some)
        entry = ".".join((*at, key))
        if isinstance(like, Mapping):
            if isinstance(value, Mapping):
                yield from _unfit(name, (*at, key), like, value)
            else:
                yield entry, value, "a table"
        elif isinstance(like, int | float):
            if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
                yield entry, value, "a number, 0 or more"
        elif isinstance(like, str) and not isinstance(value, str):
            yield entry, value, "a text"
        elif key == "day_ends_in" and not _is_time_zone(str(value)):
            yield entry, value, "a time zone such as America/Los_Angeles"


def _is_time_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _unknown_in(
    name: str, at: tuple[str, ...], shipped: Mapping[str, Any], own: Mapping[str, Any]
) -> Iterator[tuple[str, list[str]]]:
    if (name, *at) in _OPEN:
        return
    for key, value in own.items():
        entry = ".".join((*at, key))
        if key not in shipped:
            yield entry, [".".join((*at, k)) for k in shipped]
        elif isinstance(value, Mapping) and isinstance(shipped[key], Mapping):
            yield from _unknown_in(name, (*at, key), shipped[key], value)


def _own_file(name: str) -> Path | None:
    path = _Own.folder / name if _Own.folder else None
    return path if path is not None and path.is_file() else None


def _over(shipped: dict[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(shipped)
    for key, value in own.items():
        below = merged.get(key)
        if isinstance(below, dict) and isinstance(value, Mapping):
            merged[key] = _over(below, value)
        else:
            merged[key] = value
    return merged
