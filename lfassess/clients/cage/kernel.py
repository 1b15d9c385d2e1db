"""Linux calls that Python 3.11 has no functions for. Standard library alone: runs in the cage."""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import socket
import struct
from collections.abc import Callable
from typing import Final, NamedTuple

NEW_FILES: Final = 0x00020000  # CLONE_NEWNS
NEW_USER: Final = 0x10000000
NEW_PROCESSES: Final = 0x20000000
NEW_NETWORK: Final = 0x40000000

BIND: Final = 4096
RECURSIVE: Final = 16384
PRIVATE: Final = 1 << 18

_DIE_WITH_PARENT, _DUMPABLE, _ADOPT_ORPHANS, _NO_NEW_PRIVILEGES = 1, 4, 36, 38
_MOUNT_SETATTR: Final = 442  # on every architecture
_HERE: Final = -100  # AT_FDCWD
_WHOLE_TREE: Final = 0x8000
_READ_ONLY: Final = 1
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 1
_SET_ADDRESS, _SET_MASK = 0x8916, 0x891C
_NEW_LINK, _CREATE = 16, 0x605  # request, acknowledge, create, exclusively
_NAME, _LINK_INFO, _KIND, _DATA, _PEER = 3, 18, 1, 2, 1

# Of calls: this machine's number in the kernel's audit, accept, accept4, seccomp.
_MACHINES: Final = {
    "x86_64": (0xC000003E, 43, 288, 317),
    "aarch64": (0xC00000B7, 202, 242, 277),
}
_GET_FD: Final = 438  # on every architecture
_LOAD, _JUMP_IF, _RETURN = 0x20, 0x15, 0x06
_CALL_AT, _MACHINE_AT = 0, 4
ALLOW, ASK, REFUSE = 0x7FFF0000, 0x7FC00000, 0x00050000  # what a filter answers; an errno is added
_SET_FILTER, _WITH_LISTENER = 1, 8
_NEXT_CALL, _ANSWER_CALL, _CALL_LIVES, _GIVE_FD = 0xC0502100, 0xC0182101, 0x40082102, 0x40182103
_CALL: Final = struct.Struct("=QIIiIQ6Q")
_GO_ON, _AS_ANSWER = 1, 2

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, doing: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{doing}: {os.strerror(number)}")


def unshare(flags: int) -> None:
    """Leave the namespaces that the flags name for new ones; raises OSError.

    With NEW_USER among them one keeps one's user and group id, and has every right over the rest.
    """
    uid, gid = os.geteuid(), os.getegid()  # nobody's inside, until they are mapped
    _check(_libc.unshare(ctypes.c_int(flags)), "unshare")
    if flags & NEW_USER:
        maps = {"setgroups": "deny", "uid_map": f"{uid} {uid} 1", "gid_map": f"{gid} {gid} 1"}
        for name, text in maps.items():
            fd = os.open(f"/proc/self/{name}", os.O_WRONLY)
            try:
                os.write(fd, text.encode())
            finally:
                os.close(fd)


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    _check(
        _libc.mount(
            source.encode(),
            os.fsencode(target),
            kind.encode(),
            ctypes.c_ulong(flags),
            options.encode() or None,
        ),
        f"mount {target}",
    )


def set_writable(target: str, *, writable: bool, below: bool = False) -> None:
    """Make a mount writable or not, with those ``below`` it; raises OSError (Linux before 5.12)."""
    settings = struct.pack(
        "=QQQQ", 0 if writable else _READ_ONLY, _READ_ONLY if writable else 0, 0, 0
    )
    result = _libc.syscall(
        ctypes.c_long(_MOUNT_SETATTR),
        ctypes.c_int(_HERE),
        os.fsencode(target),
        ctypes.c_uint(_WHOLE_TREE if below else 0),
        settings,
        ctypes.c_size_t(len(settings)),
    )
    _check(result, f"mount_setattr {target}")


def die_with_parent() -> None:
    """Be killed when the thread that started this process ends."""
    _libc.prctl(_DIE_WITH_PARENT, ctypes.c_ulong(9), 0, 0, 0)


def be_inspectable() -> None:
    """Own one's entries in /proc again, which a change of account takes away."""
    _libc.prctl(_DUMPABLE, ctypes.c_ulong(1), 0, 0, 0)


def adopt_orphans() -> None:
    """Be the parent of descendants whose own has ended."""
    _libc.prctl(_ADOPT_ORPHANS, ctypes.c_ulong(1), 0, 0, 0)


def forgo_privileges() -> None:
    """Let no program started from here gain rights, as sudo does."""
    _libc.prctl(_NO_NEW_PRIVILEGES, ctypes.c_ulong(1), 0, 0, 0)


def drop_capabilities() -> None:
    """Give up every right over the namespaces made here; raises OSError."""
    head = struct.pack("=Ii", 0x20080522, 0)  # version 3, this process
    _check(_libc.capset(head, bytes(24)), "capset")


def accepting_calls() -> tuple[int, int]:
    """Return the numbers of accept and accept4; raises OSError: on this machine unknown."""
    return _machine()[1:3]


def _machine() -> tuple[int, int, int, int]:
    try:
        return _MACHINES[os.uname().machine]
    except KeyError:
        raise OSError(errno.ENOSYS, "calls of this machine") from None


