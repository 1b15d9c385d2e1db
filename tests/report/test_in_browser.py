"""The report in a real browser: nothing runs, everybody can read it, and it prints."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from lfassess.clients import browser
from lfassess.clients.browser import browser_page
from lfassess.report.compare import compare
from lfassess.report.pdf_page_numbers import pages_of
from lfassess.report.render import render_comparison, render_html
from lfassess.settings import Settings
from tests.page_server import website
from tests.report.factories import bakery as bakery_rows
from tests.report.factories.bakery import bakery
from tests.report.factories.benchmarks import beside_others
from tests.report.factories.plumber import plumber
from tests.report.factories.rows import PNG, report, run
from tests.report.factories.sandboxed import sandboxed
from tests.report.test_render import XSS, poisoned_report

pytestmark = pytest.mark.browser

_TRAP = "<script>window.alert = () => { document.title = 'ran' }</script>"
_AXE = """
axe.run(document, {resultTypes: ['violations']}).then(r => JSON.stringify(
  r.violations.map(v => [v.id, v.nodes.map(n => n.target.join(' ')).slice(0, 3)])))
"""


@pytest.fixture(scope="module", autouse=True)
def _end_browser():
    yield
    browser.shutdown()


@pytest.fixture
def local(tmp_path):
    return Settings(data_dir=tmp_path, allow_private_targets=True)


@pytest.fixture(scope="module")
def axe():
    folder = Path(__file__).parents[2] / ".venv" / "lighthouse"
    found = sorted(folder.glob("*/node_modules/axe-core/axe.min.js"))
    if not found:
        pytest.skip("axe comes with Lighthouse, which is not installed")
    return found[0].read_text(encoding="utf-8")


def opened(settings, width=1280):
    return browser_page(settings, width=width, height=900, deadline=time.monotonic() + 60)


def everything():
    """A draft with marks, competitors, a profile's details and a dismissed finding."""
    box = {
        "code": "visual-no-call-to-action",
        "label": "Here",
        "x": 20,
        "y": 30,
        "width": 200,
        "height": 90,
    }
    sites = [{"domain": f"{n}.example", "lead": n == 1, "organic_traffic": n} for n in (1, 2)]
    more = {
        "visual": {"regions": [box | {"viewport": "desktop"}, box | {"viewport": "mobile"}]},
        "semrush": {"contest": {"place": 2, "sites": sites}},
        "gbp": {"nap": [{"field": "phone", "google": "1", "website": ["2"], "agrees": False}]},
    }
    rows = [
        run(r.name, score=r.score, findings=r.findings, metrics=r.metrics | more.get(r.name, {}))
        for r in bakery_rows.RUNS
    ]
    pictures = {"desktop.png": PNG, "mobile.png": PNG}
    struck = {("security", "no-csp"): "A proxy adds it"}
    return report(*rows, artefacts=pictures, draft=True, dismissed=struck)


def test_whatever_a_lead_says_nothing_runs(local):
    pages = {f"/{n}": render_html(poisoned_report(text)) for n, text in enumerate(XSS)}
    trapped = {path: html.replace("<head>", f"<head>{_TRAP}", 1) for path, html in pages.items()}
    with website(trapped) as site, opened(local) as page:
        for path in pages:
            page.goto(f"{site.url}{path}")
            assert page.evaluate("document.title.startsWith('Website audit')"), path
            assert page.evaluate("document.querySelectorAll('script').length") == 1, path
        asked = [path for path in site.asked if path not in pages and path != "/favicon.ico"]
    assert asked == []


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("make", [everything, plumber, sandboxed, beside_others])
def test_axe_finds_nothing(local, axe, make, width):
    with website({"/": render_html(make())}) as site, opened(local, width) as page:
        page.goto(site.url + "/")
        page.evaluate(f"{axe}; true")
        assert json.loads(page.evaluate(_AXE)) == []


def test_axe_finds_nothing_in_a_comparison(local, axe):
    html = render_comparison(compare(plumber(), bakery()))
    with website({"/": html}) as site, opened(local) as page:
        page.goto(site.url + "/")
        page.evaluate(f"{axe}; true")
        assert json.loads(page.evaluate(_AXE)) == []


@pytest.mark.parametrize("make", [everything, beside_others])
def test_a_phone_need_not_scroll_sideways(local, make):
    with website({"/": render_html(make())}) as site, opened(local, 390) as page:
        page.goto(site.url + "/")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_picture_fills_the_window_and_tables_unfold_without_scripts(local):
    where = "getComputedStyle(document.querySelector('#shot-1')).position"
    with website({"/": render_html(everything())}) as site, opened(local) as page:
        page.goto(site.url + "/")
        assert page.evaluate(where) == "static"
        assert page.evaluate("document.querySelectorAll('details[open]').length") == 0
        page.evaluate("document.querySelector('.fold summary').click()")
        assert page.evaluate("document.querySelectorAll('details[open] table').length") > 0
        page.evaluate("location.hash = '#shot-1'")
        assert page.evaluate(where) == "fixed"


def test_a_file_without_destinations_has_no_page_numbers():
    assert pages_of(b"%PDF-1.7 nothing of interest") == {}
