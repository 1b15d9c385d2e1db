"""The workers' environment, and a fingerprint that changes with it and with the code."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import lfassess
from lfassess import config_files
from lfassess.clients.cage.environment import ORPHAN_MARKER
from lfassess.paths import Layout

if TYPE_CHECKING:  # the supervisor imports this package and stays small without pydantic
    from lfassess.settings import Settings

_OF_LIBRARIES: Final = ("CELERY_", "OPENAI_", "AWS_")
NOT_READ_BY_WORKERS: Final = frozenset(
    {"api_host", "api_key", "api_port", "default_country", "retention_days", "trusted_proxies"}
)
# Without these glibc keeps what a long picture took (80 MB) and an arena for each of a worker's
# threads. The Dockerfile sets the same for containers.
MALLOC: Final = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_MMAP_THRESHOLD_": "1048576",
    "MALLOC_TRIM_THRESHOLD_": "1048576",
}
_PACKAGE: Final = Path(lfassess.__file__).parent
_LENGTH: Final = 12


def worker_environment(settings: Settings, layout: Layout) -> dict[str, str]:
    """Return the workers' whole environment.

    Settings that came from lfassess.toml or from code are written out as variables, since
    workers run in another folder and would not find them; secrets stay in memory.
    """
    environment = {**MALLOC, **os.environ, **_as_variables(settings)}
    environment.pop(ORPHAN_MARKER, None)
    environment["DATABASE_URL"] = settings.database_url or layout.database_url
    environment["CELERY_BROKER_URL"] = settings.broker_url or layout.broker_url
    environment["LFASSESS_DATA_DIR"] = str(layout.data_dir)
    environment["PYTHONPATH"] = _python_path(os.environ.get("PYTHONPATH", ""))
    return environment


def fingerprint(environment: Mapping[str, str], plan: object, layout: Layout) -> str:
    """Return what tells workers apart: a keyed hash of what they read, a dot, the code's print.

    It gives no value away. A setting that says what holds without it makes no difference.
    """
    defaults = _defaults()
    relevant = {
        name: value
        for name, value in environment.items()
        if value and value != defaults.get(name) and _is_relevant(name, defaults)
    }
    text = json.dumps([relevant, plan, config_files.digest()], sort_keys=True)
    digest = hmac.new(_salt(layout), text.encode(), hashlib.sha256).hexdigest()[:32]
    return f"{digest}.{code_print()}"


def _is_relevant(name: str, defaults: Mapping[str, str | None]) -> bool:
    return name in defaults or name.startswith(_OF_LIBRARIES)


def _defaults() -> dict[str, str | None]:
    """Return the variables that workers read, each with what holds without it."""
    from lfassess.settings import Settings, variable_of  # noqa: PLC0415 - pydantic takes long

    return {
        variable_of(name): None if field.default is None else _as_text(field.default)
        for name, field in Settings.model_fields.items()
        if name not in NOT_READ_BY_WORKERS
    }


def _as_variables(settings: Settings) -> dict[str, str]:
    from lfassess.settings import variable_of  # noqa: PLC0415 - see above

    given = {name: getattr(settings, name) for name in settings.model_fields_set}
    return {variable_of(n): _as_text(value) for n, value in given.items() if value is not None}


def _as_text(value: Any) -> str:
    if hasattr(value, "get_secret_value"):
        return str(value.get_secret_value())
    if isinstance(value, Path):
        return os.path.abspath(value.expanduser())  # noqa: PTH100 - resolve() would follow symlinks
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return str(int(value)) if isinstance(value, bool) else str(value)


def _python_path(inherited: str) -> str:
    root = Path(lfassess.__file__).parents[1]
    if root.name in {"site-packages", "dist-packages"}:
        return inherited  # installed: importable as it is
    return os.pathsep.join(p for p in (str(root), inherited) if p)


def _salt(layout: Layout) -> bytes:
    path = layout.locks / "salt"
    with suppress(FileExistsError):
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.write(fd, secrets.token_hex(16).encode())
        os.close(fd)
    return path.read_bytes()


@cache
def code_print(package: Path = _PACKAGE) -> str:
    """Return a short hash over names, sizes and times of the package's files and of configs/.

    Nothing is read but the folders, so that every command can afford it.
    """
    folders = (package, package.with_name("configs"))
    lines = [line for folder in folders if folder.is_dir() for line in _files(str(folder))]
    text = "\n".join(sorted(lines)).encode(errors="surrogateescape")
    return hashlib.sha256(text).hexdigest()[:_LENGTH]


def is_other_code(fingerprint: str) -> bool:
    """Tell whether a worker or supervisor with this fingerprint runs other code than ours."""
    return fingerprint.rpartition(".")[2] != code_print()


def _files(folder: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                if entry.name != "__pycache__":
                    yield from _files(entry.path)
            else:
                status = entry.stat()
                yield f"{entry.path}\0{status.st_size}\0{status.st_mtime_ns}"
