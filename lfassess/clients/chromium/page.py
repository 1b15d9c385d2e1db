"""One lead's page in the browser: open, settle, look, measure; each step within its limit."""

from __future__ import annotations

import base64
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from selenium.common.exceptions import (
    JavascriptException,
    NoSuchFrameException,
    TimeoutException,
    WebDriverException,
)
from urllib3.exceptions import HTTPError

from lfassess.clients.chromium import navigation, scripts
from lfassess.clients.chromium.device import overrides
from lfassess.clients.chromium.devtools import RefusedError
from lfassess.clients.chromium.instance import BrowserProcess
from lfassess.clients.chromium.traffic import Asked, FailedRequest, Traffic
from lfassess.errors import (
    BrowserCrashedError,
    CheckError,
    DeadlineExceededError,
    InvalidResponseError,
    TargetTooLargeError,
)

Json = dict[str, Any]

_LOAD_S: Final = 12.0
_STEP_S: Final = 8.0
_PULSE_S: Final = 4.0
_FRAME_S: Final = 3.0
_SLOW_S: Final = 0.5  # what most steps take a tenth of
_MAX_SLOW_S: Final = 45.0  # of all slow steps together; other leads wait for the browser
_QUIET_S: Final = 0.3
_SETTLE_S: Final = 3.0
_POLL_S: Final = 0.1
_GATEWAY: Final = frozenset({403, 502})  # how the guard proxy refuses plain HTTP
# What the browser says of a page that another one has taken the place of.
_MOVED_ON: Final = ("context", "promise was collected", "navigated or closed")
_MAX_ERRORS: Final = 30
_MAX_ERROR_CHARS: Final = 300


