"""A process as it is where the kernel gives no namespaces: Docker's default, Ubuntu's, others'."""

from __future__ import annotations

import errno
import os

from lfassess.clients.cage import kernel

UNSHARE = {"x86_64": 272, "aarch64": 97}


def refuse_namespaces() -> None:
    """Have the kernel refuse new namespaces to this process and its children, for good."""
    kernel.forgo_privileges()
    kernel.filter_calls({UNSHARE[os.uname().machine]: kernel.REFUSE | errno.EPERM})
