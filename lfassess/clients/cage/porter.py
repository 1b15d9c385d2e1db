"""The porter: accepts connections for caged programs, and turns other accounts away.

Where a cage has no network of its own, its ports are this machine's. ChromeDriver and Chromium know
no password; so the kernel asks us whenever one of them accepts a connection (seccomp's user
notification), we accept in its stead, and hand it those of our accounts alone. Standard library
alone: runs in the cage.
"""

from __future__ import annotations

import errno
import os
import select
import socket
import struct
import threading
from collections.abc import Callable, Collection
from contextlib import suppress

from lfassess import peers
from lfassess.clients.cage import kernel

_LOOPBACK = "127.0.0.1"
_IP = (socket.AF_INET, socket.AF_INET6)
_LENGTH = struct.Struct("=I")
_TRY_S = 5.0


class Porter:
    """Stands at the ports of one program and of all that it starts."""

    def __init__(self, accounts: Collection[int]) -> None:
        """Choose the user ids that are let in."""
        self._accounts = accounts
        self._ours, self._theirs = socket.socketpair()

    def bind(self) -> None:
        """In the program's process, before it is executed: have the kernel ask. Raises OSError."""
        kernel.forgo_privileges()
        calls = dict.fromkeys(kernel.accepting_calls(), kernel.ASK)
        fd = kernel.filter_calls(calls, listen=True)
        socket.send_fds(self._theirs, [b"."], [fd])
        os.close(fd)

    def start(self) -> None:
        """Answer the kernel from now on, in a thread; the program has been started."""
        self._theirs.close()
        with self._ours:
            _, listener, _, _ = socket.recv_fds(self._ours, 1, 1)
        if not listener:
            raise OSError(errno.ENOSYS, "the kernel does not ask before calls")
        _spawn(self._serve, listener[0])

    def _serve(self, listener: int) -> None:
        """Take the kernel's questions until nobody is left that it could ask about."""
        poll = select.poll()
        poll.register(listener, select.POLLIN)
        while any(event & select.POLLIN for _, event in poll.poll()):
            with suppress(FileNotFoundError):  # the thread was killed meanwhile
                call = kernel.next_call(listener)
                _spawn(self._answer, listener, call)  # one socket that blocks holds up no other

    def _answer(self, listener: int, call: kernel.Call) -> None:
        with suppress(OSError):  # its thread is gone
            try:
                self._accept(listener, call)
            except OSError as e:
                kernel.answer_with_error(listener, call, e.errno or errno.EIO)

    def _accept(self, listener: int, call: kernel.Call) -> None:
        with socket.socket(fileno=kernel.file_of(call.thread, call.arguments[0])) as server:
            if server.family not in _IP:
                kernel.let_go_on(listener, call)
                return
            connection = self._next(server)
        flags = call.arguments[3] if call.number == kernel.accepting_calls()[1] else 0
        with connection:
            connection.setblocking(not flags & socket.SOCK_NONBLOCK)
            _write_address(listener, call, connection)
            kernel.answer_with_file(
                listener,
                call,
                connection.fileno(),
                close_on_exec=bool(flags & socket.SOCK_CLOEXEC),
            )

    def _next(self, server: socket.socket) -> socket.socket:
        while True:
            connection, peer = server.accept()
            if peers.is_from(peer, connection.getsockname(), self._accounts):
                return connection
            connection.close()


def _spawn(target: Callable[..., None], *arguments: object) -> None:
    threading.Thread(target=target, args=arguments, daemon=True).start()


def _write_address(listener: int, call: kernel.Call, connection: socket.socket) -> None:
    """Put the far end's address where the call wants it."""
    place, length_at = call.arguments[1:3]
    if not place:
        return
    peer = connection.getpeername()
    host = socket.inet_pton(connection.family, peer[0].partition("%")[0])
    head = struct.pack("=H", connection.family) + struct.pack("!H", peer[1])
    if connection.family == socket.AF_INET:
        address = head + host + bytes(8)
    else:
        address = head + struct.pack("!I", peer[2]) + host + struct.pack("=I", peer[3])
    memory = os.open(f"/proc/{call.thread}/mem", os.O_RDWR)
    try:
        if not kernel.lives(listener, call):
            raise OSError(errno.ESRCH, "the caller is gone")
        (room,) = _LENGTH.unpack(os.pread(memory, _LENGTH.size, length_at))
        os.pwrite(memory, address[:room], place)
        os.pwrite(memory, _LENGTH.pack(len(address)), length_at)
    finally:
        os.close(memory)


def try_it() -> None:
    """Start a program that accepts our connection through a porter; raises OSError: none can.

    Leaves a thread behind, so it is for a process that ends soon.
    """
    porter = Porter({os.geteuid()})
    with socket.create_server((_LOOPBACK, 0)) as server:
        child = os.fork()
        if child == 0:
            _accept_one(porter, server)
        with socket.socket() as caller:  # create_connection would look for a module
            caller.settimeout(_TRY_S)
            caller.connect(server.getsockname())
            porter.start()
            if caller.recv(1) != b".":
                raise OSError(errno.EPERM, "a porter is not obeyed")


def _accept_one(porter: Porter, server: socket.socket) -> None:
    """Be the child of try_it."""
    try:
        porter.bind()
        connection, peer = server.accept()
        if peer == connection.getpeername():
            connection.send(b".")
    finally:
        os._exit(0)
