"""Selenium's driver over sockets that are opened for it: ChromeDriver listens where we can't."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any, Final

import urllib3
from selenium.webdriver import ChromeOptions
from selenium.webdriver.chrome.remote_connection import ChromeRemoteConnection
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.command import Command
from selenium.webdriver.remote.webdriver import WebDriver

Connect = Callable[[int], socket.socket]  # to a port on the driver's loopback; raises OSError

_ANSWER_S: Final = 120  # each step has a shorter limit of its own


class Driver(WebDriver):
    """A session with a browser that ChromeDriver starts for it."""

    def __init__(self, options: ChromeOptions, port: int, connect: Connect) -> None:
        super().__init__(command_executor=_Connection(port, connect), options=options)

    def get_log(self, log_type: str) -> list[dict[str, Any]]:
        """Return what was logged since the last call."""
        return list(self.execute(Command.GET_LOG, {"type": log_type})["value"])


class _Connection(ChromeRemoteConnection):
    def __init__(self, port: int, connect: Connect) -> None:
        self._connect = connect
        # ChromeDriver refuses any other name.
        config = ClientConfig(f"http://localhost:{port}", keep_alive=True, timeout=_ANSWER_S)
        super().__init__(remote_server_addr=f"http://localhost:{port}", client_config=config)

    def _get_connection_manager(self) -> urllib3.PoolManager:
        connect = self._connect

        class Connection(urllib3.connection.HTTPConnection):
            def _new_conn(self) -> socket.socket:
                try:
                    opened = connect(self.port or 0)
                except OSError as e:
                    raise urllib3.exceptions.NewConnectionError(self, str(e)) from e
                opened.settimeout(_ANSWER_S)
                return opened

        class Pool(urllib3.connectionpool.HTTPConnectionPool):
            ConnectionCls = Connection

        manager = urllib3.PoolManager(timeout=_ANSWER_S)
        manager.pool_classes_by_scheme = {"http": Pool}
        return manager
