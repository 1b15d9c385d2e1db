"""What a page makes the browser do reaches no private address."""

from __future__ import annotations

import time

import pytest

from lfassess import netguard
from lfassess.checks.base import CheckContext, Target
from lfassess.checks.pagespeed import fetch as pagespeed
from lfassess.checks.visual import CHECK
from lfassess.clients import lighthouse
from lfassess.clients.browser import browser_page
from lfassess.errors import CheckError
from lfassess.settings import WEB_PORTS
from tests.clients.test_lighthouse import INSTALLED
from tests.ssrf.conftest import HOSTS, to

# Every way a page has of making a connection; HOST stands for host and port.
_PARTS = """
<img src="http://HOST/i.png"><img srcset="http://HOST/s.png 2x">
<iframe src="http://HOST/"></iframe><object data="http://HOST/o"></object>
<embed src="http://HOST/e"><video src="http://HOST/v.mp4" autoplay muted></video>
<link rel=stylesheet href="http://HOST/l.css"><link rel=icon href="http://HOST/f.ico">
<link rel=preconnect href="http://HOST"><link rel=prefetch href="http://HOST/p">
<link rel=preload as=image href="http://HOST/q.png"><link rel=dns-prefetch href="http://HOST">
<style>@import "http://HOST/c.css"; p { background: url(http://HOST/b.png) }
@font-face { font-family: x; src: url(http://HOST/x.woff2) } body { font-family: x }</style>
<script src="http://HOST/s.js"></script><script type=module>import "http://HOST/m.js"</script>
<iframe srcdoc="<meta http-equiv=refresh content='0;url=http://HOST/r'>"></iframe>
<form id=f action="http://HOST/form" method=post target=hole></form><iframe name=hole></iframe>
<script>
for (const scheme of ['http', 'https']) {
  fetch(scheme + '://HOST/x', {mode: 'no-cors'}).catch(() => 0);
  navigator.sendBeacon(scheme + '://HOST/b', 'x');
}
const x = new XMLHttpRequest(); x.open('GET', 'http://HOST/y'); x.send();
try { new WebSocket('ws://HOST/') } catch (e) {}
try { new EventSource('http://HOST/e') } catch (e) {}
try { new Worker(URL.createObjectURL(new Blob(["importScripts('http://HOST/w.js')"]))) } catch (e) {}
try { new WebTransport('https://HOST/') } catch (e) {}
try {
  const p = new RTCPeerConnection({iceServers: [
    {urls: 'stun:HOST'}, {urls: 'turn:HOST?transport=tcp', username: 'u', credential: 'c'}]});
  p.createDataChannel('d'); p.createOffer().then(o => p.setLocalDescription(o));
} catch (e) {}
new Image().src = 'http://HOST/late.png'; open('http://HOST/window');
document.getElementById('f').submit();
</script>
"""


@pytest.fixture
def away(trap):
    trap.callers.clear()
    yield trap
    assert trap.callers == []


@pytest.mark.browser
def test_nothing_a_page_holds_reaches_it(away, shop):
    parts = "".join(_PARTS.replace("HOST", f"{host}:{away.port}") for host in HOSTS)
    with shop({"/": f"<!doctype html><title>Shop</title><h1>Shop</h1>{parts}"}) as settings:
        context = CheckContext(settings, time.monotonic() + 80)
        fetched = CHECK.fetch(Target("Shop", "http://shop.test/"), context)
    assert fetched.evidence["desktop"]["status"] == 200
    assert fetched.evidence["desktop"]["refused"]
    assert fetched.artefacts


@pytest.mark.browser
def test_no_page_makes_it_ask_a_port_where_no_website_is(away, shop, monkeypatch):
    monkeypatch.setattr(netguard, "is_public", lambda _address: True)
    parts = _PARTS.replace("HOST", f"127.0.0.1:{away.port}")
    page = f"<!doctype html><title>Shop</title><h1>Shop</h1>{parts}"
    with shop({"/": page}, target_ports=WEB_PORTS) as settings:
        context = CheckContext(settings, time.monotonic() + 80)
        fetched = CHECK.fetch(Target("Shop", "http://shop.test/"), context)
    assert fetched.evidence["desktop"]["refused"]


@pytest.mark.browser
def test_no_address_and_no_redirect_opens_it(away, shop):
    pages = {f"/{n}": to(f"http://{host}:{away.port}/") for n, host in enumerate(HOSTS)}
    urls = [f"http://{host}:{away.port}/" for host in HOSTS] + [
        f"http://shop.test{path}" for path in pages
    ]
    with (
        shop(pages) as settings,
        browser_page(settings, width=800, height=600, deadline=time.monotonic() + 120) as page,
    ):
        for url in urls:
            with pytest.raises(CheckError):
                page.goto(url)


@pytest.mark.browser
@pytest.mark.parametrize(
    "leading",
    ["<meta http-equiv=refresh content='0;url=THERE'>", "<script>location = 'THERE'</script>"],
)
def test_page_that_leads_there_itself_does_not_arrive(away, shop, leading):
    page = "<!doctype html><h1>Shop</h1>" + leading.replace("THERE", f"http://127.1:{away.port}/")
    with shop({"/": page}) as settings:
        context = CheckContext(settings, time.monotonic() + 80)
        try:
            evidence = CHECK.fetch(Target("Shop", "http://shop.test/"), context).evidence
        except CheckError:
            return
    assert "127." not in str(evidence["desktop"].get("text_start"))


@pytest.mark.lighthouse
def test_lighthouse_s_browser_reaches_it_neither(away, shop):
    parts = _PARTS.replace("HOST", f"127.0.0.1:{away.port}")
    try:
        with shop(
            {"/": f"<!doctype html><title>Shop</title><h1>Shop</h1>{parts}"},
            lighthouse_dir=INSTALLED,
        ) as settings:
            context = CheckContext(settings, time.monotonic() + 75)
            fetched = pagespeed.fetch_audit(Target("Shop", "http://shop.test/"), context)
            assert fetched.evidence["source"] == "lighthouse"
            with pytest.raises(CheckError):
                pagespeed.fetch_audit(
                    Target("Shop", f"http://localhost:{away.port}/"),
                    CheckContext(settings, time.monotonic() + 60),
                )
    finally:
        lighthouse.shutdown()