class Page:
    """A window of its own in a fresh browser context; get one from ``browser_page``.

    After ``goto``: ``status``, ``url``, ``title``, ``load_finished``, ``failed_requests``,
    ``console_errors``, ``refused`` and ``bytes_received`` tell about the page that was opened.
    """

    def __init__(self, browser: BrowserProcess, window: str, *, deadline: float) -> None:
        self._browser = browser
        self._driver = browser.driver
        self.window = window  # its id, and that of its main frame
        self._deadline = deadline
        self._traffic = Traffic(window)
        self._world: int | None = None
        self._slow_s = 0.0  # spent in slow steps so far
        self._loaded = math.inf  # time.monotonic()
        self._mobile_width: int | None = None
        self.load_finished = False
        self.url = "about:blank"
        self.title = ""
        self.console_errors: list[str] = []  # errors no script caught
        with self._step("opening a window"):
            self._driver.switch_to.window(window)
            self._session = browser.devtools.session(window)
            self._session.events()
        self.command("Page.enable")  # else it adds no script
        self.command("Network.enable", maxTotalBufferSize=0, maxResourceBufferSize=0)
        self.command("Page.addScriptToEvaluateOnNewDocument", source=scripts.NO_DIALOGS)

    @property
    def status(self) -> int | None:
        """The HTTP status of the page itself."""
        return self._traffic.status

    @property
    def failed_requests(self) -> list[FailedRequest]:
        return self._traffic.failed

    def asked_for(self) -> tuple[list[Asked], float]:
        """Return what the page has asked for up to now, and the seconds since it had loaded."""
        self._read_traffic()
        return list(self._traffic.asked), max(0.0, time.monotonic() - self._loaded)

    @property
    def requests(self) -> int:
        return self._traffic.requests

    @property
    def refused(self) -> list[str]:
        """HOST:PORT of what the guard blocked."""
        return list(self._browser.proxy.refused)

    @property
    def bytes_received(self) -> int:
        return self._browser.proxy.bytes_received

    def emulate(self, width: int, height: int, *, mobile: bool) -> None:
        """Become a device of that size in CSS pixels; a phone has two device pixels to each."""
        self._mobile_width = width if mobile else None
        version = self._browser.devtools.version
        for command, parameters in overrides(version, width, height, mobile=mobile):
            self.command(command, **parameters)

    def forget_visitor(self) -> None:
        """Be a new visitor: cookies and stored data go, downloaded files stay cached."""
        self.command("Network.clearBrowserCookies")
        if self.url.startswith("http"):
            self.command(
                "Storage.clearDataForOrigin",
                origin="/".join(self.url.split("/")[:3]),
                storageTypes="cookies,local_storage,indexeddb,service_workers,cache_storage",
            )

    def goto(self, url: str) -> None:
        """Open an address and wait until the page has settled.

        That is: the load event (12 s at most, ``load_finished`` tells), the fonts, and 0.3 s
        without network traffic (3 s at most).

        Raises:
            InvalidTargetError: not http or https.
            TargetForbiddenError: its address, or one it redirects to, is private.
            TargetUnreachableError: no such name, refused, no page there.
            ProviderTimeoutError, ProviderUnavailableError: no answer in time, or broken off.
            DeadlineExceededError: the page held the browser up for too long.
            TargetTooLargeError: the page took too much memory.
            BrowserCrashedError: the browser died.
        """
        navigation.place(url)
        self._try(url)
        if not self._traffic.arrived and self._traffic.error in navigation.OURS:
            self._try(url)  # the cage's network may have come up just now, which counts as changed
        self._world = None
        self._raise_if_nothing_came(url)
        self.evaluate(scripts.FONTS_READY)
        self._settle()
        self.url, self.title = self.evaluate("[location.href, document.title]")

    def evaluate(self, script: str) -> Any:
        """Return the JSON value of an expression, a promise's outcome included.

        It sees the page's DOM, but none of its variables, and no page can tamper with it.
        """
        for attempt in (1, 2):
            with self._step("measuring the page"):
                answer = self._evaluate_once(script, fresh=attempt > 1)
            if answer is not None and "exceptionDetails" not in answer:
                return answer["result"].get("value")
        details = (answer or {}).get("exceptionDetails", {})
        raise InvalidResponseError(
            f"The page could not be measured: {details.get('text', 'it never stopped changing')}.",
            provider="browser",
        )

    def _evaluate_once(self, script: str, *, fresh: bool) -> Json | None:
        """Return the raw answer, or None when the page moved on meanwhile."""
        try:
            if fresh or self._world is None:
                world = self._cdp("Page.createIsolatedWorld", frameId=self.window)
                self._world = world["executionContextId"]
            return self._cdp(
                "Runtime.evaluate",
                expression=script,
                contextId=self._world,
                returnByValue=True,
                awaitPromise=True,
            )
        except RefusedError as e:
            if not any(words in str(e).lower() for words in _MOVED_ON):
                raise
            self._world = None
            return None

    def in_frame(self, index: int, script: str) -> Any:
        """Return what a function's body returns in a frame, another origin's as well.

        ``index`` is that of ``window.frames``; None where the frame is gone, refuses or takes
        longer than 3 s.
        """
        with self._step("looking into a frame"):
            try:
                self._driver.set_script_timeout(_FRAME_S)
                self._driver.switch_to.frame(index)
                return self._driver.execute_script(script)
            except (NoSuchFrameException, JavascriptException, TimeoutException):
                return None
            finally:
                self._driver.switch_to.default_content()

    def scroll_through(self, max_height: int = 6000) -> None:
        """Scroll down and back up, so that what loads or appears late has done so."""
        if self.evaluate(scripts.SCROLL_THROUGH % max_height):
            self._settle(_QUIET_S / 2)

    def screenshot_jpeg(
        self,
        *,
        full_page: bool = True,
        max_height: int = 6000,
        quality: int = 80,
    ) -> bytes:
        """Return a picture of the page, or of its first screen.

        Args:
            full_page: down to ``max_height``, in CSS pixels; else the first screen alone.
            max_height: see above.
            quality: of the JPEG, 1-100.
        """
        clip = self._clip()
        if full_page:
            clip["height"] = max(1, min(clip["whole"], max_height))
        return self._capture(
            format="jpeg",
            quality=quality,
            clip=clip,
            captureBeyondViewport=full_page,
        )

    def screenshot_png(self, *, scale: float = 1) -> bytes:
        """Return a picture of the whole page, ``scale`` times as large."""
        clip = self._clip()
        clip |= {"height": clip["whole"], "scale": scale}
        return self._capture(format="png", clip=clip, captureBeyondViewport=True)

    def _clip(self) -> dict[str, float]:
        """Return the first screen's box, and the page's ``whole`` height beside it.

        A page that is made for desktops only is zoomed out on a phone: its box is wider.
        """
        metrics = self.command("Page.getLayoutMetrics")
        seen, content = metrics["cssVisualViewport"], metrics["cssContentSize"]
        width = seen["clientWidth"]
        scale = self._mobile_width / width if self._mobile_width and width else 1
        return {
            "x": 0,
            "y": 0,
            "width": width,
            "height": seen["clientHeight"],
            "scale": scale,
            "whole": content["height"],
        }

    def _capture(self, **parameters: Any) -> bytes:
        parameters["clip"].pop("whole")
        return base64.b64decode(self.command("Page.captureScreenshot", **parameters)["data"])

    def _start_afresh(self) -> None:
        with self._step("reading the log"):
            self._session.events()
            self._driver.get_log("browser")
        self._browser.guard.forget()
        self._browser.proxy.reset()
        self._traffic = Traffic(self.window)
        self.console_errors = []

    def _try(self, url: str) -> None:
        self._start_afresh()
        self._open(url)
        self._read_traffic()

    def _open(self, url: str) -> None:
        limit = max(0.5, min(_LOAD_S, self._deadline - time.monotonic()))
        self.load_finished = True
        with self._step("opening the page", limit + _STEP_S, sites_time=True):
            self._driver.set_page_load_timeout(limit)
            try:
                self._driver.get(url)
            except TimeoutException:
                self.load_finished = False
            except WebDriverException as e:
                if "net::ERR_" not in str(e.msg):  # the log names it, too
                    raise
            self._session.catch_up()
        self._loaded = time.monotonic()
        if not self.load_finished:  # does an endless script keep it busy?
            self.command("Runtime.evaluate", _PULSE_S, expression="1")

    def _raise_if_nothing_came(self, url: str) -> None:
        seen = self._traffic
        last, failures = seen.document_url or url, self._browser.guard.failures
        if (seen.status in _GATEWAY or not seen.arrived) and (
            error := navigation.not_connected(last, failures)
        ):
            raise error
        if seen.arrived and (seen.error not in navigation.UNDECODABLE or self._shows_something()):
            return
        if not self.load_finished and not seen.arrived:
            raise navigation.too_slow(last)
        raise navigation.from_net_error(last, seen.error)

    def _shows_something(self) -> bool:
        """Return whether a page that broke off has a beginning."""
        try:
            return bool(self.evaluate("document.body ? document.body.childElementCount : 0"))
        except InvalidResponseError:  # there is no document to ask
            return False

    def _settle(self, quiet_s: float = _QUIET_S) -> None:
        """Wait until the network is quiet; then take the page's errors in, in one go."""
        end = time.monotonic() + _SETTLE_S
        quiet_since = time.monotonic()
        while time.monotonic() < end:
            if self._read_traffic() or self._traffic.awaited:
                quiet_since = time.monotonic()
            if time.monotonic() - quiet_since >= quiet_s:
                break
            time.sleep(_POLL_S)
        self._read_errors()

    def _read_traffic(self) -> bool:
        with self._step("reading the log"):
            return self._traffic.feed(self._session.events())

    def _read_errors(self) -> None:
        with self._step("reading the log"):
            errors = self._driver.get_log("browser")
        for entry in errors:
            if entry.get("source") == "javascript" and len(self.console_errors) < _MAX_ERRORS:
                self.console_errors.append(str(entry["message"])[:_MAX_ERROR_CHARS])

    def command(self, name: str, limit_s: float = _STEP_S, /, **parameters: Any) -> Json:
        """Return what a DevTools command to this page answers; raises as ``goto`` does."""
        with self._step(name, limit_s):
            return self._cdp(name, **parameters)

    def _cdp(self, name: str, **parameters: Any) -> Json:
        return self._session.command(name, **parameters)

    @contextmanager
    def _step(
        self, doing: str, limit: float = _STEP_S, *, sites_time: bool = False
    ) -> Iterator[None]:
        """Bound a step in time, and turn the driver's exceptions into ours.

        With ``sites_time`` the site is what takes the time, not the browser.
        """
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise DeadlineExceededError("No time was left for the page.", provider="website")
        spare = math.inf if sites_time else _MAX_SLOW_S - self._slow_s
        if spare <= 0:
            raise _too_busy(doing)
        began = time.monotonic()
        try:
            with self._browser.time_limit(min(limit, left, spare)):
                yield
        except (WebDriverException, RefusedError, HTTPError, OSError) as e:
            raise self._to_check_error(e, doing) from e
        finally:
            took = time.monotonic() - began
            if took > _SLOW_S and not sites_time:
                self._slow_s += took

    def _to_check_error(self, error: Exception, doing: str) -> CheckError:
        if self._browser.out_of_memory:
            return TargetTooLargeError(
                f"The page took more memory than a browser may have here ({doing}).",
                provider="website",
            )
        if self._browser.timed_out or isinstance(error, TimeoutException):
            self._browser.kill()
            return _too_busy(doing)
        self._browser.kill()
        said = str(error) if isinstance(error, RefusedError) else getattr(error, "msg", None)
        reason = (said or type(error).__name__).splitlines()[0]
        return BrowserCrashedError(
            f"The browser stopped while {doing}: {reason[:200]}", provider="browser"
        )


def _too_busy(doing: str) -> DeadlineExceededError:
    return DeadlineExceededError(
        f"The page held the browser up for too long ({doing}).", provider="website"
    )
