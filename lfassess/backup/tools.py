"""pg_dump, pg_restore and psql: found to fit a server, which they get without arguments."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import conninfo, pq
from sqlalchemy import text

from lfassess.db.database import Database, normalise_url
from lfassess.errors import ConfigurationError, ServiceUnreachableError
from lfassess.log import redact
from lfassess.stack import programs

_INHERITED = {"PATH", "HOME", "TMPDIR"}


@dataclass(frozen=True)
class Tools:
    """Postgres's client programs of one major version, and the way to the server."""

    folder: Path
    major: int
    environment: dict[str, str]

    def command(self, program: str, *options: str) -> list[str]:
        return [str(self.folder / program), *options]


def server_major(database: Database) -> int:
    """Return the server's major version; raises ServiceUnreachableError."""
    with database.autocommit() as connection:
        return int(connection.scalar(text("SHOW server_version_num")) or 0) // 10_000


def tools_for(database: Database, *, at_least: int = 0) -> Tools:
    """Return client programs for the server: its own version's, else the next newer ones.

    Args:
        database: whose server is meant.
        at_least: the major version of the programs that made the dump to be read.

    Raises:
        ConfigurationError: none are installed here that can work with it.
        ServiceUnreachableError: Postgres can't be reached.
    """
    needed = max(server_major(database), at_least)
    found = dict(reversed([*_installed()]))
    fitting = [major for major in sorted(found) if major >= needed]
    if not fitting:
        here = ", ".join(map(str, sorted(found))) or "none"
        raise ConfigurationError(
            f"pg_dump, pg_restore and psql of PostgreSQL {needed} or newer are needed; "
            f"here there is: {here}.",
            hint=f"Install them (on Debian: apt install postgresql-client-{needed}), or use those "
            "beside the server: docs/how-to/operations.md, Backup and restore.",
        )
    return Tools(found[fitting[0]], fitting[0], _environment(database.url))


def _installed() -> list[tuple[int, Path]]:
    wheel = programs.of_the_wheel(programs.CLIENT)
    return [*programs.of_the_system(programs.CLIENT), *([wheel] if wheel else [])]


def _environment(url: str) -> dict[str, str]:
    """Return the programs' environment; a password in their arguments could be seen by others."""
    plain = normalise_url(url).replace("postgresql+psycopg://", "postgresql://", 1)
    try:
        said = conninfo.conninfo_to_dict(plain)
    except psycopg.ProgrammingError as e:
        raise ConfigurationError(f"DATABASE_URL can't be read: {redact(str(e))}") from e
    options = pq.Conninfo.get_defaults()
    variables = {o.keyword.decode(): o.envvar.decode() for o in options if o.envvar}
    return {
        "LC_ALL": "C",
        "PGCONNECT_TIMEOUT": "10",
        "PGAPPNAME": "lfassess backup",
        **{name: value for name, value in os.environ.items() if name in _INHERITED},
        **{variables[key]: str(value) for key, value in said.items() if key in variables},
    }


def run(tools: Tools, program: str, *options: str, out: Path) -> None:
    """Run a program, its output into a file.

    Raises:
        ServiceUnreachableError: it failed; says why.
    """
    with out.open("wb") as target:
        done = subprocess.run(
            tools.command(program, *options),
            stdin=subprocess.DEVNULL,
            stdout=target,
            stderr=subprocess.PIPE,
            env=tools.environment,
            check=False,
        )
    if done.returncode != 0:
        raise failed(program, done.stderr)


def failed(program: str, stderr: bytes) -> ServiceUnreachableError:
    """Return the error for a program that failed, with the line that says why."""
    lines = redact(stderr.decode(errors="replace")).strip().splitlines() or ["it said nothing"]
    line = next((line for line in lines if "error" in line.lower()), lines[0])
    reason = line.removeprefix(f"{program}: ").removeprefix("error: ")
    return ServiceUnreachableError(f"{program} failed: {reason}")
