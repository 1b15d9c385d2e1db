"""Speaks to the browser itself over its DevTools websocket, for what no single page may do."""

from __future__ import annotations

import http.client
import itertools
import json
import socket
import time
from contextlib import suppress
from typing import Any, Final

import websocket

from lfassess.clients.chromium.driver import Connect
from lfassess.errors import BrowserCrashedError

_ANSWER_S: Final = 10.0


class Devtools:
    """Commands to the browser; ChromeDriver refuses those that concern more than one page."""

    def __init__(self, address: str, connect: Connect) -> None:
        """Connect to ``address``, the debugger's HOST:PORT; raises BrowserCrashedError."""
        self._ids = itertools.count(1)
        port = int(address.rpartition(":")[2])
        try:
            self.version = _version(address, connect(port))
            self._socket = websocket.create_connection(
                self.version["webSocketDebuggerUrl"],
                timeout=_ANSWER_S,
                suppress_origin=True,
                socket=connect(port),
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

    def command(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Return a command's result; raises BrowserCrashedError when there is none in time."""
        number = next(self._ids)
        end = time.monotonic() + _ANSWER_S
        try:
            self._socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
            while time.monotonic() < end:
                answer = json.loads(self._socket.recv())
                if answer.get("id") == number and "result" in answer:
                    return dict(answer["result"])
                if answer.get("id") == number:
                    break
        except (OSError, ValueError, websocket.WebSocketException) as e:
            raise BrowserCrashedError("The browser is gone.", provider="browser") from e
        raise BrowserCrashedError(f"The browser did not do {method}.", provider="browser")

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
