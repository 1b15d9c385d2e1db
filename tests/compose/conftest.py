"""Builds the images and starts the stack once, on ports and under a name of its own."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from lfassess.sandbox.server import SandboxServer
from scripts import make_env
from tests.compose.project import ROOT, Project, engine_answers, run
from tests.compose.relay import Relay

SERVICES = ("worker", "browser", "api")
OFTEN = {"interval": "3s", "retries": 10}  # health is waited for a dozen times
# The autoscaler with less patience; tests/assessment/test_autoscale.py holds what it usually has.
IMPATIENT = """
from lfassess.assessment.worker import autoscale
from lfassess.cli.app import main

autoscale.SHRINK_AFTER_S = 10.0
main()
"""


def image_command(target: str) -> list[str]:
    """Return the CMD of one of the Dockerfile's targets."""
    part = (ROOT / "Dockerfile").read_text().split(f" AS {target}\n")[1].split("\nFROM ")[0]
    line = next(line for line in part.splitlines() if line.startswith("CMD "))
    return [str(word) for word in json.loads(line.removeprefix("CMD "))]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def made_env(folder: Path) -> dict[str, str]:
    """Return what `make env` writes for an installation that has Google's key."""
    file = folder / ".env"
    file.write_text("GOOGLE_API_KEY=none\n")
    make_env.main([str(file)])
    return make_env.given(file.read_text())


def sandbox_env(address: str, relays: tuple[Relay, Relay]) -> dict[str, str]:
    plain, tls = (f"{address}:{relay.port}" for relay in relays)
    return {
        "LFASSESS_SANDBOX_URL": f"http://{plain}",
        "LFASSESS_PAGESPEED_BASE_URL": f"http://{plain}/psi",
        "LFASSESS_CONNECT_TO": f"*.demo.test:80:{plain},*.demo.test:443:{tls}",
        "LFASSESS_CA_BUNDLE": "/sandbox/ca.pem",
    }


def override(folder: Path, ca_bundle: Path, network: str) -> Path:
    """Write what the tests add to the Compose file: the sandbox's certificate, its network, a task
    that only waits, an autoscaler that waits less, and looks at their health more often."""
    waiting = f"{Path(__file__).parent / 'waiting.py'}:/app/waiting.py:ro"
    service = {"volumes": [f"{ca_bundle}:/sandbox/ca.pem:ro", waiting]}
    services: dict[str, dict[str, object]] = dict.fromkeys(SERVICES, service)
    limits = ("--min=1", "--max=8", "--min-browser=1", "--max-browser=4")
    services["autoscaler"] = {"command": ["python", "-c", IMPATIENT, "scale", "--auto", *limits]}
    services["flower"] = {}
    services["worker"] = {
        **service,
        "command": [*image_command("io"), "-I", "lfassess.stack.liveness,waiting"],
    }
    added = {
        "services": {name: {**its, "healthcheck": OFTEN} for name, its in services.items()},
        "networks": {
            key: {"external": True, "name": network} for key in ("outside", "browsers-outside")
        },
    }
    file = folder / "sandbox.yml"
    file.write_text(json.dumps(added))
    return file


@pytest.fixture(scope="session")
def project(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Project]:
    """The stack, up and healthy, with the sandbox as its providers and leads' sites."""
    if "docker" not in request.config.getoption("markexpr"):
        pytest.skip("minutes of containers: run by `make compose-test`")
    if not engine_answers():
        pytest.skip("no Docker engine with Compose answers here")
    folder = tmp_path_factory.mktemp("compose")
    name = f"lfassess-test-{os.getpid()}"
    with ExitStack() as stack:
        run(["docker", "network", "create", f"{name}-outside"])
        stack.callback(run, ["docker", "network", "rm", f"{name}-outside"])
        network = json.loads(run(["docker", "network", "inspect", f"{name}-outside"]))
        address = network[0]["IPAM"]["Config"][0]["Gateway"]
        sandbox = stack.enter_context(SandboxServer(profile="fast", seed=1, directory=folder))
        ports = (sandbox.port, sandbox.tls_port)
        plain, tls = (stack.enter_context(Relay(address, port)) for port in ports)
        env = {
            **{k: os.environ[k] for k in ("PATH", "HOME", "DOCKER_HOST") if k in os.environ},
            **made_env(folder),
            "GOOGLE_API_KEY": "",
            "DOCKER_BUILDKIT": "0",  # takes images that only this machine has
            "API_PORT": str(free_port()),
            "FLOWER_PORT": str(free_port()),
            **sandbox_env(address, (plain, tls)),
        }
        file = override(folder, sandbox.ca_bundle, f"{name}-outside")
        made = Project(name, env, (file,))
        made.compose("build", "-q", "worker", "browser", timeout=900)
        stack.callback(made.compose, "--profile", "*", "down", "-v", "-t", "1", "--remove-orphans")
        made.compose("up", "-d", "--wait", "--no-build")
        yield made


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "docker: needs a Docker engine with Compose")
