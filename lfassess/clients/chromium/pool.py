"""Keeps one browser per process: lent to one lead at a time, replaced when due or dead."""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from selenium.common.exceptions import WebDriverException
from urllib3.exceptions import HTTPError

from lfassess.clients.chromium.instance import BrowserProcess
from lfassess.clients.chromium.page import Page
from lfassess.errors import BrowserBusyError, BrowserCrashedError
from lfassess.settings import Settings

logger = logging.getLogger(__name__)

MAX_PAGES: Final = 50
MAX_BYTES: Final = 420 * 1024 * 1024  # the worker around it must stay below 512 MB

_ACQUIRE_TIMEOUT_S: Final = 5.0
_PAGE_S: Final = 45.0  # what a lead may need of the browser


class BrowserPool:
    """The process's browser; ``lend`` starts it when needed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._browser: BrowserProcess | None = None
        self._key: object = None
        self._owner = 0

    @contextmanager
    def page(self, settings: Settings, *, deadline: float) -> Iterator[Page]:
        """Lend a window in a context of its own: no cookies, no cache, nothing of other leads."""
        with self._lent(settings, deadline) as (browser, context, window):
            try:
                with browser.memory_limit():
                    yield Page(browser, window, deadline=deadline)
            finally:
                # With the page still open: that is the most it takes.
                due = _needs_recycling(browser)
                _close_window(browser, context)
                if due:
                    self._stop()

    def shutdown(self) -> None:
        """End the browser, if there is one; a lead that has it gets 5 s to give it back."""
        given_back = self._lock.acquire(timeout=_ACQUIRE_TIMEOUT_S)
        try:
            self._stop()
        finally:
            if given_back:
                self._lock.release()

    @contextmanager
    def _lent(
        self, settings: Settings, deadline: float
    ) -> Iterator[tuple[BrowserProcess, str, str]]:
        if not self._lock.acquire(timeout=_patience(deadline)):
            raise BrowserBusyError("The browser was busy with other leads.", provider="browser")
        try:
            browser = self._ready(settings)
            try:
                context, window = _open_window(browser)
            except BrowserCrashedError:  # it died since the last lead
                browser = self._ready(settings)
                context, window = _open_window(browser)
            yield browser, context, window
        finally:
            if self._browser is not None and not self._browser.alive():
                self._stop()
            self._lock.release()

    def _ready(self, settings: Settings) -> BrowserProcess:
        key = (
            settings.browser_path,
            settings.chromedriver_path,
            settings.allow_private_targets,
            settings.connect_to,
            settings.target_ports,
        )
        if self._owner != os.getpid():
            self._browser = None  # a parent's, inherited over fork
        if self._browser is not None and (self._key != key or not self._browser.alive()):
            self._stop()
        if self._browser is None:
            self._browser, self._key, self._owner = BrowserProcess(settings), key, os.getpid()
        return self._browser

    def _stop(self) -> None:
        browser, self._browser = self._browser, None
        if browser is not None and self._owner == os.getpid():
            browser.stop()


def _patience(deadline: float) -> float:
    """Return how long to wait for the browser, so that time is left to use it."""
    left = max(0.0, deadline - time.monotonic())
    return max(left - _PAGE_S, left / 2)


def _open_window(browser: BrowserProcess) -> tuple[str, str]:
    """Return (context, window) of a fresh browser context that refuses downloads."""
    try:
        made = browser.devtools.command("Target.createBrowserContext", disposeOnDetach=True)
        context = str(made["browserContextId"])
        browser.devtools.command(
            "Browser.setDownloadBehavior", behavior="deny", browserContextId=context
        )
        made = browser.devtools.command(
            "Target.createTarget", url="about:blank", browserContextId=context
        )
    except BrowserCrashedError:
        browser.kill()
        raise
    return context, str(made["targetId"])


def _needs_recycling(browser: BrowserProcess) -> bool:
    browser.pages += 1
    memory = browser.memory()
    if browser.pages < MAX_PAGES and memory <= MAX_BYTES:
        return False
    logger.info("The browser is replaced: %d pages, %d MB", browser.pages, memory // 2**20)
    return True


def _close_window(browser: BrowserProcess, context: str) -> None:
    if not browser.alive():
        return
    try:
        browser.devtools.command("Target.disposeBrowserContext", browserContextId=context)
        with browser.time_limit(5.0):
            browser.go_home()
    except (BrowserCrashedError, WebDriverException, HTTPError, OSError):
        browser.kill()


browser_pool: Final = BrowserPool()


def _at_exit() -> None:
    with suppress(Exception):
        browser_pool.shutdown()


atexit.register(_at_exit)
