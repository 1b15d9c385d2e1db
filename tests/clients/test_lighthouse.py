"""Real Lighthouse on small local pages."""

from __future__ import annotations

import http.server
import json
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from lfassess.clients import lighthouse
from lfassess.clients.cage.cage import sweep
from lfassess.clients.lighthouse import process
from lfassess.clients.lighthouse.nodejs import node
from lfassess.errors import (
    ProviderTimeoutError,
    TargetForbiddenError,
    TargetUnreachableError,
    ToolMissingError,
)
from lfassess.sandbox.server import SandboxServer
from lfassess.settings import Settings

pytestmark = pytest.mark.lighthouse

INSTALLED = Path(__file__).parents[2] / ".venv" / "lighthouse"
PAGE = b"""<!doctype html><html lang="en"><head><title>Harbour Bakery</title>
<meta name="viewport" content="width=device-width"></head>
<body><h1>Bread</h1><p>Fresh every morning.</p></body></html>"""


@contextmanager
def site(page=PAGE, delay=0.0, status=200):
    ending = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            ending.wait(delay)
            self.send_response(status if self.path == "/" else 404)
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
        assert first["environment"]["benchmarkIndex"] > 100
        assert "largest-contentful-paint" in first["performanceAudits"]
        assert "document-title" not in first["performanceAudits"]
        assert first["page"] == {
            "title": "Harbour Bakery",
            "text": "Bread Fresh every morning.",
            "words": 4,
            "pictures": 0,
        }
        assert [frame["second"] for frame in first["frames"]] == [1, 3, 5]
        started = [process._current._process.pid, *(c.pid for c in children())]
        node = process._current._process
        node.kill()
        node.wait()
        again = audit(settings, strategy="desktop")
        assert again["audits"]["document-title"]["score"] == 1
        assert again["configSettings"]["formFactor"] == "desktop"
        assert "frames" not in again
        started += [c.pid for c in children()]
    lighthouse.shutdown()
    wait_until_gone(started)


def test_gathers_what_is_kept_and_has_the_phones_run_alone_time_the_machine():
    with site() as port:
        phone = audit(settings_for(port))
        desktop = audit(settings_for(port), strategy="desktop")
    assert phone["environment"]["benchmarkIndex"] > 100
    assert desktop["environment"]["benchmarkIndex"] is None
    assert desktop["categories"].keys() == phone["categories"].keys()
    unread = {"bf-cache", "js-libraries", "network-requests"}
    assert not unread & {*phone["audits"], *phone["performanceAudits"]}
    assert not unread & {*desktop["audits"], *desktop["performanceAudits"]}


MESSAGES = """
const [, worker, lighthouse] = process.argv;
const {keepMessages} = await import(worker);
const {createRequire} = await import('node:module');
const main = createRequire(lighthouse).resolve('lighthouse');
const {IntlMessageFormat} = createRequire(main)('intl-messageformat');
const texts = ['Est savings of {ms, number} ms', "{n, plural, =1 {1 link} other {# links}} it''s"];
const said = () => texts.flatMap(text => [1, 2500.4].map(
  n => new IntlMessageFormat(text, 'en-US', {}, {ignoreTag: true}).format({n, ms: n})));
const plain = IntlMessageFormat.__parse;
let parsed = 0;
IntlMessageFormat.__parse = (...given) => { parsed += 1; return plain(...given); };
const before = said();
keepMessages(main);
console.log(JSON.stringify({before, after: said(), again: said(), parsed}));
"""


def test_parses_each_of_lighthouses_texts_once_and_says_the_same():
    place = lighthouse.installed(Settings(lighthouse_dir=INSTALLED))
    cache = Path(process.__file__).with_name("message_cache.mjs")
    command = [str(node()), "--input-type=module", "--eval", MESSAGES, str(cache), f"{place}/x"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
    seen = json.loads(done.stdout)
    assert seen["before"] == seen["after"] == seen["again"]
    assert seen["before"][0] == "Est savings of 1 ms"
    assert seen["parsed"] == 4 + 2


def wait_until_gone(pids):
    end = time.monotonic() + 20
    while left := [pid for pid in pids if runs(pid)]:
        assert time.monotonic() < end, left
        time.sleep(0.05)


def runs(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_error_page_says_its_status_beside_its_scores():
    with site(status=404) as port:
        result = audit(settings_for(port))
    assert any("Status code: 404" in warning for warning in result["runWarnings"])
    assert result["audits"]["http-status-code"]["score"] == 0


def test_trusts_the_settings_certificates_and_no_others(tmp_path):
    with SandboxServer(profile="fast", seed=1, directory=tmp_path) as sandbox:
        routes = tuple(sandbox.env["LFASSESS_CONNECT_TO"].split(","))
        strict = Settings(lighthouse_dir=INSTALLED, connect_to=routes)
        trusting = strict.model_copy(update={"ca_bundle": tmp_path / "ca.pem"})
        page = "https://harbour-bakery.demo.test/"
        assert audit(trusting, page)["audits"]["is-on-https"]["score"] == 1
        with pytest.raises(TargetUnreachableError):
            audit(strict, page)


CRASHING = """
import sys, time
from pathlib import Path
from lfassess.clients import lighthouse
from lfassess.settings import Settings
settings = Settings(lighthouse_dir=Path(sys.argv[1]), connect_to=(sys.argv[2],))
lighthouse.audit("http://shop.test/", settings=settings, deadline=time.monotonic() + 60)
"""


def test_nothing_outlives_a_worker_killed_in_the_middle_of_an_audit():
    with site(delay=60) as port:
        route = f"shop.test:80:127.0.0.1:{port}"
        worker = subprocess.Popen([sys.executable, "-c", CRASHING, str(INSTALLED), route])
        try:
            end = time.monotonic() + 30
            while not has_renderer(started := psutil.Process(worker.pid).children(recursive=True)):
                assert time.monotonic() < end
                time.sleep(0.05)
            (folder,) = Path(tempfile.gettempdir()).glob(f"lfassess-cage-{worker.pid}-*")
        finally:
            worker.kill()
            worker.wait()
        wait_until_gone([p.pid for p in started])
    sweep()  # as the next cage does
    assert not folder.exists()


def has_renderer(processes):
    return any("--type=renderer" in part for p in processes if p.is_running() for part in words(p))


def words(process):
    try:
        return process.cmdline()
    except psutil.Error:
        return []


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
    threads = threading.active_count()
    with pytest.raises(ToolMissingError, match="no browser at"):
        audit(settings)
    assert threading.active_count() == threads
