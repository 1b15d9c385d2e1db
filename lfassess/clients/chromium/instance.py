"""One Chromium with its driver and its guard proxy: started, watched, ended as one."""

from __future__ import annotations

import itertools
import mmap
import shutil
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import psutil
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import ChromeOptions
from urllib3.exceptions import HTTPError

from lfassess.clients.cage.cage import Cage
from lfassess.clients.chromium.binaries import (
    INSTALL_HINT,
    base_flags,
    find_browser,
    find_driver,
    require_closed_ports,
    sandboxed,
)
from lfassess.clients.chromium.devtools import Devtools
from lfassess.clients.chromium.driver import Driver
from lfassess.clients.chromium.process_tree import Family
from lfassess.errors import (
    BrowserCrashedError,
    BrowserExposedError,
    LfassessError,
    ToolMissingError,
)
from lfassess.netguard import Guard, GuardProxy
from lfassess.settings import WEB_PORTS, Settings

MAX_PAGE_BYTES: Final = 60_000_000  # of one visit; past that the connections are cut

_START_S: Final = 20.0
_QUIT_S: Final = 3.0
_POLL_S: Final = 0.01
_WEIGH_S: Final = 0.05  # a script fills memory fast
_LOOKS_PER_ROLL_CALL: Final = 8  # which processes there are takes longer to tell
_FLAGS: Final = (
    "--headless",
    "--block-new-web-contents",
    # The proxy resolves names; whatever would go round it finds none.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--disable-features=Translate,MediaRouter,OptimizationHints,InterestFeedContentSuggestions",
)


class NotingGuard(Guard):
    """A guard whose ``failures`` hold, by (host, port), what went wrong since ``forget``."""

    def __init__(
        self,
        *,
        allow_private: bool = False,
        connect_to: Sequence[str] = (),
        ports: Sequence[str] = WEB_PORTS,
    ) -> None:
        super().__init__(allow_private=allow_private, connect_to=connect_to, ports=ports)
        self.failures: dict[tuple[str, int], Exception] = {}

    def connect(self, host: str, port: int, timeout: float) -> socket.socket:
        try:
            return super().connect(host, port, timeout)
        except (LfassessError, OSError) as e:
            self.failures[host.strip("[]").lower(), port] = e
            raise

    def forget(self) -> None:
        self.failures = {}


