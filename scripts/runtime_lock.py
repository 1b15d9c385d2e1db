"""Prints what of requirements.lock a running lfassess needs, development tools left out.

The lock names, under each package, which ones ask for it; from the dependencies in pyproject.toml
everything below is found without asking an index. Runs with the standard library alone.
"""

from __future__ import annotations

import argparse
import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import chain
from pathlib import Path

_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*])?==")
_NAME = re.compile(r"^[A-Za-z0-9._-]+")


def normalise(name: str) -> str:
    """Return the package's name as the lock file spells it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def blocks(lock: str) -> list[tuple[str, str]]:
    """Return (name, its lines) for each pin; a package pinned for two Pythons comes twice."""
    found: list[tuple[str, list[str]]] = []
    for line in lock.splitlines():
        if match := _PIN.match(line):
            found.append((normalise(match[1]), []))
        if found:
            found[-1][1].append(line)
    return [(name, "\n".join(lines)) for name, lines in found]


def askers(block: str) -> set[str]:
    """Return who asks for the package, by its "via" comment."""
    comments = (line.strip() for line in block.splitlines() if line.strip().startswith("#"))
    words = (c.lstrip("# ").removeprefix("via").strip() for c in comments)
    return {normalise(m[0]) for w in words if (m := _NAME.match(w))}


def needed(
    roots: Iterable[str], pins: Iterable[tuple[str, str]], without: Collection[str]
) -> set[str]:
    """Return the names of the roots and of all they ask for, except ``without``."""
    asked: Mapping[str, set[str]] = defaultdict(set)
    for name, block in pins:
        for asker in askers(block):
            asked[asker].add(name)
    found: set[str] = set()
    open_ends = {normalise(r) for r in roots}
    while open_ends := {n for n in open_ends if n not in without and n not in found}:
        found |= open_ends
        open_ends = set().union(*(asked[n] for n in open_ends))
    return found


def dependencies(pyproject: str) -> list[str]:
    """Return the names of what the project depends on, with all extras but the developers'."""
    project = tomllib.loads(pyproject)["project"]
    extras = project.get("optional-dependencies", {})
    chosen = (extra for name, extra in extras.items() if name not in {"all", "dev", "docs"})
    listed = [*project["dependencies"], *chain.from_iterable(chosen)]
    return [m[0] for line in listed if (m := _NAME.match(line))]


def _words(text: str) -> list[str]:
    return [normalise(w) for w in text.split(",") if w]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--without", type=_words, default=[], help="names, by commas")
    parser.add_argument("--only", type=_words, help="these and what they need")
    parser.add_argument("--folder", type=Path, default=Path(), help="of the two files")
    given = parser.parse_args(arguments)
    pins = blocks((given.folder / "requirements.lock").read_text())
    roots = given.only or dependencies((given.folder / "pyproject.toml").read_text())
    names = needed(roots, pins, given.without)
    known = {name for name, _ in pins}
    if missing := {normalise(r) for r in roots} - known:
        raise SystemExit(f"requirements.lock has no {', '.join(sorted(missing))}: make lock")
    sys.stdout.writelines(f"{block}\n" for name, block in pins if name in names)


if __name__ == "__main__":
    main()
