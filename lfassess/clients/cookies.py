"""Keeps the cookies of a visit in the standard library's jar."""

from __future__ import annotations

import urllib.request
from email.message import Message
from http.client import HTTPResponse
from http.cookiejar import CookieJar
from typing import cast

from lfassess.clients.page import Headers


class _Answer:
    """An answer in the form that the jar reads."""

    def __init__(self, headers: Headers) -> None:
        self._headers = Message()
        for name, value in headers:
            if name.lower() == "set-cookie":
                self._headers[name] = value

    def info(self) -> Message:
        return self._headers


def keep_cookies(jar: CookieJar, asked: urllib.request.Request, headers: Headers) -> None:
    """Put the cookies of an answer into the jar; those that are none are passed over."""
    jar.extract_cookies(cast("HTTPResponse", _Answer(headers)), asked)
