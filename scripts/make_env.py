"""Writes .env with a fresh secret wherever one is missing; what is there stays."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

# Letters and digits alone: the passwords become parts of URLs.
_BYTES: Final = 24

GENERATED: Final[Mapping[str, Callable[[], str]]] = {
    "POSTGRES_PASSWORD": lambda: secrets.token_hex(_BYTES),
    "REDIS_PASSWORD": lambda: secrets.token_hex(_BYTES),
    "LFASSESS_API_KEY": lambda: secrets.token_hex(_BYTES),
    "FLOWER_USER": lambda: "lfassess",
    "FLOWER_PASSWORD": lambda: secrets.token_hex(_BYTES),
    "GRAFANA_PASSWORD": lambda: secrets.token_hex(_BYTES),
}


def given(text: str) -> dict[str, str]:
    """Return the variables of a .env file that have a value."""
    lines = (line.strip() for line in text.splitlines())
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, value in pairs if value.strip()}


def complete(text: str) -> tuple[str, list[str]]:
    """Return the file's text with what was missing, and the names of what was added."""
    there = given(text)
    missing = [name for name in GENERATED if name not in there]
    existing = [
        line for line in text.splitlines() if line.partition("=")[0].strip() not in missing
    ]  # an empty one further down would win over the one we add
    lines = [*existing, *(f"{name}={GENERATED[name]()}" for name in missing)]
    return "\n".join(lines) + "\n", missing


def of_this_machine(there: Mapping[str, str]) -> dict[str, str]:
    """Return what the machine and the keys decide, as far as nobody has decided it."""
    found = {}
    if not there.get("GOOGLE_API_KEY"):
        found["COMPOSE_PROFILES"] = "lighthouse"  # speed is measured here without Google's key
    socket = Path("/var/run/docker.sock")
    if socket.exists():
        found["DOCKER_GID"] = str(socket.stat().st_gid)  # may open it: for the autoscaler's gate
    return {name: value for name, value in found.items() if name not in there}


def write_private(path: Path, text: str) -> None:
    """Write the file whole, readable by its owner alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as f:
        f.write(text)
    new.replace(path)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=Path(".env"))
    path = parser.parse_args(arguments).file
    text, added = complete(path.read_text() if path.exists() else "")
    more = of_this_machine(given(text))
    added += more
    text += "".join(f"{name}={value}\n" for name, value in more.items())
    if added:
        write_private(path, text)
    key = path.parent / ".secrets" / "api_key"
    write_private(key, given(text)["LFASSESS_API_KEY"])
    key.chmod(0o644)  # Prometheus reads it as another user; the folder around it is closed
    print(f"{path}: {'added ' + ', '.join(added) if added else 'complete'}", file=sys.stderr)


if __name__ == "__main__":
    main()
