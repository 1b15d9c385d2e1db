"""The browser on real local pages, the hostile kinds included."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from pathlib import Path

import psutil
import pytest
from selenium.webdriver.remote.command import Command

from lfassess.clients import browser
from lfassess.clients.browser import browser_page, print_pdf
from lfassess.clients.chromium.driver import Driver
from lfassess.clients.chromium.page import Page
from lfassess.clients.chromium.pixels import uniform_share
from lfassess.errors import (
    BrowserBusyError,
    BrowserCrashedError,
    DeadlineExceededError,
    InvalidTargetError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    TargetForbiddenError,
    TargetUnreachableError,
    ToolMissingError,
)
from lfassess.settings import Settings
from tests.page_server import Answer, listener, website
from tests.tls_server import serving

pytestmark = pytest.mark.browser

_PLAIN = "<!doctype html><html lang=en><title>Plain</title><h1>Plain page</h1><p>Text.</p>"


@pytest.fixture(scope="module", autouse=True)
def _end_browser():
    yield
    browser.shutdown()


@pytest.fixture
def local(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, allow_private_targets=True)


def opened(settings: Settings, *, seconds: float = 40, **device):
    device = {"width": 800, "height": 600, **device}
    return browser_page(settings, deadline=time.monotonic() + seconds, **device)


def jpeg_size(data: bytes) -> tuple[int, int]:
    at = 2
    while data[at + 1] not in (0xC0, 0xC2):
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return int.from_bytes(data[at + 7 : at + 9]), int.from_bytes(data[at + 5 : at + 7])


def our_browsers(name: str = "chrom") -> list[psutil.Process]:
    found = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # it ended since it was listed
            if name in process.name():
                found.append(process)
    return found


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    """A zombie is dead: whether anybody reaps it is not up to us."""
    living = []
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                living.append(process)
    return living


def wait_until_dead(processes: list[psutil.Process]) -> None:
    end = time.monotonic() + 60
    while alive(processes) and time.monotonic() < end:
        time.sleep(0.02)
    assert alive(processes) == []


# --- what a page tells -------------------------------------------------------------------------


def test_tells_what_was_opened(local):
    page_text = "<title>Bakery</title><img src=/none.png><script>missing()</script><h1>Hi</h1>"
    with website({"/": page_text}) as site, opened(local) as page:
        page.goto(site.url + "/")
        assert (page.status, page.title, page.url) == (200, "Bakery", site.url + "/")
        assert page.load_finished
        (failed,) = page.failed_requests
        assert (failed.url, failed.kind, failed.why) == (site.url + "/none.png", "Image", "404")
        (error,) = page.console_errors
        assert "missing is not defined" in error
        assert page.bytes_received > len(page_text)


def test_follows_redirects_to_an_error_page(local):
    pages = {"/": Answer(status=302, headers={"Location": "/gone"})}
    with website(pages) as site, opened(local) as page:
        page.goto(site.url + "/")
        assert (page.status, page.url) == (404, site.url + "/gone")


def test_screenshots_the_whole_page_up_to_a_height(local):
    tall = "<!doctype html><body style='margin:0;height:50000px;background:teal'>"
    with website({"/": tall}) as site, opened(local) as page:
        page.goto(site.url + "/")
        page.scroll_through(2000)
        assert jpeg_size(page.screenshot_jpeg(max_height=2000)) == (800, 2000)
        assert jpeg_size(page.screenshot_jpeg(full_page=False)) == (800, 600)


def test_a_phone_has_two_pixels_to_each_and_a_phones_name(local):
    meta = "<!doctype html><meta name=viewport content='width=device-width'>"
    with website({"/": meta}) as site, opened(local, width=390, height=844, mobile=True) as page:
        page.goto(site.url + "/")
        width, agent, touch = page.evaluate(
            "[innerWidth, navigator.userAgent, navigator.maxTouchPoints]"
        )
        assert (width, touch > 0) == (390, True)
        assert "Mobile" in agent
        assert jpeg_size(page.screenshot_jpeg(full_page=False)) == (780, 1688)


def test_desktop_pages_are_zoomed_out_on_a_phone(local):
    wide = "<!doctype html><div style='width:980px;height:400px;background:teal'>"
    with website({"/": wide}) as site, opened(local, width=390, height=844, mobile=True) as page:
        page.goto(site.url + "/")
        assert page.evaluate("document.documentElement.clientWidth") == 980
        assert jpeg_size(page.screenshot_jpeg(full_page=False))[0] == 780


def test_does_not_call_itself_headless(local):
    with website({"/": _PLAIN}) as site, opened(local) as page:
        page.goto(site.url + "/")
        assert "Headless" not in page.evaluate("navigator.userAgent")


def test_blank_pages_have_one_colour(local):
    with website({"/": _PLAIN, "/blank": "<title>x</title>"}) as site, opened(local) as page:
        page.goto(site.url + "/blank")
        assert uniform_share(page.screenshot_jpeg(full_page=False)) == 1.0
        page.goto(site.url + "/")
        assert uniform_share(page.screenshot_jpeg(full_page=False)) < 0.9999


def test_measures_beyond_the_reach_of_the_page(local):
    meddler = "<script>Array.prototype.toJSON = () => 'no'; JSON.stringify = null;</script><p>x"
    with website({"/": meddler}) as site, opened(local) as page:
        page.goto(site.url + "/")
        assert page.evaluate("Promise.resolve({a: [1, document.body.innerText.trim()]})") == {
            "a": [1, "x"]
        }


def test_every_lead_is_a_new_visitor(local):
    counting = "<script>localStorage.n = 1 + Number(localStorage.n || 0)</script>"
    with website({"/": counting}) as site:
        for _ in range(2):
            with opened(local) as page:
                page.goto(site.url + "/")
                assert page.evaluate("localStorage.n") == "1"
                page.forget_visitor()
                page.goto(site.url + "/")
                assert page.evaluate("localStorage.n") == "1"


def test_the_driver_opens_pages_and_tells_their_errors_but_no_more(local, monkeypatch):
    asked = []
    plain = Driver.execute

    def execute(self, command, params=None):
        asked.append(command)
        return plain(self, command, params)

    broken = _PLAIN + "<img src=/none.png><script>none()</script>"
    with website({"/": broken}) as site, opened(local) as page:
        monkeypatch.setattr(Driver, "execute", execute)
        page.goto(site.url + "/")
        assert [f.url for f in page.failed_requests] == [site.url + "/none.png"]
        assert len(page.console_errors) == 1
        assert asked == [Command.GET_LOG, Command.SET_TIMEOUTS, Command.GET, Command.GET_LOG]
        page.evaluate("document.title")
        page.screenshot_jpeg()
        page.emulate(390, 844, mobile=True)
        assert len(asked) == 4


# --- hostile pages -----------------------------------------------------------------------------


def test_dialogs_are_dismissed_and_counted(local):
    noisy = "<script>alert(1); if (!confirm('?') && prompt('!') === null) print();</script><h1>On"
    with website({"/": noisy}) as site, opened(local) as page:
        page.goto(site.url + "/")
        count = page.evaluate("performance.getEntriesByName('lfassess-dialog').length")
        assert (page.evaluate("document.body.innerText"), count) == ("On", 4)


def test_popups_do_not_open(local):
    opener = "<h1>x</h1><script>open('/popup'); setInterval(() => open('/popup'), 20)</script>"
    with website({"/": opener}) as site, opened(local) as page:
        page.goto(site.url + "/")
        assert "/popup" not in site.asked


def test_an_endless_script_ends_with_the_deadline_and_the_next_page_works(local):
    pages = {"/": "<h1>x</h1><script>for (;;) {}</script>", "/plain": _PLAIN}
    with website(pages) as site:
        with pytest.raises(DeadlineExceededError), opened(local, seconds=3) as page:
            page.goto(site.url + "/")
        with opened(local) as page:
            page.goto(site.url + "/plain")
            assert page.title == "Plain"


_SLOW_FRAMES = """<h1>x</h1><script>
const eat = () => { const end = performance.now() + 900; while (performance.now() < end); requestAnimationFrame(eat); };
requestAnimationFrame(eat);
</script>"""


def look_often(page, url):
    page.goto(url)
    for _ in range(20):
        page.screenshot_jpeg(full_page=False)


def test_a_page_that_makes_every_step_slow_is_given_up_in_time(local, monkeypatch):
    monkeypatch.setattr("lfassess.clients.chromium.page._MAX_SLOW_S", 3.0)
    pages = {"/": _SLOW_FRAMES, "/plain": _PLAIN}
    with website(pages) as site:
        with (
            pytest.raises(DeadlineExceededError, match="held the browser up for too long"),
            opened(local, seconds=60) as page,
        ):
            look_often(page, site.url + "/")
        with opened(local) as page:
            page.goto(site.url + "/plain")
            assert page.title == "Plain"


def test_a_slow_site_costs_nothing_of_a_page_s_patience(local, monkeypatch):
    monkeypatch.setattr("lfassess.clients.chromium.page._MAX_SLOW_S", 2.0)
    monkeypatch.setattr("lfassess.clients.chromium.page._LOAD_S", 4.0)
    pages = {"/": "<h1>Here</h1><img src=/never>", "/never": Answer(hold=True)}
    with website(pages) as site, opened(local) as page:
        page.goto(site.url + "/")
        assert page.evaluate("document.body.innerText.trim()") == "Here"


def test_a_download_is_no_page_and_leaves_no_file(local):
    file = Answer(b"x" * 1000, headers={"Content-Disposition": "attachment; filename=lf-test.bin"})
    with (
        website({"/": file}) as site,
        opened(local) as page,
        pytest.raises(TargetUnreachableError, match="not with a page"),
    ):
        page.goto(site.url + "/")
    for folder in (Path.home(), Path.home() / "Downloads", Path.cwd(), Path(tempfile.gettempdir())):
        assert not list(folder.glob("lf-test.bin*"))


def test_a_picture_that_never_comes_does_not_stop_the_page(local, monkeypatch):
    monkeypatch.setattr("lfassess.clients.chromium.page._LOAD_S", 1.0)
    pages = {"/": "<h1>Here</h1><img src=/never>", "/never": Answer(hold=True)}
    with website(pages) as site, opened(local) as page:
        page.goto(site.url + "/")
        assert not page.load_finished
        assert page.evaluate("document.body.innerText.trim()") == "Here"


def test_a_site_that_never_answers_times_out(local, monkeypatch):
    monkeypatch.setattr("lfassess.clients.chromium.page._LOAD_S", 1.0)
    with (
        website({"/": Answer(hold=True)}) as site,
        opened(local) as page,
        pytest.raises(ProviderTimeoutError),
    ):
        page.goto(site.url + "/")


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (Answer(cut=True), ProviderUnavailableError, "broke the connection off"),
        (
            Answer(b"<h1>Bread</h1>" * 99, headers={"Content-Encoding": "gzip"}),
            TargetUnreachableError,
            "browsers can't decode",
        ),
        (Answer(status=302, headers={"Location": "/"}), TargetUnreachableError, "in a circle"),
        (Answer(status=204), TargetUnreachableError, "not with a page"),
    ],
)
def test_says_why_a_page_did_not_come(local, answer, error, words):
    with website({"/": answer}) as site, opened(local) as page, pytest.raises(error, match=words):
        page.goto(site.url + "/")


def test_shows_the_beginning_of_a_page_that_breaks_off(local):
    piece = b"<!doctype html><title>Bread</title><h1>Bread</h1>" + b"<p>Rolls.</p>" * 9_000
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    with (
        serving(head + b"%x\r\n%s\r\nzz\r\n" % (len(piece), piece)) as port,
        opened(local) as page,
    ):
        page.goto(f"http://127.0.0.1:{port}/")
        assert page.title == "Bread"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_says_that_a_site_refuses_connections(local, scheme):
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with opened(local) as page, pytest.raises(TargetUnreachableError, match="refuses connections"):
        page.goto(f"{scheme}://127.0.0.1:{port}/")


def test_says_that_a_name_does_not_exist(local):
    with opened(local) as page, pytest.raises(TargetUnreachableError, match=r"nosuch\.invalid"):
        page.goto("https://nosuch.invalid/")


def test_a_network_that_has_just_come_up_costs_no_page(local, monkeypatch):
    tried = []
    plain = Page._open

    def fail_once(self, url):
        tried.append(url)
        if len(tried) > 1:
            plain(self, url)
        else:
            self._traffic.error = "ERR_NETWORK_CHANGED"

    monkeypatch.setattr(Page, "_open", fail_once)
    with website({"/": _PLAIN}) as site, opened(local) as page:
        page.goto(site.url + "/")
        assert (page.title, len(tried)) == ("Plain", 2)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "chrome://version", "javascript:1", "x"])
def test_opens_web_addresses_only(local, url):
    with opened(local) as page, pytest.raises(InvalidTargetError):
        page.goto(url)


# --- private addresses -------------------------------------------------------------------------


def test_a_page_reaches_nothing_on_private_addresses(tmp_path):
    with listener() as (port, callers):
        hosts = (f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}", f"0.0.0.0:{port}")
        parts = "".join(
            f"<img src=http://{h}/a.png><iframe src=http://{h}/></iframe><script>"
            f"fetch('http://{h}/x', {{mode: 'no-cors'}}); new WebSocket('ws://{h}/');"
            f"navigator.sendBeacon('http://{h}/b', 'x');</script>"
            for h in hosts
        )
        with website({"/": f"<h1>Shop</h1>{parts}"}) as site:
            guarded = Settings(
                data_dir=tmp_path, connect_to=(f"shop.test:80:127.0.0.1:{site.port}",)
            )
            with opened(guarded) as page:
                page.goto("http://shop.test/")
                assert page.status == 200
                assert f"127.0.0.1:{port}" in page.refused
        assert callers == []


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_private_address_is_refused_by_name(tmp_path, scheme):
    with (
        listener() as (port, callers),
        opened(Settings(data_dir=tmp_path)) as page,
        pytest.raises(TargetForbiddenError),
    ):
        page.goto(f"{scheme}://127.0.0.1:{port}/")
    assert callers == []


def test_a_redirect_to_a_private_address_is_refused(tmp_path):
    with listener() as (port, callers):
        away = Answer(status=302, headers={"Location": f"http://127.0.0.1:{port}/secret"})
        with website({"/": away}) as site:
            guarded = Settings(
                data_dir=tmp_path, connect_to=(f"shop.test:80:127.0.0.1:{site.port}",)
            )
            with opened(guarded) as page, pytest.raises(TargetForbiddenError):
                page.goto("http://shop.test/")
        assert callers == []


# --- its process -------------------------------------------------------------------------------


def test_a_killed_browser_is_replaced(local):
    with website({"/": _PLAIN}) as site:
        with opened(local) as page:
            page.goto(site.url + "/")
        before = our_browsers()
        for process in before:
            with contextlib.suppress(psutil.NoSuchProcess):  # its parent's end may have ended it
                process.kill()
        wait_until_dead(before)
        with opened(local) as page:
            page.goto(site.url + "/")
            assert page.title == "Plain"


def test_a_browser_that_dies_between_leads_is_replaced(local):
    with website({"/": _PLAIN}) as site:
        with opened(local) as page:
            page.goto(site.url + "/")
        (main,) = [p for p in our_browsers() if p.parent().name() == "chromedriver"]
        main.kill()
        wait_until_dead([main])
        with opened(local) as page:
            page.goto(site.url + "/")


def test_a_browser_that_dies_under_a_page_costs_one_failure(local):
    with website({"/": _PLAIN}) as site:
        with opened(local) as page:
            for process in our_browsers():
                with contextlib.suppress(
                    psutil.NoSuchProcess
                ):  # it ended with one that was killed before
                    process.kill()
            with pytest.raises(BrowserCrashedError):
                page.goto(site.url + "/")
        with opened(local) as page:
            page.goto(site.url + "/")


def test_is_replaced_when_worn(local, monkeypatch):
    monkeypatch.setattr("lfassess.clients.chromium.pool.MAX_PAGES", 2)
    with website({"/": _PLAIN}) as site:
        browser.shutdown()
        for _ in range(2):
            assert len(our_browsers("chromedriver")) <= 1
            with opened(local) as page:
                page.goto(site.url + "/")
        assert our_browsers() == []


def test_one_lead_at_a_time(local):
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with opened(local):
            held.set()
            done.wait(20)

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert held.wait(20)
        with pytest.raises(BrowserBusyError), opened(local, seconds=0.2):
            pass
    finally:
        done.set()
        thread.join()


def test_nothing_is_left_after_shutdown(local):
    with opened(local):
        pass
    running = our_browsers()
    assert running
    browser.shutdown()
    assert alive(running) == []


_WORKER = """
    import sys, time
    from lfassess.clients.browser import browser_page
    from lfassess.settings import Settings
    import psutil
    with browser_page(Settings(), width=800, height=600, deadline=time.monotonic() + 30):
        print(*[p.pid for p in psutil.Process().children(recursive=True)], flush=True)
        if sys.argv[1] == "hang":
            time.sleep(60)
