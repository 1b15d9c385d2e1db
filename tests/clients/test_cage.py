"""What a program in the cage can reach, see and write; and what reaches it."""

from __future__ import annotations

import os
import pwd
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest

from lfassess.clients import browser
from lfassess.clients.browser import browser_page
from lfassess.clients.cage.account import account_of_its_own
from lfassess.clients.cage.cage import Cage
from lfassess.clients.chromium.binaries import find_driver
from lfassess.clients.chromium.pool import browser_pool
from lfassess.settings import Settings
from tests.page_server import listener, website

ROOT = os.geteuid() == 0
as_root = pytest.mark.skipif(not ROOT, reason="only root may act as another account")
PYTHON = Path("/usr/bin/python3")  # one that every account can run


def run(tmp_path, script: str, *, data_dir: Path | None = None) -> str:
    """Return what a shell script prints in a cage."""
    cage = Cage(data_dir or tmp_path, [Path("/bin/sh")], stdout=subprocess.PIPE)
    try:
        if not cage.mode.network:
            pytest.skip("the kernel gives no namespaces here: there is no cage to test")
        assert cage.process.stdout
        with cage.process.stdout as out:
            cage.start(["/bin/sh", "-c", script])
            return out.read().decode()
    finally:
        cage.close()


def python(script: str) -> str:
    return f"{PYTHON} -I -c '{textwrap.dedent(script)}' 2>&1"


needs_python = pytest.mark.skipif(not PYTHON.exists(), reason=f"there is no {PYTHON} to run inside")


@needs_python
def test_broken_renderer_s_sockets_reach_nothing(tmp_path):
    """Not loopback outside, not the internet, not a cloud's metadata, by TCP nor UDP."""
    with listener() as (port, callers):
        said = run(
            tmp_path,
            python(f"""
                import errno, socket
                places = [("127.0.0.1", {port}), ("8.8.8.8", 53), ("169.254.169.254", 80),
                          ("10.0.0.1", 80), ("::1", {port}), ("2001:4860:4860::8888", 53)]
                for host, port in places:
                    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                        family = socket.AF_INET6 if ":" in host else socket.AF_INET
                        s = socket.socket(family, kind)
                        s.settimeout(5)
                        try:
                            s.connect((host, port))
                            s.send(b"x")
                            s.recv(1)
                            print("REACHED", host, kind)
                        except OSError as e:
                            print(errno.errorcode.get(e.errno, e))
            """),
        )
        assert callers == []
    assert "REACHED" not in said
    assert len(said.splitlines()) == 12
    assert set(said.split()) <= {"ECONNREFUSED", "ENETUNREACH", "EADDRNOTAVAIL"}


@needs_python
def test_sockets_of_our_servers_are_out_of_reach(tmp_path):
    data_dir = tmp_path / "data"
    data_dir.mkdir(mode=0o755)
    abstract = f"\0lfassess-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as file, socket.socket(socket.AF_UNIX) as nameless:
        file.bind(str(data_dir / "s"))
        (data_dir / "s").chmod(0o777)
        nameless.bind(abstract)
        for server in (file, nameless):
            server.listen()
            server.settimeout(0.2)
        said = run(
            tmp_path,
            python(f"""
                import socket
                for place in ("{data_dir}/s", "\\0{abstract[1:]}"):
                    try:
                        socket.socket(socket.AF_UNIX).connect(place)
                        print("REACHED", place)
                    except OSError as e:
                        print(type(e).__name__)
            """),
            data_dir=data_dir,
        )
    assert said.split() == ["FileNotFoundError", "ConnectionRefusedError"]


def test_files_of_ours_are_not_there(tmp_path):
    data_dir = tmp_path / "data"
    data_dir.mkdir(mode=0o755)
    (data_dir / "secret").write_text("treasure")
    (data_dir / "secret").chmod(0o644)
    said = run(
        tmp_path,
        f"cat {data_dir}/secret {Path.home()}/.profile /run/* {Path.cwd()}/pyproject.toml 2>/dev/null;"
        f"ls -A {data_dir} {Path.home()} {Path.cwd()} | grep -v : | tr -d ' \\n'",
        data_dir=data_dir,
    )
    assert said == ""


def test_its_home_is_the_only_place_to_write_to(tmp_path):
    said = run(
        tmp_path,
        "echo x > $HOME/mine && echo home;"
        f"for d in /tmp /var/tmp /dev/shm /run {tmp_path} {Path.cwd()} {Path.home()} /usr /etc; do"
        " (echo x > $d/lfassess-cage-test) 2>/dev/null && echo $d; done",
    )
    assert said.split() == ["home"]


def test_nobody_s_environment_can_be_read(tmp_path):
    said = run(tmp_path, f"tr '\\0' '\\n' 2>&1 </proc/{os.getpid()}/environ | head -1")
    assert "denied" in said.lower()


def test_no_program_gains_rights_inside(tmp_path):
    said = run(tmp_path, "grep -E 'NoNewPrivs|CapEff|CapPrm' /proc/self/status")
    assert [line.split()[1].strip("0") for line in said.splitlines()] == ["", "", "1"]


def test_mounts_stay_inside(tmp_path):
    """A cage that leaked what it covers would blind the whole machine."""
    before = Path("/proc/self/mountinfo").read_text()
    run(tmp_path, "true")
    assert Path("/proc/self/mountinfo").read_text() == before


