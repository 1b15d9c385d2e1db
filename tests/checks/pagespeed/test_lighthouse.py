"""Fetching by Lighthouse on this machine: both devices, as time allows."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from lfassess.checks.base import CheckContext, Target
from lfassess.checks.pagespeed import fetch_lighthouse
from lfassess.checks.pagespeed.fetch import fetch_audit
from lfassess.checks.pagespeed.judge import judge
from lfassess.clients import lighthouse
from lfassess.errors import TargetUnreachableError
from lfassess.settings import Settings
from tests.provider_servers import scripted_server

pytestmark = pytest.mark.lighthouse

INSTALLED = Path(__file__).parents[3] / ".venv" / "lighthouse"
PAGE = b"""<!doctype html><html lang="en"><head><title>Harbour Bakery, bread in Whitby</title>
<meta name="viewport" content="width=device-width"></head>
<body><h1>Harbour Bakery</h1><p>We bake sourdough, rye and seeded loaves every morning from half past
five, and sell them warm until noon. Order a birthday cake two days ahead, by telephone or at the
counter, and we write the name on it in icing.</p><p>Our flour comes from a mill nine miles away, and
our eggs from the farm behind the church.</p><p>Find us at 12 Harbour Road, Whitby. We are open from
Tuesday to Saturday, six until two.</p><p>Telephone <a href="tel:+441947555012">01947 555012</a>.</p>
</body></html>"""


@pytest.fixture(autouse=True, scope="module")
def _end_it():
    yield
    lighthouse.shutdown()


def fetched(site, fetch=fetch_audit, **settings):
    port = site.url.rpartition(":")[2]
    used = Settings(
        lighthouse_dir=INSTALLED, connect_to=(f"shop.test:80:127.0.0.1:{port}",), **settings
    )
    context = CheckContext(used, time.monotonic() + 75)
    answer = fetch(Target("Bakery", "http://shop.test/"), context)
    assert context.ledger.usage.calls == 0
    return answer


def judged(runs=1):
    with scripted_server() as site:
        site.says(PAGE, Content_Type="text/html; charset=utf-8")
        return judge(fetched(site, lighthouse_runs=runs).evidence).metrics


def test_measures_phone_and_desktop_and_the_phone_again():
    metrics = judged(runs=2)
    assert len(metrics["runs"]["scores"]) == 2
    assert all(index > 100 for index in metrics["runs"]["benchmark_index"])
    assert metrics["score_range"][0] <= metrics["runs"]["median"] <= metrics["score_range"][1]
    for device in ("mobile", "desktop"):
        assert metrics[device]["categories"]["performance"] > 50
        assert metrics[device]["categories"]["seo"] is not None
    assert [entry["what"] for entry in metrics["not_assessed"]] == ["what real visitors measured"]


def test_measures_only_the_desktop_s_speed_when_time_is_short_and_says_so(monkeypatch):
    monkeypatch.setattr(fetch_lighthouse, "_WHOLE_S", 1_000)
    metrics = judged()
    assert metrics["desktop"]["categories"]["performance"] > 50
    assert metrics["desktop"]["categories"]["seo"] is None
    missing = {entry["what"]: entry["code"] for entry in metrics["not_assessed"]}
    assert missing["all but loading speed on a computer"] == "pagespeed.short_time"


@pytest.mark.parametrize(
    ("type_", "shown"), [("text/plain", "plain text"), ("image/png", "a picture")]
)
def test_file_is_no_web_page(type_, shown):
    with scripted_server() as site:
        site.says(b"bread", Content_Type=type_)
        answer = fetched(site, lambda target, ctx: fetch_lighthouse.fetch_here(target.url, ctx))
        judgement = judge(answer.evidence)
    assert [(f.code, f.evidence) for f in judgement.findings] == [("no-web-page", shown)]


def test_page_that_loads_at_the_second_try_is_measured():
    with scripted_server() as site:
        site.says(PAGE, Content_Type="text/html; charset=utf-8").dropped = 1
        answer = fetched(
            site,
            lambda target, ctx: fetch_lighthouse.fetch_here(target.url, ctx),
            lighthouse_runs=1,
        )
        metrics = judge(answer.evidence).metrics
    assert site.dropped == 0
    assert metrics["mobile"]["categories"]["performance"] > 50


def test_page_that_never_loads_is_tried_twice():
    with scripted_server() as site:
        site.says(PAGE, Content_Type="text/html; charset=utf-8").dropped = 99
        with pytest.raises(TargetUnreachableError):
            fetched(site, lambda target, ctx: fetch_lighthouse.fetch_here(target.url, ctx))
    assert [request["path"] for request in site.requests].count("/") == 2
