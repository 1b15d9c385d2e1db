"""Which folders a caged program may not look into, and which of them it can't do without."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import lfassess
from lfassess.accounts import Account, can_enter

# Homes, sockets of services, other people's temporary files, what servers keep.
_HIDDEN: Final = (
    "/home", "/root", "/run", "/srv", "/mnt", "/media",
    "/tmp", "/var/tmp",  # noqa: S108 - nothing is made there
    "/var/lib", "/var/log", "/var/spool", "/var/backups", "/var/www",
)  # fmt: skip
_SYSTEM: Final = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc", "/proc", "/sys", "/dev")


def folders_of(programs: Iterable[Path]) -> list[str]:
    """Return the folders that programs lie in, without symbolic links on the way.

    A program that is such a link needs two: its own and that of what it stands for.
    """
    return sorted(
        {str(folder) for p in programs for folder in (p.parent.resolve(), p.resolve().parent)}
    )


def to_hide(data_dir: Path, needed: Sequence[str], account: Account | None) -> list[str]:
    """Return the folders to cover: none inside another, none of the system.

    What holds something ``needed`` but would not let the account in is among them: the needed
    folder alone is put back.
    """
    ours = [data_dir, Path.home(), Path.cwd(), Path(tempfile.gettempdir()), _code()]
    closed = [p for path in needed if (p := _closed(Path(path), account))]
    candidates = {str(p.resolve()) for p in (*map(Path, _HIDDEN), *ours, *closed)}
    # Path.is_dir would raise where we may not look.
    there = [p for p in sorted(candidates) if os.path.isdir(p) and not _is_of_the_system(p)]  # noqa: PTH112
    return [p for p in there if not any(p != q and _is_inside(p, q) for q in there)]


def _code() -> Path:
    """Return the folder of a checkout; that of an installation holds nothing to hide."""
    root = Path(lfassess.__file__).parents[1]
    return Path("/") if root.name in {"site-packages", "dist-packages"} else root


def _closed(path: Path, account: Account | None) -> Path | None:
    """Return the outermost folder on the way that the account can't enter."""
    on_the_way = [*reversed(path.parents), path]
    return next((p for p in on_the_way if not can_enter(p, account)), None)


def _is_of_the_system(path: str) -> bool:
    return any(_is_inside(path, s) or _is_inside(s, path) for s in _SYSTEM)


def _is_inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip("/") + "/")
