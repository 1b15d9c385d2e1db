"""The workers' environment, and a fingerprint that changes when it does."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import lfassess
from lfassess import config_files
from lfassess.clients.cage.environment import MARK
from lfassess.paths import Layout
from lfassess.stack.code_fingerprint import code_print

if TYPE_CHECKING:  # the supervisor imports this package and stays small without pydantic
    from lfassess.settings import Settings

_PREFIXES = ("LFASSESS_", "CELERY_", "OPENAI_", "AWS_")
_NAMES = {"DATABASE_URL", "GOOGLE_API_KEY", "SEMRUSH_API_KEY", "S3_BUCKET"}


def worker_environment(settings: Settings, layout: Layout) -> dict[str, str]:
    """Return the workers' whole environment.

    Settings that came from lfassess.toml or from code are written out as variables, since
    workers run in another folder and would not find them; secrets stay in memory.
    """
    environment = {**os.environ, **_as_variables(settings)}
    environment.pop(MARK, None)
    environment["DATABASE_URL"] = settings.database_url or layout.database_url
    environment["CELERY_BROKER_URL"] = settings.broker_url or layout.broker_url
    environment["LFASSESS_DATA_DIR"] = str(layout.data_dir)
    environment["PYTHONPATH"] = _python_path(os.environ.get("PYTHONPATH", ""))
    return environment


def fingerprint(environment: Mapping[str, str], plan: object, layout: Layout) -> str:
    """Return what tells workers apart: a keyed hash of their settings, a dot, the code's print.

    It gives no value away.
    """
    relevant = {k: v for k, v in environment.items() if v and _is_relevant(k)}
    text = json.dumps([relevant, plan, config_files.digest()], sort_keys=True)
    digest = hmac.new(_salt(layout), text.encode(), hashlib.sha256).hexdigest()[:32]
    return f"{digest}.{code_print()}"


def _is_relevant(name: str) -> bool:
    return name != MARK and (name.startswith(_PREFIXES) or name in _NAMES)


def _as_variables(settings: Settings) -> dict[str, str]:
    fields = type(settings).model_fields
    variables = {}
    for name in settings.model_fields_set:
        value = getattr(settings, name)
        alias: Any = fields[name].validation_alias
        if value is not None and alias is not None:
            variables[str(alias.choices[0])] = _as_text(value)
    return variables


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
