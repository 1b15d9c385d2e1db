"""Where this process runs, as far as advice depends on it."""

from __future__ import annotations

import os


def in_compose() -> bool:
    """Whether this runs in a container of docker-compose.yml, which says so."""
    return os.environ.get("LFASSESS_COMPOSE") == "1"


def worker_command() -> str:
    """Return the command that shows which workers run, and which do not."""
    return "docker compose ps -a worker browser" if in_compose() else "lfassess ps"
