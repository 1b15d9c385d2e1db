"""Who reaches driver, debugger and proxy where the kernel gives no namespaces."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lfassess import peers
from lfassess.clients.cage import account, kernel, porter
from lfassess.clients.cage.cage import Mode
from lfassess.clients.chromium.binaries import require_closed_ports, sandboxed
from lfassess.errors import BrowserExposedError
from lfassess.settings import Settings
from tests.clients.no_namespaces import UNSHARE

ROOT = os.geteuid() == 0
as_root = pytest.mark.skipif(not ROOT, reason="only root may act as another account")
on_linux = pytest.mark.skipif(
    not peers.KNOWS_PEERS or os.uname().machine not in UNSHARE,
    reason="the porter's calls are Linux's, on x86_64 and aarch64",
)
PYTHON = Path("/usr/bin/python3")  # one that every account can run
US, STRANGER = 65533, 65532

# Run as an ordinary account (or as root), without namespaces: opens a page, tells where its ports
# are, waits for a line, and goes on browsing.
_BROWSE = """
import json, os, sys, time
from pathlib import Path
from lfassess.clients import browser
from lfassess.clients.browser import browser_page
from lfassess.clients.chromium.pool import browser_pool
from lfassess.clients.cage import kernel
from lfassess.settings import Settings
from tests.clients.no_namespaces import refuse_namespaces
uid = int(sys.argv[1])
if uid:
    os.setgroups([]), os.setgid(uid), os.setuid(uid)
    kernel.be_inspectable()
    sys.executable = sys.argv[2]
os.environ |= {"HOME": "/nonexistent", "TMPDIR": "/tmp"}
refuse_namespaces()
settings = Settings(data_dir=Path("/nonexistent/data"), allow_exposed_browser=True)
with browser_page(settings, width=800, height=600, deadline=time.monotonic() + 60) as page:
    running = browser_pool._browser
    mode, address = running.cage.mode, running.driver.capabilities["goog:chromeOptions"]
    ports = [running.cage.port, int(address["debuggerAddress"].split(":")[-1]),
             int(running.proxy.url.split(":")[-1])]
    print(json.dumps([mode.network, mode.ports, ports]), flush=True)
    sys.stdin.readline()
    print(page.evaluate("6 * 7"))
browser.shutdown()
"""

_ORDER = """
import socket, sys
for port in map(int, sys.argv[1:]):
    try:
        with socket.create_connection(("127.0.0.1", port), 20) as s:
            s.sendall(b"GET /status HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n")
            if s.recv(1):
                print("ANSWERED", port)
    except OSError:
        pass
"""


@on_linux
@as_root
@pytest.mark.browser
@pytest.mark.skipif(not PYTHON.exists(), reason=f"there is no {PYTHON} for the other account")
@pytest.mark.parametrize("us", [US, 0], ids=["an ordinary account's", "root's"])
def test_ports_answer_no_other_account(us, code_for_all):
    with subprocess.Popen(
        [sys.executable, "-c", _BROWSE, str(us), str(PYTHON)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=code_for_all,
        env={k: v for k, v in os.environ.items() if not k.startswith("COV")},
    ) as browsing:  # fmt: skip
        network, closed, ports = json.loads(browsing.stdout.readline())
        asking = [str(PYTHON), "-I", "-c", _ORDER, *map(str, ports)]
        stranger = subprocess.check_output(asking, user=STRANGER, text=True)
        own = subprocess.check_output(asking, user=us, text=True)
        said, _ = browsing.communicate("\n")
    assert (network, closed) == (False, True)
    assert stranger == ""
    # Of root's browser the debugger and proxy serve root and the browser's own account.
    assert own.count("ANSWERED") == 3
    assert said.strip() == "42"


@on_linux
def test_nobody_can_stand_at_the_ports_of_a_kernel_that_does_not_ask(monkeypatch):
    def refuse(*_args, **_more):
        raise OSError(38, "Function not implemented")

    assert kernel.works(porter.try_it)
    monkeypatch.setattr(kernel, "filter_calls", refuse)
    assert not kernel.works(porter.try_it)


OPEN = Mode(network=False, files=False, sandbox=False, account=None, ports=False)


def mode(**changes):
    return Mode(**{name: getattr(OPEN, name) for name in OPEN.__slots__} | changes)


@pytest.fixture
def people(monkeypatch):
    def live_here(*names):
        monkeypatch.setattr("lfassess.clients.chromium.binaries.other_people", lambda: list(names))

    return live_here


def test_browser_that_other_people_could_order_is_not_started(people):
    people("anna", "bert")
    with pytest.raises(BrowserExposedError, match=r"other accounts here \(anna, bert\)") as e:
        require_closed_ports(OPEN, Settings())
    assert "lfassess doctor" in e.value.hint
    assert e.value.exit_code == 3


@pytest.mark.parametrize(
    ("cage", "others", "allowed"),
    [
        (OPEN, [], False),
        (OPEN, ["anna"], True),
        (mode(ports=True), ["anna"], False),
        (mode(account=61200), ["anna"], False),
    ],
    ids=["nobody else", "allowed", "closed ports", "an account with nothing of worth"],
)
def test_browser_starts_where_nobody_gains_by_ordering_it(people, cage, others, allowed):
    people(*others)
    require_closed_ports(cage, Settings(allow_exposed_browser=allowed))


def test_people_are_accounts_with_a_shell_and_those_at_work(monkeypatch):
    def entry(uid, name, shell="/bin/bash"):
        return account.pwd.struct_passwd((name, "x", uid, uid, "", "/", shell))

    listed = [
        entry(0, "root"), entry(33, "www-data"), entry(1001, "anna"),
        entry(1002, "ftp", "/usr/sbin/nologin"), entry(65534, "nobody"),
    ]  # fmt: skip
    monkeypatch.setattr(account.pwd, "getpwall", lambda: listed)
    monkeypatch.setattr(account, "_at_work", lambda: {0, 33, 998, 1001, 5005, 61200, 100_033})
    assert account.other_people() == ["5005", "anna"]


def test_no_helper_gains_rights_under_a_porter(monkeypatch, tmp_path):
    monkeypatch.setattr("lfassess.clients.chromium.binaries.os.geteuid", lambda: 1000)
    monkeypatch.setattr("lfassess.clients.chromium.binaries.has_helper", lambda _browser: True)
    assert sandboxed(OPEN, tmp_path / "chromium")
    assert not sandboxed(mode(ports=True), tmp_path / "chromium")
