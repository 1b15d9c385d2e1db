"""One Chromium with its driver and its guard proxy: started, watched, ended as one."""

from __future__ import annotations

import itertools
import mmap
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import psutil
from selenium.common.exceptions import WebDriverException
from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from urllib3.exceptions import HTTPError

from lfassess.clients.browsing.devtools import Devtools
from lfassess.clients.browsing.family import Family
from lfassess.clients.browsing.guard import NotingGuard
from lfassess.clients.cage.environment import minimal_environment
from lfassess.clients.chromium import INSTALL_HINT, base_flags, find_browser, find_driver
from lfassess.errors import BrowserCrashedError, ToolMissingError
from lfassess.netguard import GuardProxy
from lfassess.settings import Settings

MAX_PAGE_BYTES: Final = 60_000_000  # of one visit; past that the connections are cut

_START_S: Final = 20.0
_QUIT_S: Final = 3.0
_POLL_S: Final = 0.01
_FOLDER: Final = "lfassess-browser-"  # and the owner's process id
_WEIGH_S: Final = 0.05  # a script fills memory fast
_LOOKS_PER_ROLL_CALL: Final = 8  # which processes there are takes longer to tell
_FLAGS: Final = (
    "--headless",
    "--block-new-web-contents",
    # The proxy resolves names; whatever would go round it finds none.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--disable-features=Translate,MediaRouter,OptimizationHints,InterestFeedContentSuggestions",
)


class BrowserProcess:
    """A running browser.

    ``dead`` is set once it was killed or stopped answering; ``overdue`` when it was killed because
    a page took longer than its time limit, ``overweight`` because it took too much memory.
    """

    def __init__(self, settings: Settings) -> None:
        """Start it.

        Raises:
            ToolMissingError: there is no browser or no driver that suits it.
            BrowserCrashedError: it did not start.
        """
        self.dead = False
        self.overdue = False
        self.pages = 0
        self.overweight = False
        self._most_bytes = settings.browser_memory_mb * 2**20
        self.guard = NotingGuard.from_settings(settings)
        self._released = threading.Event()
        browser, driver = find_browser(settings), find_driver(settings)
        _sweep()
        self._folder = Path(tempfile.mkdtemp(prefix=f"{_FOLDER}{os.getpid()}-"))
        self.proxy = GuardProxy(self.guard, max_bytes=MAX_PAGE_BYTES).start()
        self._service = ChromeService(
            str(self._script("driver", driver, "")),
            env=minimal_environment(self._folder),
            popen_kw={"start_new_session": True},
        )
        start_page = " about:blank" if "headless" in browser.name else ""
        options = self._options(self._script("browser", browser, start_page))
        try:
            with self.cut_off(_START_S):
                self.driver = self._launch(options)
            address = self.driver.capabilities["goog:chromeOptions"]["debuggerAddress"]
            self.devtools = Devtools(address)
            self._home: str = self.driver.current_window_handle
        except BaseException as e:
            self.kill()
            self._clear()
            if isinstance(e, WebDriverException | HTTPError | OSError):
                raise _not_started(e) from e
            raise

    def _script(self, name: str, program: Path, more: str) -> Path:
        """Return a script that runs a program so that it does not outlive who started it.

        ChromeDriver gives no start page, without which headless-shell opens none and no session
        comes about: ``more`` adds it.
        """
        script = self._folder / name
        leash = "setpriv --pdeathsig KILL " if shutil.which("setpriv") else ""
        script.write_text(f'#!/bin/sh\nexec {leash}"{program}" "$@"{more}\n')
        script.chmod(0o700)
        return script

    def _options(self, binary: Path) -> ChromeOptions:
        options = ChromeOptions()
        options.binary_location = str(binary)
        for flag in (*base_flags(self.proxy.url), *_FLAGS):
            options.add_argument(flag)
        options.add_argument(f"--user-data-dir={self._folder / 'profile'}")
        options.accept_insecure_certs = True  # the security check reports certificates
        options.unhandled_prompt_behavior = "dismiss"
        options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "SEVERE"})
        options.add_experimental_option(
            "perfLoggingPrefs", {"enableNetwork": True, "enablePage": False}
        )
        return options

    def _launch(self, options: ChromeOptions) -> Chrome:
        """Start driver and browser from a thread that lives as long as they do.

        The kernel ends a process on its leash when the thread that started it ends, and the
        caller's may end long before the browser should.
        """
        started: Future[Chrome] = Future()

        def start_and_stay() -> None:
            try:
                started.set_result(Chrome(options=options, service=self._service))
            except BaseException as e:  # noqa: BLE001 - handed to the caller
                started.set_exception(e)
                return
            self._released.wait()

        threading.Thread(target=start_and_stay, name="browser-leash", daemon=True).start()
        return started.result()

    @contextmanager
    def cut_off(self, seconds: float) -> Iterator[None]:
        """Kill the browser if the block takes longer than ``seconds``; ``overdue`` tells."""

        def cut() -> None:
            self.overdue = True
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
    def weighed(self) -> Iterator[None]:
        """Kill the browser if it outgrows its memory inside the block; ``overweight`` tells."""
        ended = threading.Event()

        def watch() -> None:
            relatives = Family(self._service.process.pid)
            family: list[int] = []
            for look in itertools.count():
                if ended.wait(_WEIGH_S):
                    return
                if look % _LOOKS_PER_ROLL_CALL == 0:
                    family = relatives.members()
                if _own_bytes(family) > self._most_bytes:
                    self.overweight = True
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
        process = getattr(self._service, "process", None)
        return not self.dead and process is not None and process.poll() is None

    def memory(self) -> int:
        """Return the bytes that driver and browser take, shared pages counted once."""
        total = 0
        with suppress(psutil.Error):
            driver = psutil.Process(self._service.process.pid)
            for process in (driver, *driver.children(recursive=True)):
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
                self.cut_off(_QUIT_S),
                suppress(WebDriverException, HTTPError, OSError),
            ):
                self.driver.quit()
        self.kill()
        self._clear()

    def kill(self) -> None:
        """Kill the driver and everything it started; may be called from any thread."""
        self.dead = True
        process = getattr(self._service, "process", None)
        if process is None:
            return
        family = []
        with suppress(psutil.Error):
            family = psutil.Process(process.pid).children(recursive=True)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        for child in family:
            with suppress(psutil.Error):
                child.kill()
        process.wait()
        end = time.monotonic() + _QUIT_S
        while not all(map(_ended, family)) and time.monotonic() < end:
            time.sleep(_POLL_S)

    def _clear(self) -> None:
        if hasattr(self, "devtools"):
            self.devtools.close()
        self._released.set()
        self.proxy.stop()
        end = time.monotonic() + _QUIT_S
        while self._folder.exists() and time.monotonic() < end:
            shutil.rmtree(self._folder, ignore_errors=True)  # a dying process may still write there


def _sweep() -> None:
    """Remove what browsers of processes that were killed left in the temporary folder."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*-*"):
        owner = folder.name.removeprefix(_FOLDER).partition("-")[0]
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def _ended(process: psutil.Process) -> bool:
    """Return whether a process is dead, be it that nobody has reaped it yet."""
    try:
        return bool(process.status() == psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return True


def _own_bytes(pids: list[int]) -> int:
    """Return the bytes that no other process shares: quick to tell, so told often."""
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