class BrowserProcess:
    """A running browser.

    ``dead`` is set once it was killed or stopped answering; ``timed_out`` when it was killed
    because a page took longer than its time limit, ``out_of_memory`` because it took too
    much memory.
    """

    def __init__(self, settings: Settings) -> None:
        """Start it.

        Raises:
            ToolMissingError: there is no browser or no driver that suits it.
            BrowserExposedError: other people's accounts could order it.
            BrowserCrashedError: it did not start.
        """
        self.dead = False
        self.timed_out = False
        self.pages = 0
        self.out_of_memory = False
        self._most_bytes = settings.browser_memory_mb * 2**20
        self.guard = NotingGuard.from_settings(settings)
        browser, driver = find_browser(settings), find_driver(settings)
        try:
            self.cage = Cage(settings.data_dir, [browser, driver])
        except OSError as e:
            raise _not_started(e) from e
        try:
            require_closed_ports(self.cage.mode, settings)
        except BrowserExposedError:
            self.cage.close()
            raise
        self.proxy = GuardProxy(self.guard, max_bytes=MAX_PAGE_BYTES)
        self.proxy.start(self.cage.proxy_listener, callers=self.cage.callers)
        try:
            with self.time_limit(_START_S):
                self.cage.start([str(driver), f"--port={self.cage.port}"])
                self._wait_for_driver()
                options = self._options(browser)
                self.driver = Driver(options, self.cage.port, self.cage.connect)
            address = self.driver.capabilities["goog:chromeOptions"]["debuggerAddress"]
            self.devtools = Devtools(address, self.cage.connect)
            self._home: str = self.driver.current_window_handle
        except BaseException as e:
            self.kill()
            self._clear()
            if isinstance(e, WebDriverException | HTTPError | OSError):
                raise _not_started(e) from e
            raise

    def _starter(self, browser: Path) -> Path:
        """Return a script that starts the browser so that it does not outlive its driver.

        ChromeDriver gives no start page, without which headless-shell opens none and no session
        comes about.
        """
        script = self.cage.folder / "browser"
        leash = "setpriv --pdeathsig KILL " if shutil.which("setpriv") else ""
        start_page = " about:blank" if "headless" in browser.name else ""
        script.write_text(f'#!/bin/sh\nexec {leash}"{browser}" "$@"{start_page}\n')
        script.chmod(0o755)
        return script

    def _wait_for_driver(self) -> None:
        """Return once ChromeDriver listens; raises OSError."""
        while True:
            try:
                self.cage.connect(self.cage.port).close()
            except ConnectionRefusedError:
                time.sleep(_POLL_S)
            else:
                return

    def _options(self, browser: Path) -> ChromeOptions:
        options = ChromeOptions()
        options.binary_location = str(self._starter(browser))
        flags = base_flags(self.proxy.url, sandbox=sandboxed(self.cage.mode, browser))
        for flag in (*flags, *_FLAGS):
            options.add_argument(flag)
        options.add_argument(f"--user-data-dir={self.cage.folder / 'profile'}")
        options.accept_insecure_certs = True  # the security check reports certificates
        options.unhandled_prompt_behavior = "dismiss"
        options.set_capability("goog:loggingPrefs", {"browser": "SEVERE"})
        return options

    @contextmanager
    def time_limit(self, seconds: float) -> Iterator[None]:
        """Kill the browser if the block takes longer than ``seconds``; ``timed_out`` tells."""

        def cut() -> None:
            self.timed_out = True
            self.kill()

        timer = threading.Timer(max(seconds, 0.01), cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            timer.join()

    @contextmanager
    def memory_limit(self) -> Iterator[None]:
        """Kill the browser if it outgrows its memory inside the block; ``out_of_memory`` tells."""
        ended = threading.Event()

        def watch() -> None:
            relatives = Family(self.cage.process.pid)
            family: list[int] = []
            for look in itertools.count():
                if ended.wait(_WEIGH_S):
                    return
                if look % _LOOKS_PER_ROLL_CALL == 0:
                    family = relatives.members()
                if _own_bytes(family) > self._most_bytes:
                    self.out_of_memory = True
                    self.kill()
                    return

        thread = threading.Thread(target=watch, name="browser-scales", daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def alive(self) -> bool:
        return not self.dead and self.cage.alive()

    def memory(self) -> int:
        """Return the bytes that all in the cage take, shared pages counted once."""
        total = 0
        with suppress(psutil.Error):
            warden = psutil.Process(self.cage.process.pid)
            for process in (warden, *warden.children(recursive=True)):
                with suppress(psutil.Error):
                    total += _bytes_of(process)
        return total

    def go_home(self) -> None:
        """Leave the window of a lead for the empty one, which stays open all the time."""
        self.driver.switch_to.window(self._home)

    def stop(self) -> None:
        """End it: softly where it still answers."""
        if self.alive():
            with (
                self.time_limit(_QUIT_S),
                suppress(WebDriverException, HTTPError, OSError),
            ):
                self.driver.quit()
        self.kill()
        self._clear()

    def kill(self) -> None:
        """Kill the driver and everything it started; may be called from any thread."""
        self.dead = True
        self.cage.kill()

    def _clear(self) -> None:
        if hasattr(self, "devtools"):
            self.devtools.close()
        self.proxy.stop()
        self.cage.close()


def _own_bytes(pids: list[int]) -> int:
    """Return the bytes that no other process shares: cheap enough to read often."""
    pages = (_statm(pid) for pid in pids)
    return sum(resident - shared for resident, shared in pages) * mmap.PAGESIZE


def _statm(pid: int) -> tuple[int, int]:
    """Return (resident, shared) pages; (0, 0) of a process that has ended."""
    try:
        resident, shared = Path(f"/proc/{pid}/statm").read_text().split()[1:3]
    except (OSError, ValueError):
        return 0, 0
    return int(resident), int(shared)


def _bytes_of(process: psutil.Process) -> int:
    try:
        with Path(f"/proc/{process.pid}/smaps_rollup").open() as lines:
            return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    except (OSError, StopIteration):
        return int(process.memory_info().rss)


def _not_started(error: Exception) -> Exception:
    text = (getattr(error, "msg", None) or str(error)).strip()
    lines = text.splitlines() or [type(error).__name__]
    if "only supports Chrome version" in text:
        return ToolMissingError(
            f"Chromium and chromedriver don't fit each other: {lines[0]}",
            provider="browser",
            hint=INSTALL_HINT,
        )
    return BrowserCrashedError(f"The browser did not start: {lines[0]}", provider="browser")
