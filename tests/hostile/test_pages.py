"""Hostile pages end within the visual check's limit, and the next lead is none the worse."""

from __future__ import annotations

import contextlib
import threading
import time

import psutil
import pytest

from lfassess.checks.base import CheckContext, Target
from lfassess.checks.visual import CHECK
from lfassess.clients import browser
from lfassess.errors import CheckError, TargetTooLargeError
from lfassess.settings import Settings
from tests.page_server import Answer, website

pytestmark = pytest.mark.browser

LIMIT_S = 37.0  # 30 of them are reserved for the language model, so that a page has 7
GRACE_S = 6.0
PAGE_MB = 400
MAX_MB = PAGE_MB + 350  # shared pages, the driver, and what it grows before it is caught
PAGES: dict[str, str | Answer] = {
    "/endless-script": "<h1>B</h1><script>for (;;) {}</script>",
    "/late-endless-script": "<h1>B</h1><script>onload = () => setTimeout(() => {for (;;) {}})</script>",
    "/eats-memory": "<h1>B</h1><script>const a = []; setInterval(() => {"
    "for (let i = 0; i < 50; i++) a.push(new Array(1e5).fill(Math.random()))})</script>",
    "/endless-growth": "<h1>B</h1><script>setInterval(() => {for (let i = 0; i < 500; i++)"
    "document.body.append(document.createElement('p'), 'x'.repeat(500))})</script>",
    "/frames": "<h1>B</h1>" + "<iframe srcdoc='<p>x'></iframe>" * 1_500,
    "/frames-in-frames": "<h1>B</h1><iframe src=/frames-in-frames></iframe>" * 3,
    "/huge-canvas": "<h1>B</h1><canvas width=32000 height=32000></canvas><script>"
    "document.querySelector('canvas').getContext('2d').fillRect(0, 0, 32000, 32000)</script>",
    "/tall": "<h1>B</h1><div style='height:30000000px;background:teal'>x</div>",
    "/reloads": "<h1>B</h1><script>setTimeout(() => location.reload(), 50)</script>",
    "/goes-on": "<h1>B</h1><script>location = '/goes-on?' + Math.random()</script>",
    "/asks": "<h1>B</h1><script>for (;;) if (!confirm('Stay?' + prompt('Who?'))) alert('Hi')</script>",
    "/holds-on": "<h1>B</h1><script>onbeforeunload = e => {e.preventDefault(); return 'no'}</script>",
    "/opens": "<h1>B</h1><script>setInterval(() => open('/opens'), 1)</script>",
    "/prints": "<h1>B</h1><script>setInterval(print, 10)</script>",
    "/password": Answer(b"", 401, {"WWW-Authenticate": 'Basic realm="Staff"'}),
    "/file": Answer(b"x" * 9_000, 200, {"Content-Disposition": "attachment; filename=x.exe"}),
    "/lies-about-tools": "<h1>B</h1><script>for (const n of ['querySelectorAll', 'getElementById'])"
    "Document.prototype[n] = () => {throw 1}; JSON.stringify = () => {throw 2};"
    "window.getComputedStyle = () => null; Array.prototype.map = 3; Object.freeze = null</script>",
    "/deep": "<div>" * 30_000,
}
CLEAN = "<!doctype html><html lang=en><title>Bakery</title><h1>Bread</h1>" + "<p>Fresh.</p>" * 60


class Peak:
    """Watches how much memory our browser's processes take together."""

    def __init__(self) -> None:
        self.mb = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.25):
            total = 0
            for process in psutil.Process().children(recursive=True):
                try:
                    total += process.memory_full_info().pss
                except psutil.Error:
                    continue
            self.mb = max(self.mb, total / 2**20)


@pytest.fixture(scope="module")
def site():
    with website(PAGES | {"/clean": CLEAN}) as server:
        yield server
    browser.shutdown()


def look(site, path, tmp_path):
    settings = Settings(data_dir=tmp_path, allow_private_targets=True, browser_memory_mb=PAGE_MB)
    context = CheckContext(settings, time.monotonic() + LIMIT_S)
    fetched = CHECK.fetch(Target("B", site.url + path), context)
    return fetched, CHECK.judge(fetched.evidence)


@pytest.mark.parametrize("path", PAGES)
def test_page_ends_in_time_and_the_next_lead_is_seen(site, path, tmp_path):
    began = time.monotonic()
    with Peak() as peak, contextlib.suppress(CheckError):  # anything else is no answer
        _, judgement = look(site, path, tmp_path)
        assert judgement.findings or judgement.inconclusive
    assert time.monotonic() - began < LIMIT_S - 30 + GRACE_S
    assert peak.mb < MAX_MB


def test_page_that_eats_memory_is_called_too_large(site, tmp_path):
    with pytest.raises(TargetTooLargeError):
        look(site, "/eats-memory", tmp_path)


def test_after_all_of_them_a_decent_page_is_seen_whole(site, tmp_path):
    fetched, judgement = look(site, "/clean", tmp_path)
    assert judgement.metrics["desktop"]["status"] == 200
    assert len(fetched.artefacts) == 4
