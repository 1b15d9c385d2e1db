"""A local Places that knows a few places, and a website beside it; remembers what was asked."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

Json = dict[str, Any]


@dataclass
class Google:
    """``finds`` are the search's texts and ids (any text if None), ``page`` is the website's."""

    places: dict[str, Json] = field(default_factory=dict)
    finds: dict[str, list[str]] | None = None
    page: str = "<p>hello"
    page_in: str | None = None  # of /in, where it is another
    page_status: int = 200
    page_location: str | None = None
    near: list[Json] | None = None  # what is nearby; None: Google refuses to say
    nearby: list[Json] = field(default_factory=list)  # how it was asked for
    searches: list[str] = field(default_factory=list)
    details: list[str] = field(default_factory=list)
    visits: int = 0
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def search(self, text: str) -> Json:
        self.searches.append(text)
        ids = list(self.places) if self.finds is None else self.finds.get(text, [])
        return {"places": [{"id": i} for i in ids]} if ids else {}

    def show(self, place_id: str) -> tuple[int, Json]:
        self.details.append(place_id)
        found = self.places.get(place_id)
        gone = {"error": {"code": 404, "status": "NOT_FOUND", "message": "no such place"}}
        return (200, {"id": place_id, **found}) if found is not None else (404, gone)


@contextlib.contextmanager
def google() -> Iterator[Google]:
    fake = Google()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_args: object) -> None:
            pass

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path.endswith(":searchNearby"):
                fake.nearby.append(body)
                answer = (
                    {"places": fake.near} if fake.near is not None else {"error": {"code": 400}}
                )
                self._send(
                    400 if fake.near is None else 200, json.dumps(answer), "application/json"
                )
                return
            self._send(200, json.dumps(fake.search(body["textQuery"])), "application/json")

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            if path.startswith("/v1/places/"):
                status, answer = fake.show(unquote(path.rpartition("/")[2]))
                self._send(status, json.dumps(answer), "application/json")
                return
            fake.visits += 1
            page = fake.page_in if path == "/in" and fake.page_in else fake.page
            self._send(fake.page_status, page, "text/html; charset=utf-8")

        def _send(self, status: int, text: str, kind: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            if fake.page_location and kind.startswith("text/html"):
                self.send_header("Location", fake.page_location)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        fake.port = server.server_address[1]
        try:
            yield fake
        finally:
            server.shutdown()
            thread.join(10)
