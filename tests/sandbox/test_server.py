"""The sandbox starts and ends cleanly, as a context manager and as a command."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import requests

from lfassess.errors import ServiceUnreachableError
from lfassess.sandbox.server import SandboxServer

COMMAND = (
    "from lfassess.cli.common import run_with_error_handling; from lfassess.cli.sandbox import app; "
    "raise SystemExit(run_with_error_handling(app))"
)
ROOT = Path(__file__).parents[2]


def start(*words):
    return subprocess.Popen(
        [sys.executable, "-c", COMMAND, "serve", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


def is_free(port):
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return s.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_command_says_where_it_is_and_ends_on_a_signal(tmp_path, number):
    with start("--port", "0", "--dir", str(tmp_path), "--json") as process:
        try:
            result = json.loads(process.stdout.readline())
            assert requests.get(result["url"], timeout=60).json()["sites"]
            process.send_signal(number)
            _, errors = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 0
    assert "Sandbox ready" in errors
    assert "Traceback" not in errors
    assert is_free(int(result["url"].rpartition(":")[2]))
    assert {s["quality"] for s in result["sites"]} == {"good", "average", "neglected", "broken"}
    assert result["env"]["LFASSESS_CA_BUNDLE"] == result["ca_bundle"] == str(tmp_path / "ca.pem")


def test_stops_at_once_though_a_call_hangs(tmp_path):
    with start("--port", "0", "--dir", str(tmp_path), "--json") as process:
        try:
            port = int(json.loads(process.stdout.readline())["url"].rpartition(":")[2])
            with socket.create_connection(("127.0.0.1", port), timeout=60) as s:
                s.sendall(
                    b"GET /semrush/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Sandbox-Fault: timeout\r\n\r\n"
                )
                process.terminate()
                assert process.wait(60) == 0
        finally:
            process.kill()


def test_sourcing_the_env_file_sets_everything(tmp_path):
    with SandboxServer(directory=tmp_path / "a b") as server:
        printed = subprocess.run(
            ["sh", "-c", '. "$1" && env', "sh", str(tmp_path / "a b" / "sandbox.env")],
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        assert {f"{k}={v}" for k, v in server.env.items()} <= set(printed.splitlines())
        assert f"*.demo.test:443:127.0.0.1:{server.tls_port}" in server.env["LFASSESS_CONNECT_TO"]


def test_taken_port_ends_the_command_with_one_clear_message(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with start("--port", port, "--tls-port", "0", "--dir", str(tmp_path)) as process:
            _, errors = process.communicate(timeout=60)
    assert process.returncode == 4
    assert f"Port {port} on 127.0.0.1 can't be used" in errors
    assert "Traceback" not in errors


def test_failed_start_leaves_nothing_behind():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        before = threading.active_count()
        with pytest.raises(ServiceUnreachableError):
            SandboxServer(tls_port=taken.getsockname()[1]).start()
        assert threading.active_count() == before


def test_stop_frees_ports_thread_and_temporary_folder():
    before = threading.active_count()
    with SandboxServer() as server:
        folder, ports = server.directory, (server.port, server.tls_port)
        assert folder.is_dir()
    assert not folder.exists()
    assert all(is_free(p) for p in ports)
    assert threading.active_count() == before
    server.stop()


def test_restarted_sandbox_keeps_its_authority(tmp_path):
    with SandboxServer(directory=tmp_path) as server:
        first = server.ca_bundle.read_bytes()
    with SandboxServer(directory=tmp_path) as server:
        assert server.ca_bundle.read_bytes() == first


def test_damaged_authority_is_made_anew(tmp_path):
    (tmp_path / "ca.key").write_text("rubbish")
    (tmp_path / "ca.pem").write_text("rubbish")
    with SandboxServer(directory=tmp_path) as server:
        assert b"BEGIN CERTIFICATE" in server.ca_bundle.read_bytes()


def test_keys_are_readable_by_their_owner_alone(tmp_path):
    with SandboxServer(directory=tmp_path):
        private = [p for p in tmp_path.iterdir() if b"PRIVATE KEY" in p.read_bytes()]
        assert {p.stat().st_mode & 0o777 for p in private} == {0o600}
        assert len(private) == 4


def test_command_line_loads_no_server_until_it_serves():
    code = "import sys, lfassess.cli.sandbox; print({'fastapi', 'uvicorn', 'cryptography'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "set()"


def test_on_another_host_it_answers_to_any_name(tmp_path):
    with SandboxServer(directory=tmp_path, host="0.0.0.0") as server:
        assert server.url.startswith("http://127.0.0.1:")
        with socket.create_connection(("127.0.0.2", server.port), timeout=60) as s:
            s.sendall(b"GET / HTTP/1.1\r\nHost: sandbox:8470\r\nConnection: close\r\n\r\n")
            assert b" 200 " in s.recv(100)