"""


@pytest.mark.parametrize("how", ["exit", "hang"])
def test_nothing_is_left_when_the_process_ends(tmp_path, how):
    environment = {**os.environ, "LFASSESS_DATA_DIR": str(tmp_path)}
    worker = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(_WORKER), how],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=Path(__file__).parents[2],
    )
    with worker:
        assert worker.stdout
        pids = [int(pid) for pid in worker.stdout.readline().split()]
        assert len(pids) > 2
        if how == "hang":
            worker.kill()
    wait_until_dead([psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)])


def test_sweeps_up_after_processes_that_were_killed(local, tmp_path, monkeypatch):
    with subprocess.Popen(["true"]) as dead:
        pass
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    stale, own = (tmp_path / f"lfassess-cage-{pid}-x" for pid in (dead.pid, os.getpid()))
    stale.mkdir()
    own.mkdir()
    browser.shutdown()
    with opened(local):
        assert (stale.exists(), own.exists()) == (False, True)
    browser.shutdown()
    assert list(tmp_path.glob("lfassess-cage-*")) == [own]


def test_says_what_to_install_when_there_is_no_browser(tmp_path):
    missing = Settings(data_dir=tmp_path, browser_path=tmp_path / "none")
    with pytest.raises(ToolMissingError) as caught, opened(missing):
        pass
    assert "`lfassess setup`" in (caught.value.hint or "")


def test_a_browser_that_can_not_start_is_no_riddle(tmp_path):
    broken = tmp_path / "browser"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    settings = Settings(data_dir=tmp_path, browser_path=broken)
    with pytest.raises(BrowserCrashedError, match="did not start"), opened(settings):
        pass


# --- PDF ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("most", "pages"), [(2, 2), (3, 3), (None, 3)])
def test_a_document_of_too_many_pages_is_set_more_closely(local, most, pages):
    style = "<style>@page { size: A4 } p { height: 200mm } .tight p { height: 120mm }</style>"
    html = f"<!doctype html>{style}<p>1<p>2<p data-page=x>3"
    pdf = print_pdf(html, local, pages_of=lambda _pdf: {"x": 9}, most_pages=most)
    assert pdf.count(b"/Type /Page\n") == pages


def test_prints_tagged_pdf_on_the_chosen_paper(local):
    html = (
        "<!doctype html><html lang=en><title>R</title><h1>Report</h1><p style='break-before:page'>2"
    )
    a4, letter = print_pdf(html, local), print_pdf(html, local, paper="Letter")
    assert a4.startswith(b"%PDF-")
    assert b"/MarkInfo" in a4
    assert a4.count(b"/Type /Page\n") == 2
    assert b"594.95" in a4 or b"595" in a4
    assert b"612 792" in letter


def test_a_document_reaches_no_network_and_runs_no_script(local):
    with listener() as (port, callers):
        html = (
            f"<h1>R</h1><img src=http://127.0.0.1:{port}/x.png><iframe src=file:///etc/passwd>"
            f"</iframe><script>fetch('http://127.0.0.1:{port}/')</script>"
        )
        assert print_pdf(html, local).startswith(b"%PDF-")
        assert callers == []


_READ = "return document.body.innerText.trim()"


def test_frames_are_looked_into_whatever_their_origin(tmp_path):
    settings = Settings(data_dir=tmp_path, allow_private_targets=True)
    with website({"/": "<p>inside</p>"}) as other:
        frames = f"<iframe src=/own></iframe><iframe src=http://localhost:{other.port}/></iframe>"
        with website({"/": frames, "/own": "<p>own</p>"}) as site, opened(settings) as page:
            page.goto(site.url + "/")
            assert [page.in_frame(n, _READ) for n in (0, 1)] == ["own", "inside"]
            assert page.in_frame(2, _READ) is None
            assert page.in_frame(0, "throw Error('no')") is None
            assert page.evaluate("document.querySelectorAll('iframe').length") == 2


def test_a_frame_that_never_answers_is_left_alone(tmp_path):
    settings = Settings(data_dir=tmp_path, allow_private_targets=True)
    pages = {"/": "<p>outside</p><iframe src=/own></iframe>", "/own": "<p>own</p>"}
    with website(pages) as site, opened(settings) as page:
        page.goto(site.url + "/")
        assert page.in_frame(0, "return new Promise(() => {})") is None
        assert page.evaluate("document.querySelector('p').innerText") == "outside"


_LINKS = """(() => {
  const found = [...document.querySelectorAll('a')];
  const chains = found.map((e, i) => ({chain: [i], text: e.innerText}));
  return [...found, JSON.stringify(chains)];
})()"""


@pytest.mark.parametrize(
    ("script", "silent"),
    [
        ("", ["one", "two"]),
        ("document.links[0].addEventListener('click', () => {})", ["two"]),
        ("document.links[1].onpointerdown = () => {}", ["one"]),
        ("document.links[0].addEventListener('focus', () => {})", ["one", "two"]),
        ("Array.prototype.toJSON = () => 'tampered'", []),
        ("JSON.stringify = () => 7", []),
    ],
)
def test_elements_without_a_handler_are_found(tmp_path, script, silent):
    settings = Settings(data_dir=tmp_path, allow_private_targets=True)
    html = f"<a href=#>one</a> <a href=#>two</a><script>{script}</script>"
    with website({"/": html}) as site, opened(settings) as page:
        page.goto(site.url + "/")
        assert [one["text"] for one in browser.without_listener(page, _LINKS)] == silent
        assert browser.without_listener(page, "no such thing") == []
        assert browser.without_listener(page, "7") == []
