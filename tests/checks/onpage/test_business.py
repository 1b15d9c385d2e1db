"""What a site runs on: its address, statistics, tag managers, and what its owner pays for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lfassess.checks.onpage.evidence import Evidence, Page, Tags
from lfassess.checks.onpage.rules_business import awaits_browser, findings
from lfassess.checks.shared.technologies import Seen

NO_STATISTICS = "no visitor statistics and no tag manager"
OLD_STATISTICS = "Google ended Universal Analytics in July 2023"


def site(*used: str, tags: Tags | None = None, url: str = "https://a.example/") -> Evidence:
    """Return the evidence of a home page that uses these technologies."""
    seen = tuple(Seen(*one.split(" ")) for one in used)
    return Evidence(home=Page(url=url, status=200, technologies=seen), tags=tags)


def said(evidence: Evidence) -> dict[str, str]:
    return {f.code.removeprefix("onpage-"): f.evidence for f in findings(evidence)}


@pytest.mark.parametrize(
    ("used", "found"),
    [
        ([], {"no-analytics": NO_STATISTICS}),
        (["jquery"], {"no-analytics": NO_STATISTICS}),
        (["plausible"], {}),
        (["gtm"], {}),  # may start anything
        (["universal_analytics"], {"old-analytics": OLD_STATISTICS}),
        (["universal_analytics", "plausible"], {}),
        (["universal_analytics", "gtm"], {}),
        (["wix"], {"technology": "Wix"}),  # which counts its customers' visitors
        (["webflow"], {"technology": "Webflow", "no-analytics": NO_STATISTICS}),
    ],
)
def test_visitors_are_counted_by_statistics_a_tag_manager_or_the_builder(used, found):
    assert said(site(*used)) == found


def test_of_a_page_that_waits_for_scripts_nobody_knows_what_it_will_start():
    empty = site("gtm", tags=Tags(("gtm",), watched_s=9))
    assert said(empty).keys() == {"idle-tag-manager"}
    assert empty.home is not None
    assert said(replace(empty, home=replace(empty.home, shell=True))) == {}
    assert said(Evidence(home=Page(shell=True, status=200))) == {}


@pytest.mark.parametrize(
    ("used", "found"),
    [
        (["plausible"], {}),
        (["plausible", "google_ads"], {"advertising": "Google Ads"}),
        (["plausible", "callrail"], {"advertising": "CallRail"}),
        (["plausible", "meta_pixel", "callrail"], {"advertising": "Meta pixel, CallRail"}),
    ],
)
def test_what_is_paid_for_calls_and_ads_is_named(used, found):
    assert said(site(*used)) == found


@pytest.mark.parametrize(
    ("used", "named"),
    [
        ("wordpress", "WordPress"),
        ("wordpress 6.4.2", "WordPress 6.4.2"),
        ("webflow", "Webflow"),
        ("woocommerce 9.1", "WooCommerce 9.1"),
        ("divi 4", "Divi 4"),
    ],
)
def test_what_the_site_is_made_with_is_named_with_its_version(used, named):
    assert said(site("plausible", used)) == {"technology": named}


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://joes.wixsite.com/home", {"builder-address": "it stands below wixsite.com"}),
        ("https://joes.example/", {}),
    ],
)
def test_an_address_below_a_builder_is_no_domain_of_ones_own(url, found):
    assert said(site("plausible", url=url)) == found


LOADED = Tags(("gtm",), watched_s=1.0)


@pytest.mark.parametrize(
    ("tags", "used", "idle"),
    [
        (LOADED, ["gtm"], "Google Tag Manager loads, and nothing after it"),
        (replace(LOADED, watched_s=0.99), ["gtm"], None),
        (replace(LOADED, technologies=("gtm", "jquery", "google_fonts", "cloudflare")), ["gtm"],
         "Google Tag Manager loads, and nothing after it"),  # what any page loads
        (replace(LOADED, technologies=("gtm", "wordpress", "divi", "elementor")), ["gtm"],
         "Google Tag Manager loads, and nothing after it"),
        (replace(LOADED, technologies=("gtm", "intercom")), ["gtm"], None),
        (replace(LOADED, technologies=("gtm", "ga4")), ["gtm"], None),
        (replace(LOADED, technologies=("tealium",)), ["gtm"], None),  # it is another one that came
        (replace(LOADED, others=("cdn.test",)), ["gtm"], None),
        (replace(LOADED, consent=True), ["gtm"], None),
        (LOADED, ["gtm", "cookiebot"], None),  # it asks first
        (LOADED, ["gtm", "callrail"], None),
        (LOADED, ["gtm", "meta_pixel"], None),
        (LOADED, ["gtm", "plausible"], None),
        (LOADED, ["plausible"], None),
        (None, ["gtm"], None),
    ],
)  # fmt: skip
def test_a_tag_manager_is_idle_where_it_loads_and_starts_nothing(tags, used, idle):
    assert said(site(*used, tags=tags)).get("idle-tag-manager") == idle


@pytest.mark.parametrize(
    ("used", "tags", "awaited"),
    [
        (["gtm"], None, True),
        (["tealium"], None, True),
        (["gtm", "cookiebot"], None, True),
        (["gtm"], LOADED, False),
        (["gtm", "plausible"], None, False),
        (["gtm", "google_ads"], None, False),
        (["gtm", "callrail"], None, False),
        (["plausible"], None, False),
        ([], None, False),
    ],
)
def test_a_browser_is_awaited_where_only_a_tag_manager_is_seen(used, tags, awaited):
    assert awaits_browser(site(*used, tags=tags)) is awaited