@as_root
def test_each_has_an_account_of_its_own(tmp_path):
    shared = {entry.uids().real for entry in psutil.process_iter()}
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, user=(first := account_of_its_own()).uid):
        second = account_of_its_own()
        uid, groups = map(int, run(tmp_path, "id -u; id -G").split())
    assert first.uid != second.uid
    assert uid == groups
    assert uid not in {first.uid, *shared, *(entry.pw_uid for entry in pwd.getpwall())}


_STRANGER = """
import socket, sys
for port in map(int, sys.argv[1:]):
    for host in ("127.0.0.1", "::1"):
        try:
            socket.create_connection((host, port), 5).close()
            print("REACHED", port)
        except OSError:
            pass
"""


def driver_and_debugger() -> list[str]:
    running = browser_pool._browser
    if not running.cage.mode.network:
        pytest.skip("the kernel gives no namespaces here: the driver's port is this machine's")
    address = running.driver.capabilities["goog:chromeOptions"]["debuggerAddress"]
    ports = [str(running.cage.port), address.rpartition(":")[2], running.proxy.url.split(":")[-1]]
    for port in ports:
        with running.cage.connect(int(port)) as opened:  # we get through, at once
            assert opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    return ports


@pytest.mark.browser
@pytest.mark.parametrize(
    "user", [pytest.param(65533, marks=as_root, id="another"), pytest.param(None, id="our own")]
)
def test_no_local_user_reaches_driver_debugger_or_proxy(tmp_path, user):
    settings = Settings(data_dir=tmp_path)
    with browser_page(settings, width=800, height=600, deadline=time.monotonic() + 40):
        asked = [str(PYTHON if PYTHON.exists() else sys.executable), "-I", "-c", _STRANGER]
        found = subprocess.run(
            [*asked, *driver_and_debugger()],
            capture_output=True,
            text=True,
            check=True,
            user=user,
        )
    browser.shutdown()
    assert found.stdout == ""


@pytest.mark.browser
def test_pages_are_in_chromium_s_own_sandbox_and_not_told_they_are_offline(tmp_path):
    settings = Settings(data_dir=tmp_path, allow_private_targets=True)
    with (
        website({"/": "<h1>Shop"}) as site,
        browser_page(settings, width=800, height=600, deadline=time.monotonic() + 40) as page,
    ):
        page.goto(site.url + "/")
        online = page.evaluate("navigator.onLine")
        cage = browser_pool._browser.cage
        lines = [" ".join(p.cmdline()) for p in psutil.Process(cage.process.pid).children(True)]
        renderers = [p for p in psutil.Process(cage.process.pid).children(True) if _renders(p)]
        modes = {_status(p.pid, "Seccomp") for p in renderers}
    browser.shutdown()
    if not cage.mode.sandbox:
        pytest.skip("the kernel gives no namespaces here: Chromium has no sandbox")
    assert online
    assert modes == {"2"}
    assert not any("--no-sandbox" in line for line in lines)


def _renders(process: psutil.Process) -> bool:
    return any("--type=renderer" in word for word in process.cmdline())


def _status(pid: int, name: str) -> str:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(line.split()[1] for line in lines if line.startswith(f"{name}:"))


_ORDINARY = """
import os, subprocess, sys
from pathlib import Path
from lfassess.clients.cage.cage import Cage
sys.executable = sys.argv[1]  # root's may lie where nobody else looks
os.setgroups([]), os.setgid(65533), os.setuid(65533)
os.environ["HOME"] = "/nonexistent"
cage = Cage(Path(sys.argv[2]), [Path("/bin/sh")], stdout=subprocess.PIPE)
cage.start(["/bin/sh", "-c", "id -u; ls -A /root /home; cat /proc/net/dev | grep -c eth; "
            "cat /proc/%d/environ >/dev/null 2>&1 || echo denied" % os.getpid()])
print(cage.mode.network, cage.mode.files, cage.mode.sandbox, cage.mode.account)
print(cage.process.stdout.read().decode())
cage.close()
print(cage.folder.exists())
"""


@as_root
@needs_python
def test_ordinary_user_has_the_same_cage(tmp_path, code_for_all):
    done = subprocess.run(
        [sys.executable, "-c", _ORDINARY, str(PYTHON), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=code_for_all,
        # Without coverage, which could not write its file as that user.
        env={k: v for k, v in os.environ.items() if not k.startswith("COV")} | {"TMPDIR": "/tmp"},
    )
    assert done.stderr == ""
    if not done.stdout.startswith("True"):
        pytest.skip("the kernel gives ordinary users no namespaces here")
    words = done.stdout.split()
    assert words == [
        *("True", "True", "True", "None", "65533", "/home:", "/root:", "0", "denied", "False")
    ]


def test_driver_that_is_no_program_is_no_riddle(tmp_path):
    cage = Cage(tmp_path, [Path("/bin/sh")])
    try:
        with pytest.raises(OSError, match="No such file"):
            cage.start([str(tmp_path / "nothing")])
    finally:
        cage.close()
    assert not cage.folder.exists()
    assert not cage.alive()


@pytest.mark.browser
def test_driver_s_folder_is_found_through_its_links(tmp_path):
    link = tmp_path / "bin" / "driver"
    link.parent.mkdir()
    link.symlink_to(find_driver(Settings(data_dir=tmp_path)).resolve())
    settings = Settings(data_dir=tmp_path / "data", chromedriver_path=link)
    with browser_page(settings, width=800, height=600, deadline=time.monotonic() + 40) as page:
        assert page.evaluate("1 + 1") == 2
    browser.shutdown()
