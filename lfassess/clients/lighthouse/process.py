"""Keeps one Node process that runs audits, and ends it with everything it started."""

from __future__ import annotations

import atexit
import json
import os
import selectors
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from subprocess import PIPE
from typing import Any, Final
from urllib.parse import urlsplit

from lfassess.clients.cage.cage import Cage
from lfassess.clients.chromium import binaries
from lfassess.clients.lighthouse import failures
from lfassess.clients.lighthouse.nodejs import node
from lfassess.errors import (
    BrowserCrashedError,
    BrowserExposedError,
    CheckError,
    DeadlineExceededError,
    ProviderTimeoutError,
)
from lfassess.netguard import Guard, GuardProxy
from lfassess.settings import Settings

_RECYCLE_AFTER: Final = 25  # audits with one Chromium
_MAX_BYTES: Final = 200_000_000  # of one page's traffic
_WORKER: Final = Path(__file__).with_name("worker.mjs")


@dataclass(frozen=True, slots=True)
class Audit:
    """What to measure."""

    url: str
    strategy: str
    categories: tuple[str, ...]
    read_page: bool = False  # also give the page's title, text and number of pictures


class LighthouseProcess:
    """A Node process with its Chromium, one audit at a time."""

    def __init__(self, place: Path, settings: Settings) -> None:
        self.made_for = (place, settings)
        # What may be missing comes first, so that nothing is left half started.
        program, browser = node(), binaries.find_browser(settings)
        keys = binaries.trusted_keys(settings.ca_bundle)
        needed = [program, browser, _WORKER, place / "package.json"]
        self._last_words = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        try:
            self._cage = Cage(settings.data_dir, needed, stdin=PIPE, stdout=PIPE,
                              stderr=self._last_words)  # fmt: skip
        except OSError as e:
            raise BrowserCrashedError(
                f"Lighthouse did not start: {e}", provider="lighthouse"
            ) from e
        try:
            binaries.require_closed_ports(self._cage.mode, settings)
        except BrowserExposedError:
            self._cage.close()
            raise
        self.proxy = GuardProxy(Guard.from_settings(settings), max_bytes=_MAX_BYTES)
        self.proxy.start(self._cage.proxy_listener, callers=self._cage.callers)
        sandbox = binaries.sandboxed(self._cage.mode, browser)
        flags = binaries.base_flags(self.proxy.url, sandbox=sandbox)
        self._cage.start(
            [str(program), "--max-old-space-size=160", str(_WORKER), str(place), str(browser),
             json.dumps([*flags, *keys]), str(_RECYCLE_AFTER), str(self._cage.folder)]
        )  # fmt: skip
        self._process = self._cage.process
        self._buffer = b""
        self._number = 0

    @property
    def alive(self) -> bool:
        return self._cage.alive()

    def audit(self, audit: Audit, deadline: float) -> dict[str, Any]:
        """Return Lighthouse's result; raises the errors that audit_with names."""
        url = audit.url
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        self.proxy.guard.resolve(parts.hostname or "", port)  # says more than Chromium could
        self.proxy.reset()
        self._send(audit, deadline - time.monotonic())
        answer = json.loads(self._read_line(deadline))
        if error := answer.get("error"):
            raise self._thrown(str(error.get("code")), str(error.get("message")), url)
        lhr: dict[str, Any] = answer["lhr"]
        if code := (lhr.get("runtimeError") or {}).get("code"):
            raise self._error(str(code), str(lhr["runtimeError"].get("message")), url)
        return lhr

    def _send(self, audit: Audit, left_s: float) -> None:
        self._number += 1
        request = {"id": self._number, **asdict(audit), "timeoutMs": round(left_s * 1000)}
        assert self._process.stdin
        try:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        except OSError as e:
            raise self._died() from e

    def _read_line(self, deadline: float) -> bytes:
        assert self._process.stdout
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while b"\n" not in self._buffer:
                if not selector.select(max(deadline - time.monotonic(), 0)):
                    raise ProviderTimeoutError(
                        "Lighthouse did not end in time.", provider="lighthouse"
                    )
                chunk = os.read(self._process.stdout.fileno(), 1 << 20)
                if not chunk:
                    raise self._died()
                self._buffer += chunk
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line

    def _died(self) -> BrowserCrashedError:
        self._last_words.seek(0)
        lines = self._last_words.read().decode(errors="replace").splitlines()
        why = next((f" {line.strip()[:200]}" for line in lines if "rror" in line), "")
        return BrowserCrashedError(f"Lighthouse died.{why}", provider="lighthouse")

    def _thrown(self, code: str, message: str, url: str) -> CheckError:
        """Lighthouse threw instead of answering: mostly because Chromium is gone."""
        if code in failures.UNREACHABLE | failures.TOO_SLOW | {failures.NOT_HTML}:
            return self._error(code, message, url)
        said = f"Lighthouse failed on {url}: {code} {message}"
        return BrowserCrashedError(said[:300], provider="lighthouse")

    def _error(self, code: str, message: str, url: str) -> CheckError:
        refusal = self.proxy.refusal
        if refusal is not None and code in failures.UNREACHABLE:
            return type(refusal)(refusal.message, provider="lighthouse", hint=refusal.hint)
        return failures.error_for(code, message, url, provider="lighthouse")

    def close(self) -> None:
        """End Node, Chromium and the proxy, and remove their files."""
        self._cage.kill()
        for stream in (self._process.stdin, self._process.stdout, self._last_words):
            with suppress(OSError):
                if stream:
                    stream.close()
        self.proxy.stop()
        self._cage.close()


_lock = threading.Lock()
_current: LighthouseProcess | None = None


def audit_with(place: Path, settings: Settings, audit: Audit, deadline: float) -> dict[str, Any]:
    """Audit with this process's Lighthouse, starting it if need be; one audit at a time."""
    global _current  # noqa: PLW0603 - one per process is the point
    if not _lock.acquire(timeout=max(deadline - time.monotonic(), 0)):
        raise DeadlineExceededError("Lighthouse was busy until the end.", provider="lighthouse")
    try:
        made_for = (place, settings.model_copy(update={"lighthouse_runs": None}))
        if _current is None or not _current.alive or _current.made_for != made_for:
            _close()
            _current = LighthouseProcess(*made_for)
        try:
            return _current.audit(audit, deadline)
        except (ProviderTimeoutError, BrowserCrashedError):
            _close()  # whatever it is doing, it is not to do it any longer
            raise
    finally:
        _lock.release()


def _close() -> None:
    global _current  # noqa: PLW0603 - see above
    if _current is not None:
        _current.close()
        _current = None


@atexit.register
def shutdown() -> None:
    """End Lighthouse and its Chromium; the next audit starts new ones."""
    with _lock:
        _close()
