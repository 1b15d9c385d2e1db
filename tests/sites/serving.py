"""Serves the corpus on loopback: one port for http, one for https, sites distinguished by name."""

from __future__ import annotations

import contextlib
import gzip
import io
import mimetypes
import re
import ssl
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from PIL import Image

from lfassess.settings import Settings
from tests.sites import certificates, packages
from tests.sites.corpus import Site
from tests.sites.rewriting import ASSETS, OWN, rewritten

LIGHTHOUSE: Final = Path(__file__).parents[2] / ".venv" / "lighthouse"
_TEXTS: Final = ("text/", "application/javascript", "image/svg", "application/json")
_ELSEWHERE: Final = {  # what pages load from other hosts, and the package that holds it
    r"/npm/bootstrap@5\.2\.3/(.*)": "npm:bootstrap@5.2.3",
    r"/npm/bootstrap-icons@1\.5\.0/(.*)": "npm:bootstrap-icons@1.5.0",
    r"/ajax/libs/simple-line-icons/2\.5\.5/(.*)": "npm:simple-line-icons@2.5.5",
    r"/releases/v6\.3\.0/(.*)": "npm:@fortawesome/fontawesome-free@6.3.0",
}
_SHARED: Final = {"Access-Control-Allow-Origin": "*", "Cache-Control": "max-age=31536000"}
_NOT_FOUND: Final = (
    b"<html><head><title>404 Not Found</title></head><body>404 Not Found</body></html>"
)


@contextlib.contextmanager
def serving(sites: tuple[Site, ...], folder: Path) -> Iterator[Settings]:
    """Serve the sites; yields settings whose connections to their names lead here."""
    roots = {site.host: packages.unpacked(site.package) / site.root for site in sites}
    elsewhere = {pattern: packages.unpacked(p) for pattern, p in _ELSEWHERE.items()}
    names = {name: site for site in sites for name in site.names}
    context, trusted = certificates.make([*names, ASSETS], folder)
    handler = _handler(_Web(names, roots, elsewhere))
    with _listening(handler) as plain, _listening(handler, context) as secure:
        yield Settings(
            data_dir=folder / "data",
            ca_bundle=trusted,
            lighthouse_dir=LIGHTHOUSE,
            connect_to=tuple(_routes(names, plain, secure)),
        )


def _routes(names: Mapping[str, Site], plain: int, secure: int) -> Iterator[str]:
    nobody = 1
    for name, site in names.items():
        yield f"{name}:80:127.0.0.1:{plain}"
        yield f"{name}:443:127.0.0.1:{secure if site.server.https else nobody}"
    yield f"{ASSETS}:80:127.0.0.1:{plain}"
    yield f"{ASSETS}:443:127.0.0.1:{secure}"


@contextlib.contextmanager
def _listening(
    handler: type[BaseHTTPRequestHandler], tls: ssl.SSLContext | None = None
) -> Iterator[int]:
    server = _Server(("127.0.0.1", 0), handler)
    if tls:
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_args: Any) -> None:
        """Browsers hang up as they like."""


@dataclass(frozen=True)
class _Answer:
    status: int
    kind: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    zipped: bool = True


@dataclass(frozen=True)
class _Web:
    """All that is served, by name."""

    names: Mapping[str, Site]
    roots: Mapping[str, Path]
    elsewhere: Mapping[str, Path]

    def answer(self, name: str, asked: str, *, secure: bool) -> _Answer:
        path = unquote(urlsplit(asked).path)
        if name == ASSETS:
            return self._of_others(path, _SHARED)
        site = self.names.get(name)
        if site is None:
            return _missing({})
        server = site.server
        secured = server.https and (secure or server.forwards)
        if name != site.host or (secured and not secure):
            to = f"{'https' if secured else 'http'}://{site.host}{asked}"
            return _Answer(301, "text/html", b"moved", {**server.headers, "Location": to})
        if path.startswith(OWN):
            return self._of_others(path.removeprefix(OWN.rstrip("/")), server.headers)
        return self._of_site(site, path)

    def _of_site(self, site: Site, path: str) -> _Answer:
        file = _file(site, self.roots[site.host], path)
        if file is None:
            return _missing(site.server.headers)
        body = file.read_bytes()
        kind = _kind(file.name)
        if kind == "text/html":
            home = path in {"/", f"/{site.start}"}
            kind += "; charset=utf-8"
            body = rewritten(site, body.decode(errors="replace"), home=home).encode()
        return _Answer(200, kind, body, site.server.headers, site.server.gzip)

    def _of_others(self, path: str, headers: Mapping[str, str]) -> _Answer:
        """Answer for another host: a library of a package, a picture, or nothing much."""
        _, _, asked = path[1:].partition("/")
        for pattern, folder in self.elsewhere.items():
            found = re.fullmatch(pattern, f"/{asked}")
            if found and (folder / found[1]).is_file():
                body = (folder / found[1]).read_bytes()
                return _Answer(200, _kind(found[1]), body, headers)
        if size := re.match(r"(\d+)x(\d+)", asked):
            return _Answer(200, "image/jpeg", _picture(int(size[1]), int(size[2])), headers)
        if path.endswith(("css", "css2")):
            return _Answer(200, "text/css", b"", headers)
        if path.endswith(".js"):
            return _Answer(200, "application/javascript", b"", headers)
        return _missing(headers)


def _missing(headers: Mapping[str, str]) -> _Answer:
    return _Answer(404, "text/html", _NOT_FOUND, headers)


def _kind(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def _handler(web: _Web) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_args: object) -> None:
            pass

        def do_GET(self) -> None:
            name = (self.headers.get("Host") or "").partition(":")[0].lower()
            secure = isinstance(self.connection, ssl.SSLSocket)
            self._send(web.answer(name, self.path, secure=secure))

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_OPTIONS(self) -> None:
            self._send(_Answer(405, "text/html", b"<h1>405 Not Allowed</h1>"))

        def do_POST(self) -> None:
            self.do_OPTIONS()

        def _send(self, answer: _Answer) -> None:
            shown, body = dict(answer.headers), answer.body
            accepted = "gzip" in self.headers.get("Accept-Encoding", "")
            if accepted and answer.zipped and answer.kind.startswith(_TEXTS):
                body = _zipped(body)
                shown["Content-Encoding"] = "gzip"
            self.send_response_only(answer.status)
            for key, value in {**shown, "Content-Type": answer.kind}.items():
                self.send_header(key, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

    return Handler


@lru_cache(256)
def _zipped(body: bytes) -> bytes:
    return gzip.compress(body, 6, mtime=0)


def _file(site: Site, root: Path, path: str) -> Path | None:
    file = root / (path.strip("/") or site.start)
    if file.is_dir():
        file = file / "index.html"
    inside = file.resolve().is_relative_to(root.resolve())
    return file if inside and file.is_file() else None


@lru_cache(32)
def _picture(width: int, height: int) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (width, height), (222, 226, 230)).save(made, "JPEG")
    return made.getvalue()
