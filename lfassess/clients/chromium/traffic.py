"""Reads the browser's network events: what was asked for, what failed, what is awaited."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

Json = dict[str, Any]

_MAX_FAILURES: Final = 50
_MAX_ASKED: Final = 500
_MAX_URL: Final = 300
_ERROR_STATUS: Final = 400
_ENDLESS: Final = frozenset({"EventSource", "WebSocket", "Ping", "Media", "Prefetch", "Preflight"})


@dataclass(frozen=True, slots=True)
class FailedRequest:
    """A part of the page that did not come."""

    url: str
    kind: str  # Image, Script, Stylesheet, ...
    why: str  # an HTTP status or Chromium's name of the error

    def as_json(self) -> Json:
        return {"url": self.url, "kind": self.kind, "why": self.why}


@dataclass(frozen=True, slots=True)
class Asked:
    """A part of the page that was asked for."""

    url: str
    by_script: bool  # else by the page's markup


class Traffic:
    """The network side of one page load, fed with DevTools' events."""

    def __init__(self, frame: str) -> None:
        """``frame`` is the main frame's id."""
        self._frame = frame
        self.status: int | None = None  # of the main document
        self.document_url: str | None = None
        self.arrived = False  # the main document was shown
        self.error: str | None = None  # Chromium's name of what went wrong with the main document
        self.failed: list[FailedRequest] = []
        self.requests = 0
        self.asked: list[Asked] = []  # the first of them, beacons included
        self._document: str | None = None
        self._open: dict[str, tuple[str, str]] = {}  # request id -> (url, kind)
        self._readers: Mapping[str, Callable[[Json], None]] = {
            "Network.requestWillBeSent": self._asked,
            "Network.responseReceived": self._answered,
            "Network.loadingFinished": self._finished,
            "Network.loadingFailed": self._broke,
            "Page.frameNavigated": self._navigated,
        }

    @property
    def awaited(self) -> int:
        """How many answers are still to come."""
        return len(self._open)

    def feed(self, events: Iterable[Json]) -> bool:
        """Take events in; return whether any was about network traffic."""
        news = False
        for event in events:
            reader = self._readers.get(event["method"])
            if reader is not None:
                reader(event["params"])
                news = True
        return news

    def _asked(self, event: Json) -> None:
        url, kind, number = event["request"]["url"], event.get("type", "Other"), event["requestId"]
        if kind == "Document" and event.get("frameId") == self._frame:
            self._document, self.document_url = number, url
        if url.startswith(("data:", "blob:")):
            return
        if number != self._document and len(self.asked) < _MAX_ASKED:
            by_script = event.get("initiator", {}).get("type") == "script"
            self.asked.append(Asked(url[:_MAX_URL], by_script))
        if kind in _ENDLESS:
            return
        self.requests += 1
        self._open[number] = (url, kind)

    def _answered(self, event: Json) -> None:
        response, number = event["response"], event["requestId"]
        if number == self._document:
            self.status, self.document_url = response["status"], response["url"]
        elif response["status"] >= _ERROR_STATUS:
            self._note(response["url"], event.get("type", "Other"), str(response["status"]))

    def _finished(self, event: Json) -> None:
        self._open.pop(event["requestId"], None)

    def _broke(self, event: Json) -> None:
        url, kind = self._open.pop(event["requestId"], ("", ""))
        why = str(event.get("errorText", "")).removeprefix("net::")
        if event["requestId"] == self._document:
            self.error = why
        elif url and not event.get("canceled"):
            self._note(url, kind, why)

    def _navigated(self, event: Json) -> None:
        frame = event["frame"]
        if frame["id"] == self._frame and not frame.get("unreachableUrl"):
            self.arrived = frame["url"] != "about:blank"

    def _note(self, url: str, kind: str, why: str) -> None:
        if len(self.failed) < _MAX_FAILURES:
            self.failed.append(FailedRequest(url[:_MAX_URL], kind, why))
