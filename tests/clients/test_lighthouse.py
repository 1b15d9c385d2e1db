"""Real Lighthouse on small local pages."""

from __future__ import annotations

import http.server
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from lfassess.clients import lighthouse
from lfassess.clients.lighthouse import process
from lfassess.errors import (
    ProviderTimeoutError,
    TargetForbiddenError,
    TargetUnreachableError,
    ToolMissingError,
)
from lfassess.settings import Settings

pytestmark = pytest.mark.lighthouse

INSTALLED = Path(__file__).parents[2] / ".venv" / "lighthouse"
PAGE = b"""<!doctype html><html lang="en"><head><title>Harbour Bakery</title>
<meta name="viewport" content="width=device-width"></head>
<body><h1>Bread</h1><p>Fresh every morning.</p></body></html>"""


@contextmanager
def site(page=PAGE, delay=0.0):
    ending = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            ending.wait(delay)
            self.send_response(200 if self.path == "/" else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_args):
            """Keep the test's output quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        ending.set()
        server.shutdown()
        server.server_close()
        thread.join()


def settings_for(port):
    return Settings(lighthouse_dir=INSTALLED, connect_to=(f"shop.test:80:127.0.0.1:{port}",))


def audit(settings, url="http://shop.test/", seconds=60.0, strategy="mobile"):
    deadline = time.monotonic() + seconds
    return lighthouse.audit(url, settings=settings, strategy=strategy, deadline=deadline)


@pytest.fixture(autouse=True)
def _end_it():
    yield
    lighthouse.shutdown()


def children():
    return psutil.Process().children(recursive=True)


def test_measures_a_page_and_survives_the_death_of_its_process():
    with site() as port:
        settings = settings_for(port)
        first = audit(settings)
        assert first["categories"]["performance"]["score"] > 0.9
        assert first["audits"]["document-title"]["score"] == 1
        assert first["audits"]["meta-description"]["score"] == 0
        assert first["configSettings"]["formFactor"] == "mobile"
        node = process._current._process
        node.kill()
        node.wait()
        assert audit(settings)["audits"]["document-title"]["score"] == 1
    lighthouse.shutdown()
    assert children() == []


def test_unknown_name_is_unreachable():
    with pytest.raises(TargetUnreachableError):
        audit(settings_for(1), "http://no-such-name.invalid/")


def test_private_address_is_refused():
    with site() as port, pytest.raises(TargetForbiddenError):
        audit(Settings(lighthouse_dir=INSTALLED), f"http://127.0.0.1:{port}/")


def test_deadline_ends_node_and_browser():
    with site(delay=30) as port:
        with pytest.raises(ProviderTimeoutError):
            audit(settings_for(port), seconds=4)
        assert children() == []


def test_missing_browser_is_said(tmp_path):
    settings = settings_for(1).model_copy(update={"browser_path": tmp_path / "nothing"})
    with pytest.raises(ToolMissingError, match="no browser at"):
        audit(settings)
