"""Platforms: nobody's own domain, and which page on one belongs to one business."""

from __future__ import annotations

import pytest

from lfassess.checks.domains import business_page, own_domain, platform_of, registrable_domain
from lfassess.configs import read_toml

PLATFORMS = [
    ("https://www.facebook.com/joes", "social"),
    ("https://m.facebook.com/joes", "social"),
    ("https://www.instagram.com/joes/", "social"),
    ("https://nl.pinterest.com/joes", "social"),
    ("https://linktr.ee/joes", "links"),
    ("https://beacons.ai/joes", "links"),
    ("https://www.vagaro.com/joes", "booking"),
    ("https://booksy.com/en-us/1_joes", "booking"),
    ("https://joes.setmore.com/", "hosted"),
    ("https://calendly.com/joes", "booking"),
    ("https://www.toasttab.com/local/order/joes", "ordering"),
    ("https://www.doordash.com/store/joes-1", "ordering"),
    ("https://www.yelp.co.uk/biz/joes", "directory"),
    ("https://www.gelbeseiten.de/gsbiz/1", "directory"),
    ("https://www.zillow.com/profile/joe", "directory"),
    ("https://www.justdial.com/x", "directory"),
    ("https://maps.google.de/x", "maps"),
    ("https://g.page/joes", "maps"),
    ("https://maps.app.goo.gl/x", "maps"),
    ("https://joes.business.site/", "maps"),
    ("https://www.etsy.com/shop/joes", "marketplace"),
    ("https://www.amazon.co.jp/x", "marketplace"),
    ("https://www.statefarm.com/agent/us/il/springfield/ann", "network"),
    ("https://bit.ly/3xYz", "shortener"),
    ("https://www.hugedomains.com/domain_profile.cfm?d=joes", "domain_sales"),
    ("https://www.wix.example.com", None),
]


@pytest.mark.parametrize(("url", "kind"), PLATFORMS)
def test_platforms_are_no_business_own_domain(url, kind):
    found = platform_of(url)
    assert (found.kind if found else None) == kind
    assert (own_domain(url) is None) is (kind is not None)


@pytest.mark.parametrize(
    "url",
    [
        "https://joes.wixsite.com/home",
        "https://joes.square.site/",
        "https://joes.godaddysites.com",
        "https://joes.myshopify.com",
        "https://facebook-marketing-joes.com",
        "https://yelpandsons.com",
        "https://googleplex-cafe.com",
        "https://mybooking.example.com",
        "https://www.joes-x.com",
    ],
)
def test_a_site_on_a_builder_or_with_a_similar_name_is_its_own(url):
    assert platform_of(url) is None
    assert own_domain(url) == registrable_domain(url) is not None


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://m.facebook.com/Joes/photos?x=1", "facebook.com/joes"),
        ("facebook.com/joes", "facebook.com/joes"),
        ("https://www.facebook.com/profile.php?id=1000", "facebook.com?id=1000"),
        ("https://www.facebook.com/", None),
        ("https://www.facebook.com/pages/Joes/123", "facebook.com/joes/123"),
        ("https://www.yelp.com/biz/joes-springfield", "yelp.com/joes-springfield"),
        ("https://joes.setmore.com/book", "joes.setmore.com"),
        ("https://www.setmore.com/", None),
        ("https://bit.ly/3xYz", None),
        ("https://joes.wixsite.com/home", None),
        ("https://joes.example/", None),
        ("http://[bad", None),
        (None, None),
    ],
)
def test_the_part_of_an_address_that_is_one_business(url, page):
    assert business_page(url) == page


def test_two_businesses_of_a_network_differ():
    one = "https://www.statefarm.com/agent/us/il/springfield/ann"
    other = "https://www.statefarm.com/agent/us/il/springfield/bob"
    assert business_page(one) != business_page(other)


def test_the_list_is_long_and_spelled_as_domains():
    tables = {k: t for k, t in read_toml("platforms.toml").items() if k != "sections"}
    domains = [d for table in tables.values() for d in table["domains"]]
    assert len(domains) >= 150
    assert len(domains) == len(set(domains))
    for domain in domains:
        assert domain == domain.lower().strip("/")
        assert "://" not in domain
    assert {table["page"] for table in tables.values()} == {"path", "subdomain", "none"}


def test_every_listed_domain_is_reachable_by_its_registrable_form():
    """An entry that is itself a public suffix is a builder's, or it would never match."""
    tables = read_toml("platforms.toml")
    unreachable = [
        domain
        for kind, table in tables.items()
        if kind not in {"sections", "builder"}
        for domain in table["domains"]
        if registrable_domain(f"https://{domain}/x") != domain
    ]
    assert unreachable == []