def filter_calls(actions: dict[int, int], *, listen: bool = False) -> int:
    """Have the kernel refuse some calls of this process and its children, or ask before them.

    Args:
        actions: by the call's number: REFUSE plus an errno, or ASK.
        listen: return a file descriptor by which who holds it is asked; else 0 is returned.

    Raises:
        OSError: the kernel has no filters, or privileges were not forgone.
    """
    machine, _, _, seccomp = _machine()
    rules = [(_LOAD, 0, 0, _MACHINE_AT), (_JUMP_IF, 1, 0, machine), (_RETURN, 0, 0, ALLOW)]
    rules.append((_LOAD, 0, 0, _CALL_AT))
    for number, action in actions.items():
        rules += [(_JUMP_IF, 0, 1, number), (_RETURN, 0, 0, action)]
    rules.append((_RETURN, 0, 0, ALLOW))
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *rule) for rule in rules))
    program = ctypes.create_string_buffer(struct.pack("@HP", len(rules), ctypes.addressof(code)))
    result = _libc.syscall(
        ctypes.c_long(seccomp),
        ctypes.c_uint(_SET_FILTER),
        ctypes.c_uint(_WITH_LISTENER if listen else 0),
        program,
    )
    _check(min(result, 0), "seccomp")
    return int(result)


class Call(NamedTuple):
    """A call that the kernel asks about: of which thread, its number and its arguments."""

    id: int
    thread: int
    number: int
    arguments: tuple[int, ...]


def next_call(listener: int) -> Call:
    """Wait for a call to be asked about; raises OSError (ENOENT: its thread is gone)."""
    buffer = bytearray(_CALL.size)
    fcntl.ioctl(listener, _NEXT_CALL, buffer)
    number, thread, _, call, _, _, *arguments = _CALL.unpack(buffer)
    return Call(number, thread, call, tuple(arguments))


def lives(listener: int, call: Call) -> bool:
    """Tell whether the thread still waits for the answer, so that its memory is still its own."""
    try:
        fcntl.ioctl(listener, _CALL_LIVES, struct.pack("=Q", call.id))
    except OSError:
        return False
    return True


def let_go_on(listener: int, call: Call) -> None:
    """Have the kernel do the call itself; raises OSError."""
    fcntl.ioctl(listener, _ANSWER_CALL, struct.pack("=QqiI", call.id, 0, 0, _GO_ON))


def answer_with_error(listener: int, call: Call, number: int) -> None:
    """Let the call fail with an errno; raises OSError."""
    fcntl.ioctl(listener, _ANSWER_CALL, struct.pack("=QqiI", call.id, 0, -number, 0))


def answer_with_file(listener: int, call: Call, fd: int, *, close_on_exec: bool) -> None:
    """Give the process a copy of ours as what the call returns; raises OSError (before 5.14)."""
    flags = os.O_CLOEXEC if close_on_exec else 0
    fcntl.ioctl(listener, _GIVE_FD, struct.pack("=QIIII", call.id, _AS_ANSWER, fd, 0, flags))


def file_of(thread: int, fd: int) -> int:
    """Return a copy of another process's file descriptor; raises OSError."""
    with open(f"/proc/{thread}/status") as lines:  # noqa: PTH123 - pathlib is slow to import
        process = next(int(line.split()[1]) for line in lines if line.startswith("Tgid:"))
    handle = os.pidfd_open(process)
    try:
        copy = _libc.syscall(
            ctypes.c_long(_GET_FD), ctypes.c_int(handle), ctypes.c_int(fd), ctypes.c_uint(0)
        )
        _check(min(copy, 0), "pidfd_getfd")
        return int(copy)
    finally:
        os.close(handle)


def link_up(name: bytes) -> None:
    """Switch a link of the network namespace on; raises OSError."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        request = struct.pack("16sh14x", name, 0)
        flags = struct.unpack("16sh14x", fcntl.ioctl(s, _GET_FLAGS, request))[1]
        fcntl.ioctl(s, _SET_FLAGS, struct.pack("16sh14x", name, flags | _UP))


def seem_connected() -> None:
    """Add a link whose two ends are both in here, so that pages don't see themselves as offline.

    Chromium takes loopback for no network. Raises OSError: the kernel has no such cables.
    """
    peer = struct.pack("=BxHiII", 0, 0, 0, 0, 0) + _attribute(_NAME, b"inner\0")
    info = _attribute(_KIND, b"veth") + _attribute(_DATA, _attribute(_PEER, peer))
    link = struct.pack("=BxHiII", 0, 0, 0, 0, 0) + _attribute(_NAME, b"outer\0")
    body = link + _attribute(_LINK_INFO, info)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as s:
        s.send(struct.pack("=IHHII", 16 + len(body), _NEW_LINK, _CREATE, 1, 0) + body)
        (number,) = struct.unpack_from("=i", s.recv(4096), 16)
    if number:
        raise OSError(-number, "veth")
    for name in (b"inner", b"outer"):
        link_up(name)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:  # at once, unlike IPv6's
        for request, address in ((_SET_ADDRESS, "192.0.2.1"), (_SET_MASK, "255.255.255.255")):
            where = struct.pack("=HH4s8x", socket.AF_INET, 0, socket.inet_aton(address))
            fcntl.ioctl(s, request, struct.pack("16s16s8x", b"outer", where))


def _attribute(kind: int, data: bytes) -> bytes:
    return struct.pack("=HH", 4 + len(data), kind) + data + bytes(-len(data) % 4)


def works(step: Callable[[], object]) -> bool:
    """Try a step that can't be undone in a child process, and tell whether it went well."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            step()
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
