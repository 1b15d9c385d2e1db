"""One Compose project of the tests' own: its commands, containers and rows."""

from __future__ import annotations

import json
import os
import subprocess
import time
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Project:
    """A running stack; `env` is the environment of Compose, secrets included."""

    name: str
    env: Mapping[str, str]
    overrides: tuple[Path, ...] = ()

    def compose(self, *words: str, timeout: float = 240, check: bool = True) -> str:
        files = [str(f) for f in (ROOT / "docker-compose.yml", *self.overrides)]
        command = ["docker", "compose", "-p", self.name, *(w for f in files for w in ("-f", f))]
        return run([*command, *words], timeout=timeout, check=check, env=self.env)

    def containers(self, service: str, *, stopped: bool = False) -> list[str]:
        return self.compose("ps", "-q", *(["-a"] if stopped else []), service).split()

    def wait_healthy(self, service: str) -> None:
        """Wait until what was restarted answers again."""

        def healthy() -> bool:
            found = [inspect(c)["State"]["Health"]["Status"] for c in self.containers(service)]
            return set(found) == {"healthy"}

        wait_for(healthy, 300, f"{service} healthy")

    def lfassess(self, *words: str, service: str = "worker", timeout: float = 240) -> str:
        return self.compose("exec", "-T", service, "lfassess", *words, timeout=timeout)

    def sql(self, statement: str) -> list[list[str]]:
        out = self.compose(
            "exec", "-T", "postgres", "psql", "-U", "lfassess", "-AtF", "\t", "-c", statement
        )
        return [line.split("\t") for line in out.splitlines()]

    def number(self, statement: str) -> int:
        return int(self.sql(statement)[0][0])

    def ask(self, service: str, path: str, *, data: bytes | None = None, **headers: str) -> Any:
        """Return what a published port answers, read as JSON."""
        port = self.env[{"api": "API_PORT", "flower": "FLOWER_PORT"}[service]]
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data, headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def submit(self, name: str, leads: int, *checks: str) -> None:
        """Have so many leads with pages of the demo bakery's site assessed.

        Each has a page of its own: leads of one page would share what is found there.
        """
        site = f"https://harbour-bakery.demo.test/?{name}="
        listed = [{"name": f"{name} {n}", "website": f"{site}{n}"} for n in range(leads)]
        body = {
            "name": name,
            "leads": listed,
            "checks": checks or None,
            "keep_duplicates": True,
        }
        headers = {"X-API-Key": self.env["LFASSESS_API_KEY"], "Content-Type": "application/json"}
        self.ask("api", "/api/v1/batches", data=json.dumps(body).encode(), **headers)

    def left(self) -> int:
        """Return how many assessments have not ended."""
        return self.number(
            "SELECT count(*) FROM assessments WHERE status IN ('pending', 'in_progress')"
        )

    def flower(self, path: str) -> Any:
        pair = f"{self.env['FLOWER_USER']}:{self.env['FLOWER_PASSWORD']}".encode()
        return self.ask("flower", path, Authorization=f"Basic {b64encode(pair).decode()}")


def run(
    command: list[str],
    *,
    timeout: float = 60,
    check: bool = True,
    env: Mapping[str, str] | None = None,
) -> str:
    done = subprocess.run(
        command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False
    )
    if check and done.returncode:
        pytest.fail(
            f"{' '.join(command[-6:])} ended with {done.returncode}:\n{done.stderr[-4000:]}"
        )
    return done.stdout


def inspect(container: str) -> dict[str, Any]:
    (found,) = json.loads(run(["docker", "inspect", container]))
    return dict(found)


def wait_for(condition: Callable[[], Any], timeout: float, what: str) -> Any:
    """Poll until the condition holds; a server that is away does not answer yet."""
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        with suppress(OSError):
            if value := condition():
                return value
        time.sleep(0.5)
    pytest.fail(f"not within {timeout:.0f} s: {what}")


def engine_answers() -> bool:
    try:
        run(["docker", "compose", "version"], timeout=20)
        run(["docker", "version", "--format", "{{.Server.Version}}"], timeout=20)
    except (OSError, subprocess.TimeoutExpired, pytest.fail.Exception):
        return False
    return os.name == "posix"
