"""What a tag manager starts: seen in a real browser, judged by the on-page check."""

from __future__ import annotations

import time

import pytest

from lfassess.checks import onpage
from lfassess.checks.base import AWAITS, CheckContext, Target
from lfassess.checks.onpage.evidence import HOME
from lfassess.checks.visual import CHECK
from lfassess.checks.visual.evidence import Evidence
from lfassess.clients import browser
from lfassess.settings import Settings
from tests.checks.onpage.pages import BODY, evidence, html, page
from tests.page_server import Answer, website

pytestmark = pytest.mark.browser

HOST = "brightwater.example"
OTHERS = ("www.googletagmanager.com", "www.google-analytics.com", "cdn.nobody-knows.example")
CONTAINER = "//www.googletagmanager.com/gtm.js?id=GTM-AB12CD"
SNIPPET = (
    "<script>(function(d){var j=d.createElement('script');j.async=true;"
    f"j.src='{CONTAINER}';d.head.appendChild(j)}})(document)</script>"
)
LOADS = "var s=document.createElement('script');s.src='{}';document.head.appendChild(s)"


@pytest.fixture(scope="module", autouse=True)
def _no_browser_is_left():
    yield
    browser.shutdown()


def seen(tmp_path, container: str | Answer, more: str = ""):
    """Return what a browser saw of a page with a tag manager, and what is said of it."""
    if isinstance(container, str):
        container = Answer(container.encode(), headers={"Content-Type": "text/javascript"})
    text = html(body=BODY + SNIPPET + more, head="<title>Plumber in Cedar Falls</title>")
    empty = Answer(b"", headers={"Content-Type": "text/javascript"})
    pages = {
        "/": text,
        "/gtm.js?id=GTM-AB12CD": container,
        "/gtag/js?id=G-AB12": empty,
        "/widget.js": empty,
    }
    with website(pages) as server:
        routes = [f"{host}:80:127.0.0.1:{server.port}" for host in (HOST, *OTHERS)]
        settings = Settings(data_dir=tmp_path, connect_to=tuple(routes))
        ctx = CheckContext(settings, time.monotonic() + 60)
        fetched = CHECK.fetch(Target("Brightwater", f"http://{HOST}/"), ctx)
    home = page(text, url=f"http://{HOST}/", found=HOME)
    crawled = evidence(home, pages=(), tried=()).to_json()
    more_seen = onpage.CHECK.second_look(crawled, {"visual": fetched.evidence})
    judged = onpage.CHECK.judge(more_seen or crawled)
    device = Evidence.from_json(fetched.evidence).desktop
    return device.tags, {f.code for f in judged.findings}, judged.metrics


def test_a_tag_manager_that_starts_nothing_is_named(tmp_path):
    tags, codes, metrics = seen(tmp_path, "window.container = 1")
    assert tags.technologies == ("gtm",)
    assert (tags.others, tags.consent) == ((), False)
    assert tags.watched_s >= 1
    assert "onpage-idle-tag-manager" in codes
    assert "onpage-no-analytics" not in codes
    assert AWAITS not in metrics


@pytest.mark.parametrize(
    ("container", "more"),
    [
        (LOADS.format("//www.googletagmanager.com/gtag/js?id=G-AB12"), ""),
        ("navigator.sendBeacon('//www.google-analytics.com/g/collect?v=2&tid=G-AB12')", ""),
        (LOADS.format("//cdn.nobody-knows.example/widget.js"), ""),
        ("window.container = 1", "<p>We use cookies.</p>"),
        ("window.container = 1", "<div class=cc-cookie></div>"),
        ("window.container = 1", "<script>var a = ['consent', 'default']</script>"),
        (Answer(b"", 404), ""),
    ],
    ids=["measures", "beacon", "unknown", "speaks of cookies", "banner", "consent mode", "missing"],
)
def test_whatever_may_be_started_or_asked_for_first_keeps_it_unsaid(tmp_path, container, more):
    _, codes, _ = seen(tmp_path, container, more)
    assert "onpage-idle-tag-manager" not in codes
