"""Where this process runs, and with which packages, as far as advice depends on it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from pathlib import Path

from lfassess.errors import ConfigurationError, ToolMissingError


def in_compose() -> bool:
    """Whether this runs in a container of docker-compose.yml, which says so."""
    return os.environ.get("LFASSESS_COMPOSE") == "1"


def worker_command() -> str:
    """Return the command that shows which workers run, and which do not."""
    return "docker compose ps -a worker browser" if in_compose() else "lfassess ps"


def program() -> str:
    """Return how this program is called from here: by its name, or by its path if it must be."""
    called = Path(sys.argv[0])
    if called.name != "lfassess" or shutil.which("lfassess"):
        return "lfassess"
    path = called.absolute()
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def require_extra(
    extra: str, module: str, what_needs_it: str, *, provider: str | None = None
) -> None:
    """Raise an error, with the command that helps, where an extra isn't installed.

    Args:
        extra: of this package, see pyproject.toml.
        module: what it brings.
        what_needs_it: begins the message.
        provider: of the check that can't do without it.

    Raises:
        ToolMissingError: a check can't ask its provider.
        ConfigurationError: it isn't there for anything else.
    """
    if importlib.util.find_spec(module) is not None:
        return
    message = f"{what_needs_it} needs {module}, which isn't installed."
    hint = f"{install_hint(extra)}."
    if provider is not None:
        raise ToolMissingError(message, provider=provider, hint=hint)
    raise ConfigurationError(message, hint=hint)


def install_hint(extra: str) -> str:
    """Return how an extra of this package is installed, by what installed the package."""
    parts = Path(sys.prefix).parts
    # These install afresh, so that a single extra would take the place of those that are there.
    if "pipx" in parts:
        return "Install it: pipx install --force 'lfassess[all]'"
    if "uv" in parts and "tools" in parts:
        return "Install it: uv tool install 'lfassess[all]'"
    return f"Install it into lfassess's environment: pip install 'lfassess[{extra}]'"
