"""What another account of the machine reads, and which of our ports it orders: nothing, and none.

ChromeDriver's, the debugger's and the proxy's ports are in tests/clients/test_cage.py and
test_cage_porter.py.
"""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import urllib.request
from pathlib import Path

import psutil
import pytest

from lfassess import peers
from lfassess.paths import Layout

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(
        os.geteuid() != 0 or not peers.KNOWS_PEERS,
        reason="only root on Linux may act as another account",
    ),
]
STRANGER = 65531
PYTHON = Path("/usr/bin/python3")  # one that every account can run
needs_python = pytest.mark.skipif(not PYTHON.exists(), reason=f"there is no {PYTHON} to run")

# Opens what it is given, and prints what it could: files, folders, sockets.
_LOOK = """
import os, socket, sys
for top in sys.argv[1:]:
    for folder, folders, files in os.walk(top):
        for name in files:
            place = os.path.join(folder, name)
            try:
                open(place, "rb").read(1)
                print("READ", place)
            except OSError:
                pass
            try:
                socket.socket(socket.AF_UNIX).connect(place)
                print("CONNECTED", place)
            except OSError:
                pass
        print("LISTED", folder)
"""

_OPEN = """
import sys
for place in sys.argv[1:]:
    try:
        open(place, "rb").read(1)
        print("READ", place)
    except OSError:
        pass
"""

_ASK = """
import json, socket, sys
host, port, request = "127.0.0.1", int(sys.argv[1]), sys.argv[2].encode()
with socket.create_connection((host, port), 30) as s:
    try:
        s.sendall(request)
        if sys.argv[3:] == ["hang up"]:
            sys.exit()
        print(s.makefile("rb").read().decode())
    except ConnectionError:
        print("CLOSED")
"""


def as_stranger(script, *words):
    return subprocess.run(
        [str(PYTHON), "-I", "-c", script, *map(str, words)],
        user=STRANGER, group=STRANGER, extra_groups=[], cwd="/",
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


def request(method, path, body=""):
    return (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )


def own_answer(port, path):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
        return answer.status, answer.read()


@needs_python
def test_nothing_of_the_store_can_be_read_or_reached(environment):
    worker = environment.start_worker("-P", "threads", "-c", "2")
    environment.cli("run", "https://brightwater-plumbing.demo.test/", "--checks", "security")
    places = {environment.data_dir, *_socket_folders(environment)}
    files = [path for path in environment.data_dir.rglob("*") if path.is_file()]
    assert "report.html" in {path.name for path in files}
    environment.data_dir.chmod(0o711)  # as root's is, for its servers' account
    named = as_stranger(_OPEN, *(f for f in files if f.name != "test-command.log"))
    assert (named.stdout, named.stderr) == ("", "")
    looked = as_stranger(_LOOK, *places)
    assert (looked.stdout, looked.stderr) == ("", "")
    for process in [psutil.Process(worker.pid), *psutil.Process(worker.pid).children(True)]:
        seen = as_stranger("import sys; open(sys.argv[1]).read()", f"/proc/{process.pid}/environ")
        assert "PermissionError" in seen.stderr


def _socket_folders(environment):
    return [Path(environment.redis_url.split("://")[1].split("?")[0]).parent]


@needs_python
def test_api_without_a_key_answers_its_own_account_alone(environment):
    environment.start("api", "--port", "0")
    port = _listening(environment)
    assert own_answer(port, "/api/v1/leads")[0] == 200
    assert own_answer(port, "/")[0] == 200

    refused = as_stranger(_ASK, port, request("GET", "/api/v1/leads")).stdout
    assert " 403 " in refused.splitlines()[0]
    assert "only the account that runs lfassess" in refused
    for page in ("/", "/submit", "/metrics", "/openapi.json"):
        assert " 403 " in as_stranger(_ASK, port, request("GET", page)).stdout.splitlines()[0], page

    order = request("POST", "/api/v1/assessments", json.dumps({"url": "https://stranger.test"}))
    for hang_up in ([], ["hang up"]):
        as_stranger(_ASK, port, order, *hang_up)
    assert own_answer(port, "/api/v1/leads")[0] == 200  # it has come to what was sent before
    assert environment.rows("SELECT website FROM leads WHERE website LIKE '%%stranger%%'") == []


def _listening(environment):
    """Return the port that the command started last says it listens on."""
    return int(
        environment.wait_for(lambda: re.search(r"127\.0\.0\.1:(\d+)", environment.said()))[1]
    )


@needs_python
def test_flower_asks_for_a_password_that_only_its_own_account_can_read(environment):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    worker = environment.start_worker("-P", "threads", "-c", "1")
    flower = environment.start("flower", "--port", str(port))
    order = request("POST", "/api/worker/shutdown/test0@here")
    environment.wait_for(
        lambda: " 401 " in as_stranger(_ASK, port, order).stdout.partition("\n")[0]
    )
    netrc = Layout(environment.data_dir).flower_netrc
    assert "password" in netrc.read_text()
    assert "PermissionError" in as_stranger("import sys; open(sys.argv[1])", netrc).stderr
    seen = as_stranger("import sys; open(sys.argv[1]).read()", f"/proc/{flower.pid}/environ")
    assert "PermissionError" in seen.stderr
    assert worker.poll() is None
