"""The warden: makes the cage around itself, starts the program in it and opens sockets there.

Run by ``Cage`` with the standard library alone. Over a socket to its owner it says what the kernel
allowed, hands out the listening socket of the guard's proxy, starts one program, and then makes
connections to the program's ports and hands those out: both are used from outside, but belong to
the network in here, which has no other way out. Where the kernel gives it none of its own, a porter
stands at the program's ports. When the owner is gone, so is everything in here.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from lfassess.clients.cage import kernel
from lfassess.clients.cage.porter import Porter, try_it

_MAX_BYTES = 1 << 20
_BACKLOG = 128
_LOOPBACK = "127.0.0.1"
_AS_CHROMIUM_DOES = kernel.NEW_USER | kernel.NEW_PROCESSES | kernel.NEW_NETWORK
_EMPTY = "mode=0755,size=4m"


def main() -> None:
    spec = json.loads(sys.argv[1])
    with socket.socket(fileno=spec["control"]) as owner:
        try:
            mode = _enter(spec)
            with socket.create_server((_LOOPBACK, 0), backlog=_BACKLOG) as listener:
                said = json.dumps({**mode, "port": _free_port()}).encode()
                socket.send_fds(owner, [said], [listener.fileno()])
            exposed = mode["ports"] and not mode["network"]
            porter = Porter({spec["owner"], os.geteuid()}) if exposed else None
            with suppress(ConnectionError):
                _serve(owner, porter)
        except Exception as e:  # noqa: BLE001 - said outside
            with suppress(OSError):
                owner.send(_error(e))
        finally:
            os.killpg(0, signal.SIGKILL)


def _enter(spec: dict[str, Any]) -> dict[str, bool]:
    """Make the cage as tight as the kernel lets us; return what it let us."""
    if not sys.platform.startswith("linux"):
        return {"network": False, "files": False, "sandbox": True, "ports": False}
    network = files = False
    if spec["account"]:
        files = _if_it_works(lambda: _own_files(spec, 0))
        network = _if_it_works(lambda: _own_network(0))
        uid, gid = spec["account"]
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
        kernel.be_inspectable()
    if not network:  # as any account may
        users = kernel.NEW_USER | kernel.NEW_NETWORK
        if not files:
            network = files = _if_it_works(lambda: _own_files(spec, users))
        if not network:
            network = _if_it_works(lambda: _own_network(users))
    kernel.adopt_orphans()
    ports = network or (spec["porter"] and kernel.works(try_it))
    sandbox = kernel.works(lambda: kernel.unshare(_AS_CHROMIUM_DOES))
    if sandbox:  # else Chromium may have a helper that is root's
        kernel.forgo_privileges()
    return {"network": network, "files": files, "sandbox": sandbox, "ports": ports}


def _if_it_works(step: Callable[[], None]) -> bool:
    """Take a step that can't be undone only after it has worked for somebody else."""
    if not kernel.works(step):
        return False
    step()
    return True


def _own_network(more: int) -> None:
    kernel.unshare(kernel.NEW_NETWORK | more)
    _lay_cables()
    if more:
        kernel.drop_capabilities()


def _lay_cables() -> None:
    kernel.link_up(b"lo")
    with suppress(OSError):
        kernel.seem_connected()


def _own_files(spec: dict[str, Any], more: int) -> None:
    """Hide files; with ``more`` namespaces, the network's among them, do as _own_network does."""
    kernel.unshare(kernel.NEW_FILES | more)
    if more:
        _lay_cables()
    hide(spec["hide"], spec["show"], spec["home"])
    if more:
        kernel.drop_capabilities()


def _free_port() -> int:
    with socket.create_server((_LOOPBACK, 0)) as s:
        return int(s.getsockname()[1])


def _serve(owner: socket.socket, porter: Porter | None) -> None:
    """Start the program the owner names, then connect to the ports it names, until it is gone."""
    while request := owner.recv(_MAX_BYTES):
        asked = json.loads(request)
        if "start" in asked:
            program = _start(asked["start"], porter)
            owner.send(b"{}")
            # Only now: a program that ends at once would end everything before the answer is out.
            threading.Thread(target=_outlive, args=(program,), daemon=True).start()
            continue
        try:
            with socket.socket() as s:  # create_connection would look for a module
                s.settimeout(asked["timeout"])
                s.connect((_LOOPBACK, asked["connect"]))
                socket.send_fds(owner, [b"{}"], [s.fileno()])
        except OSError as e:
            owner.send(_error(e))


def _error(error: Exception) -> bytes:
    said = getattr(error, "strerror", None) or repr(error)
    return json.dumps({"error": said, "number": getattr(error, "errno", None)}).encode()


def _start(command: list[str], porter: Porter | None) -> int:
    """Start the program and return its process id."""

    def bind() -> None:
        kernel.die_with_parent()
        if porter:
            porter.bind()

    linux = sys.platform.startswith("linux")
    program = subprocess.Popen(
        command,
        stdin=0,
        preexec_fn=bind if linux else None,  # noqa: PLW1509 - one thread yet
    )
    if porter:
        porter.start()
    for stream in (0, 1):  # the program's alone from now on
        os.close(stream)
    return program.pid


def _outlive(program: int) -> None:
    """Bury the program's descendants, and end everything here once it has ended itself."""
    with suppress(ChildProcessError):
        while os.wait()[0] != program:
            pass
    os.killpg(0, signal.SIGKILL)


def hide(places: Sequence[str], needed: Sequence[str], home: str) -> None:
    """Leave of ``places`` only what is needed, and of the file system only ``home`` to write to.

    In a mount namespace of one's own, which others get to see nothing of.

    Args:
        places: folders, without symbolic links on the way, none inside another.
        needed: folders that stay where they are, likewise; several may lie inside a hidden one.
        home: the one that can be written to.

    Raises:
        OSError: the kernel refused; a part may be covered already.
    """
    kernel.mount("none", "/", "", kernel.PRIVATE | kernel.RECURSIVE)  # nothing of it leaks out
    opened = {path: os.open(path, os.O_PATH | os.O_DIRECTORY) for path in (*needed, home)}
    with suppress(OSError):  # before Linux 5.12 the account's rights must do
        kernel.set_writable("/", writable=False, below=True)
        kernel.set_writable("/proc", writable=True)  # Chromium's sandbox writes there
    for place in places:
        kernel.mount("tmpfs", place, "tmpfs", 0, _EMPTY)
    for path, fd in opened.items():
        if path == home or any(_is_inside(path, place) for place in places):
            os.makedirs(path, mode=0o755, exist_ok=True)  # noqa: PTH103 - pathlib is slow to import
            kernel.mount(f"/proc/self/fd/{fd}", path, "", kernel.BIND | kernel.RECURSIVE)
        os.close(fd)
    with suppress(OSError):
        kernel.set_writable(home, writable=True)
        for place in places:
            kernel.set_writable(place, writable=False)


def _is_inside(path: str, place: str) -> bool:
    return path == place or path.startswith(f"{place}/")
