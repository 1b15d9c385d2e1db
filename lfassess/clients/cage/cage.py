"""A cage from outside: made, looked into through sockets, ended."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from errno import EIO, EPIPE
from pathlib import Path
from typing import IO, Any, Final

import psutil

import lfassess
from lfassess import peers
from lfassess.accounts import Account, can_enter
from lfassess.clients.cage.account import account_of_its_own, has_helper, other_people
from lfassess.clients.cage.environment import minimal_environment
from lfassess.clients.cage.places import folders_of, to_hide

_FOLDER: Final = "lfassess-cage-"  # and the owner's process id
_ANSWER_S: Final = 20.0
_MAX_BYTES: Final = 1 << 20
_END_S: Final = 3.0
_POLL_S: Final = 0.01
_ROOT: Final = str(Path(lfassess.__file__).parents[1])
_WARDEN: Final = (
    "import sys; sys.path.insert(0, {root!r}); "
    "from lfassess.clients.cage.inside import main; main()"
)


@dataclass(frozen=True, slots=True)
class Mode:
    """How tight a cage is.

    ``network``: it has a network of its own, which leads to the guard's proxy alone. ``files``: of
    our files it sees what it needs. ``sandbox``: Chromium can make its own sandbox inside.
    ``account``: the user id that it runs under, where that is not ours. ``ports``: no other account
    reaches what listens inside.
    """

    network: bool
    files: bool
    sandbox: bool
    account: int | None
    ports: bool


class Cage:
    """A program and all it starts, cut off from our files, our network and other users.

    ``folder`` is its home, the one place it can write to; ``mode`` says what the kernel allowed.
    ``proxy_listener`` listens inside, ``connect`` reaches what listens inside; ``port`` is free
    there. ``callers`` are the user ids that may come to the listener, None where others can't.
    """

    def __init__(
        self,
        data_dir: Path,
        programs: Sequence[Path],
        *,
        stdin: int = subprocess.DEVNULL,
        stdout: int = subprocess.DEVNULL,
        stderr: int | IO[bytes] = subprocess.DEVNULL,
    ) -> None:
        """Make it.

        Args:
            data_dir: ours, which it is not to see.
            programs: files whose folders it needs to see.
            stdin: of the program that ``start`` starts, as for subprocess.Popen.
            stdout: likewise.
            stderr: likewise.

        Raises:
            OSError: it could not be made.
        """
        sweep()
        self._streams: dict[str, Any] = {"stdin": stdin, "stdout": stdout, "stderr": stderr}
        self._lock = threading.Lock()
        self.folder = Path(tempfile.mkdtemp(prefix=f"{_FOLDER}{os.getpid()}-"))
        needed = folders_of(programs)
        account = account_of_its_own()
        try:
            helped = any(map(has_helper, programs))
            porter = account is not None or not helped or bool(other_people())
            self._make(data_dir, needed, account, porter=porter)
            if account and not self.mode.files and not _open_to(account, [*needed, self.folder]):
                self.kill()  # what it needs lies where none but root may look
                self._owner.close()
                self.proxy_listener.close()
                self._make(data_dir, needed, None, porter=True)
        except BaseException:
            self.close()
            raise

    def _make(
        self, data_dir: Path, needed: list[str], account: Account | None, *, porter: bool
    ) -> None:
        if account:
            os.chown(self.folder, account.uid, account.gid)
        home = os.path.realpath(self.folder)
        self._owner, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._owner.settimeout(_ANSWER_S)
        with theirs:
            spec = {
                "control": theirs.fileno(),
                "owner": os.geteuid(),
                "account": [account.uid, account.gid] if account else None,
                "porter": porter,
                "hide": to_hide(data_dir, [*needed, home], account),
                "show": needed,
                "home": home,
            }
            self.process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _WARDEN.format(root=_ROOT), json.dumps(spec)],
                env=minimal_environment(self.folder),
                cwd="/",
                start_new_session=True,
                pass_fds=[theirs.fileno()],
                **self._streams,
            )
        said, (listener, *_) = self._answer()
        self.proxy_listener = socket.socket(fileno=listener)
        self.port = int(said["port"])
        self.mode = Mode(
            network=said["network"],
            files=said["files"],
            sandbox=said["sandbox"] and (account is not None or os.geteuid() != 0),
            account=account.uid if account else None,
            ports=said["ports"],
        )
        ours = {os.geteuid(), account.uid if account else os.geteuid()}
        self.callers = None if self.mode.network or not peers.KNOWS_PEERS else frozenset(ours)

    def start(self, command: Sequence[str]) -> None:
        """Start the one program; raises OSError."""
        self._ask({"start": list(command)})

    def connect(self, port: int, timeout: float = _ANSWER_S) -> socket.socket:
        """Return a socket connected to a port inside; raises OSError. For any thread."""
        opened = socket.socket(fileno=self._ask({"connect": port, "timeout": timeout})[0])
        # Else a request in two pieces waits 40 ms for its second.
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened

    def _ask(self, request: dict[str, Any]) -> list[int]:
        with self._lock:
            self._owner.send(json.dumps(request).encode())
            return self._answer()[1]

    def _answer(self) -> tuple[dict[str, Any], list[int]]:
        data, sockets, _, _ = socket.recv_fds(self._owner, _MAX_BYTES, 1)
        answer = json.loads(data) if data else {"error": "the cage is gone", "number": EPIPE}
        if "error" in answer:
            raise OSError(answer.get("number") or EIO, answer["error"])
        return answer, sockets

    def alive(self) -> bool:
        return self.process.poll() is None

    def kill(self) -> None:
        """Kill everything inside; may be called from any thread."""
        family = []
        with suppress(psutil.Error):
            family = psutil.Process(self.process.pid).children(recursive=True)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        for child in family:
            with suppress(psutil.Error):
                child.kill()
        self.process.wait()
        end = time.monotonic() + _END_S
        while not all(map(_ended, family)) and time.monotonic() < end:
            time.sleep(_POLL_S)

    def close(self) -> None:
        """Kill everything inside and remove its files."""
        if hasattr(self, "process"):
            self.kill()
        for name in ("_owner", "proxy_listener"):
            if hasattr(self, name):
                getattr(self, name).close()
        end = time.monotonic() + _END_S
        while self.folder.exists() and time.monotonic() < end:
            shutil.rmtree(self.folder, ignore_errors=True)  # a dying process may still write there


def look(data_dir: Path, programs: Sequence[Path]) -> Mode:
    """Return how tight a cage would be here; raises OSError."""
    cage = Cage(data_dir, programs)
    cage.close()
    return cage.mode


def sweep() -> None:
    """Remove what cages of processes that were killed left in the temporary folder."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*-*"):
        owner = folder.name.removeprefix(_FOLDER).partition("-")[0]
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _open_to(account: Account, folders: Sequence[str | Path]) -> bool:
    return all(can_enter(place, account) for f in map(Path, folders) for place in (f, *f.parents))


def _ended(process: psutil.Process) -> bool:
    """Return whether a process is dead, be it that nobody has reaped it yet."""
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return True
