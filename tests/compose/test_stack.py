"""`docker compose up` from nothing: everything is healthy and a batch of leads ends."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest

from tests.compose.project import ROOT, Project, inspect, wait_for

pytestmark = [pytest.mark.docker, pytest.mark.timeout(1200)]

LONG_RUNNING = ("postgres", "redis", "api", "worker", "browser", "flower")


def test_everything_is_healthy_and_the_schema_is_there(project: Project):
    for service in LONG_RUNNING:
        (container,) = project.containers(service)
        assert inspect(container)["State"]["Health"]["Status"] == "healthy", service
    (migrate,) = project.containers("migrate", stopped=True)
    assert inspect(migrate)["State"]["ExitCode"] == 0
    assert project.number("SELECT count(*) FROM control") == 1


def test_a_batch_of_leads_ends(project: Project):
    body = (Path(ROOT) / "configs" / "demo_leads.csv").read_bytes()
    headers = {"X-API-Key": project.env["LFASSESS_API_KEY"], "Content-Type": "text/csv"}
    # Without an age nothing is reused, whatever was assessed here before.
    project.ask("api", "/api/v1/batches?max_age_s=0", data=body, **headers)
    wait_for(lambda: project.left() == 0, 600, "all leads ended")
    ours = "SELECT id FROM assessments WHERE batch_id = (SELECT max(id) FROM batches)"
    assert len(project.sql(ours)) == 6
    failed = "SELECT name, error_code, error_message FROM check_runs WHERE status = 'failed'"
    assert project.sql(f"{failed} AND assessment_id IN ({ours})") == []


@pytest.mark.parametrize("service", LONG_RUNNING)
def test_containers_can_do_no_more_than_they_must(project: Project, service: str):
    (container,) = project.containers(service)
    found = inspect(container)
    user = found["Config"]["User"].partition(":")[0]
    assert user not in {"", "0", "root"}
    host = found["HostConfig"]
    assert host["ReadonlyRootfs"]
    assert host["CapDrop"] == ["ALL"]
    assert host["Memory"] > 0
    assert host["RestartPolicy"]["Name"] == "unless-stopped"
    assert host["LogConfig"]["Config"]["max-size"]
    assert not host["Privileged"]
    assert "no-new-privileges:true" in host["SecurityOpt"]


@pytest.mark.parametrize("service", ["api", "worker", "browser", "flower"])
def test_an_init_reaps_and_runs_as_nobody_special(project: Project, service: str):
    script = "cat /proc/1/comm && id -u && ! touch /app/x /usr/x /opt/venv/x"
    said = project.compose("exec", "-T", service, "sh", "-c", script)
    assert said.split() == ["tini", "10001"]


@pytest.mark.parametrize("service", ["worker", "browser"])
def test_workers_get_the_time_to_end_what_they_have_begun(project: Project, service: str):
    (container,) = project.containers(service)
    assert inspect(container)["Config"]["StopTimeout"] >= 240
    assert inspect(container)["HostConfig"]["Memory"] == 512 * 2**20


@pytest.mark.parametrize(
    ("service", "path"), [("api", "/api/v1/leads"), ("flower", "/api/workers"), ("flower", "/")]
)
def test_nobody_gets_in_without_credentials(project: Project, service: str, path: str):
    with pytest.raises(urllib.error.HTTPError) as refused:
        project.ask(service, path)
    with refused.value as answer:
        assert answer.code == 401


def test_only_loopback_ports_are_published(project: Project):
    published = {}
    for service in LONG_RUNNING:
        (container,) = project.containers(service)
        for inner, places in inspect(container)["NetworkSettings"]["Ports"].items():
            if places:
                published[service, inner] = {place["HostIp"] for place in places}
    assert published == {("api", "8000/tcp"): {"127.0.0.1"}, ("flower", "5555/tcp"): {"127.0.0.1"}}


def own_addresses() -> list[str]:
    """Return this machine's addresses beside loopback."""
    listed = [a for found in psutil.net_if_addrs().values() for a in found]
    every = [a.address for a in listed if a.family == socket.AF_INET]
    return [address for address in every if not address.startswith("127.")]


@pytest.mark.parametrize("port", ["API_PORT", "FLOWER_PORT"])
def test_no_other_address_of_the_machine_answers(project: Project, port: str):
    number = int(project.env[port])
    assert own_addresses()
    for address in own_addresses():
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((address, number), timeout=10).close()


def test_no_compiler_and_no_package_manager_of_python_in_the_image(project: Project):
    words = "for w in gcc cc make; do ! command -v $w || exit 1; done; ! python -m pip --version"
    project.compose("exec", "-T", "worker", "sh", "-c", words)
