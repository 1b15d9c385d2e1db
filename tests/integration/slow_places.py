"""A provider that answers when it is ordered to."""

from __future__ import annotations

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class SlowPlaces:
    """Answers a search at once, and details when ordered to."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.may_answer = threading.Event()
        self.details: list[str] = []
        places = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.answer({"places": [{"id": "place-1"}]})

            def do_GET(self) -> None:
                places.details.append(self.path)
                places.asked.set()
                places.may_answer.wait(timeout=60)
                name = {"text": "Harbour Bakery", "languageCode": "en"}
                self.answer({"id": "place-1", "displayName": name})

            def answer(self, body: dict) -> None:
                data = json.dumps(body).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                with contextlib.suppress(BrokenPipeError):  # whoever asked may have died
                    self.wfile.write(data)

            def log_message(self, *_args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
