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
    kept = [
        line for line in text.splitlines() if line.partition("=")[0].strip() not in missing
    ]  # an empty one further down would win over the one we add
    lines = [*kept, *(f"{name}={GENERATED[name]()}" for name in missing)]
    return "\n".join(lines) + "\n", missing


def write_private(path: Path, text: str) -> None:
    """Write the file whole, readable by its owner alone."""
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
    if added:
        write_private(path, text)
    print(f"{path}: {'added ' + ', '.join(added) if added else 'complete'}", file=sys.stderr)


if __name__ == "__main__":
    main()
