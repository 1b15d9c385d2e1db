"""Speaks to the browser over its DevTools websocket, without ChromeDriver in between."""

from __future__ import annotations

import http.client
import itertools
import json
import select
import socket
import time
from contextlib import suppress
from typing import Any, Final

import websocket

from lfassess.clients.chromium.driver import Connect
from lfassess.errors import BrowserCrashedError

_ANSWER_S: Final = 10.0
_PAGE_S: Final = 120.0  # each step of a page has a shorter limit of its own
_MAX_EVENTS: Final = 2_000  # at a time; a page may cause them faster than they are read

Json = dict[str, Any]


class RefusedError(Exception):
    """The browser answers that it can't do a command, and why."""


class Devtools:
    """Commands to the browser, and to its pages by ``session``; for one thread at a time."""

    def __init__(self, address: str, connect: Connect) -> None:
        """Connect to ``address``, the debugger's HOST:PORT; raises BrowserCrashedError."""
        self._ids = itertools.count(1)
        self._followed = ""  # the session whose events are gathered
        self._events: list[Json] = []
        port = int(address.rpartition(":")[2])
        try:
            self.version = _version(address, connect(port))
            self._stream = connect(port)
            self._socket = websocket.create_connection(
                self.version["webSocketDebuggerUrl"],
                timeout=_ANSWER_S,
                suppress_origin=True,
                skip_utf8_validation=True,  # in Python, and pictures are long
                socket=self._stream,
            )
        except (
            OSError,
            ValueError,
            KeyError,
            http.client.HTTPException,
            websocket.WebSocketException,
        ) as e:
            raise BrowserCrashedError(
                "The browser does not answer its debugger.", provider="browser"
            ) from e

    def command(self, method: str, **parameters: Any) -> Json:
        """Return a command's result; raises BrowserCrashedError when there is none in time."""
        try:
            return self._answer({"method": method, "params": parameters}, _ANSWER_S)
        except OSError as e:
            raise BrowserCrashedError("The browser is gone.", provider="browser") from e
        except RefusedError as e:
            raise BrowserCrashedError(
                f"The browser did not do {method}.", provider="browser"
            ) from e

    def session(self, target: str) -> Session:
        """Return a session with a page; raises BrowserCrashedError."""
        attached = self.command("Target.attachToTarget", targetId=target, flatten=True)
        return Session(self, str(attached["sessionId"]))

    def _answer(self, message: Json, limit_s: float) -> Json:
        """Return the answer to a message; raises RefusedError, OSError."""
        number = next(self._ids)
        end = time.monotonic() + limit_s
        try:
            self._socket.settimeout(limit_s)
            self._socket.send(json.dumps({"id": number, **message}))
            while time.monotonic() < end:
                answer = self._received()
                if answer.get("id") != number:
                    continue
                if "result" in answer:
                    return dict(answer["result"])
                raise RefusedError(str(answer.get("error", {}).get("message")))
        except websocket.WebSocketException as e:
            raise ConnectionError(str(e)) from e
        raise TimeoutError

    def _received(self) -> Json:
        try:
            message: Json = json.loads(self._socket.recv())
        except ValueError as e:  # it said good-bye, or stopped in the middle
            raise ConnectionError(str(e)) from e
        if "method" in message and message.get("sessionId") == self._followed:
            self._events.append(message)
        return message

    def _news(self, session: str) -> list[Json]:
        """Return a session's events since the last call; raises OSError."""
        if session != self._followed:
            self._followed, self._events = session, []
        waiting = select.poll()
        try:
            waiting.register(self._stream, select.POLLIN)
            while len(self._events) < _MAX_EVENTS and waiting.poll(0):
                self._received()
        except websocket.WebSocketException as e:
            raise ConnectionError(str(e)) from e
        events, self._events = self._events, []
        return events

    def close(self) -> None:
        with suppress(OSError, websocket.WebSocketException):
            self._socket.close(timeout=0)


def _version(address: str, opened: socket.socket) -> dict[str, str]:
    """Return what the debugger says of itself over a connection, which is closed."""
    with opened:
        opened.settimeout(_ANSWER_S)
        connection = http.client.HTTPConnection(address)
        connection.sock = opened
        connection.request("GET", "/json/version")
        return dict(json.load(connection.getresponse()))


class Session:
    """Commands to one page."""

    def __init__(self, devtools: Devtools, number: str) -> None:
        self._devtools = devtools
        self._number = number

    def command(self, method: str, **parameters: Any) -> Json:
        """Return a command's result.

        Raises:
            RefusedError: the page can't do it.
            OSError: the browser is gone.
        """
        message = {"sessionId": self._number, "method": method, "params": parameters}
        return self._devtools._answer(message, _PAGE_S)  # noqa: SLF001 - one connection for both

    def events(self) -> list[Json]:
        """Return what has happened since the last call; raises OSError."""
        return self._devtools._news(self._number)  # noqa: SLF001 - see above

    def catch_up(self) -> None:
        """Return once what has happened in the browser by now has come; raises OSError."""
        self._devtools._answer({"method": "Browser.getVersion"}, _PAGE_S)  # noqa: SLF001 - see above
