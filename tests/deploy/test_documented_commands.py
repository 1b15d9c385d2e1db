"""What docs/how-to/operations.md says to type against the containers fits the Compose file."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.doc_blocks import commands_after

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
COMMANDS = commands_after(
    ROOT / "docs" / "how-to" / "operations.md", "With Compose, from the project's folder:"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The variables of a fresh .env."""
    folder = tmp_path_factory.mktemp("env")
    (folder / "scripts").mkdir()
    (folder / "configs").mkdir()
    script = folder / "scripts" / "make_env.py"
    script.write_text((ROOT / "scripts" / "make_env.py").read_text())
    example = ROOT / "configs" / ".env.example"
    (folder / "configs" / ".env.example").write_text(example.read_text())
    subprocess.run([sys.executable, script], cwd=folder, check=True, capture_output=True)
    shown = subprocess.run(
        ["bash", "-c", "set -a; . ./.env; set +a; env"],
        cwd=folder, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return dict(line.split("=", 1) for line in shown.stdout.splitlines() if "=" in line)


def of(start):
    found = [c for c in COMMANDS if c.startswith(start)]
    assert found, start
    return found


def test_curl_goes_to_the_published_ports_with_credentials_that_make_env_makes(made):
    for command in of("curl"):
        ((port, path),) = re.findall(r"http://localhost:(\d+)(/\S+)", command)
        service = {"/api/workers": "flower", "/api/v1/assessments/1/status": "api"}[path]
        (published,) = COMPOSE[service]["ports"]
        assert published.startswith("127.0.0.1:")
        assert published.endswith(f":-{port}}}:{port}")
        names = re.findall(r"\$(\w+)", command)
        assert names
        assert all(made[name] for name in names)


def test_each_container_asked_is_a_service(made):
    for command in of("docker compose exec"):
        service, *words = shlex.split(command)[3:]
        environment = COMPOSE[service].get("environment", {})
        for name in re.findall(r"\$(\w+)", " ".join(words)):
            assert name in environment, f"{service} has no {name}"


def test_psql_asks_as_the_user_that_compose_makes():
    ((command,)) = [c for c in of("docker compose exec") if "psql" in c]
    words = shlex.split(command)
    assert words[words.index("-U") + 1] == COMPOSE["postgres"]["environment"]["POSTGRES_USER"]
    database = COMPOSE["postgres"]["environment"]["POSTGRES_DB"]
    assert database == words[words.index("-U") + 1]  # psql's default is the user's name


def test_stats_are_searched_for_a_service_of_that_name():
    ((command,)) = of("docker stats")
    assert command.rpartition("grep ")[2] in COMPOSE
