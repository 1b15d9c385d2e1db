"""What `lfassess doctor` says of the cage that strangers' pages are opened in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from lfassess.cli.doctor_output import Finding
from lfassess.clients.browser import find_tools
from lfassess.clients.cage.account import other_people
from lfassess.clients.cage.cage import Mode, look
from lfassess.clients.chromium.binaries import sandboxed
from lfassess.errors import LfassessError
from lfassess.settings import Settings

_CONTAINER = (
    "Give the container deploy/seccomp/browser.json, as docker-compose.yml does; see "
    "docs/explanation/security.md."
)
_MACHINE = (
    "Let this account make user namespaces: sysctl user.max_user_namespaces, "
    "kernel.unprivileged_userns_clone=1 or, on Ubuntu, "
    "kernel.apparmor_restrict_unprivileged_userns=0; see docs/explanation/security.md."
)


def examine_cage(settings: Settings) -> Iterator[Finding]:
    """Say how tight the cage is; nothing where there is no browser, which has a line of its own."""
    try:
        browser, driver = find_tools(settings)
    except LfassessError:
        return
    try:
        mode = look(settings.data_dir, [browser, driver])
    except OSError as e:
        yield Finding(
            "Browser's cage", "tool", "bad", f"can't be made: {e.strerror or e}", _advice()
        )
        return
    yield finding(
        mode,
        sandbox=sandboxed(mode, browser),
        others=other_people(),
        allowed=settings.allow_exposed_browser,
        advice=_advice(),
    )


def finding(mode: Mode, *, sandbox: bool, others: list[str], allowed: bool, advice: str) -> Finding:
    """Return the line for a cage.

    ``others`` are other people's accounts; ``allowed`` is whether a setting lets them at it.
    """
    ports = "its ports closed to other accounts" if mode.ports else "its ports OPEN"
    parts = (
        (
            mode.network,
            "a network that leads to the guard alone",
            f"this machine's network, {ports}",
        ),
        (mode.files, "none of our files", "files by their rights alone"),
        (sandbox, "Chromium's sandbox on", "Chromium's sandbox OFF"),
    )
    said = ", ".join(good if has else bad for has, good, bad in parts)
    if mode.account is not None:
        said += ", an account of its own"
    if mode.network and sandbox:
        return Finding("Browser's cage", "tool", "ok", said)
    if mode.ports or mode.account is not None or not others:
        return Finding("Browser's cage", "tool", "note", said, advice)
    who = ", ".join(others[:3])
    if allowed:
        said += f". Other accounts here ({who}) can run programs as this one through the browser"
        return Finding("Browser's cage", "tool", "bad", said, advice)
    said += f". No browser is started, as other accounts here ({who}) could run programs through it"
    return Finding(
        "Browser's cage", "tool", "bad", said, f"{advice} Or LFASSESS_ALLOW_EXPOSED_BROWSER=1."
    )


def _advice() -> str:
    contained = any(map(os.path.exists, ("/.dockerenv", "/run/.containerenv")))
    return _CONTAINER if contained or Path("/var/run/secrets/kubernetes.io").exists() else _MACHINE
