"""Platforms: nobody's own domain, and which page on one belongs to one business."""

from __future__ import annotations

import pytest

from lfassess.checks.shared.domains import (
    business_page,
    own_domain,
    platform_of,
    registrable_domain,
)
from lfassess.checks.shared.visit import Kind, Visit, meet
from lfassess.config_files import read_toml

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
    ("https://joes.business.site/", "closed"),
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


# As lists of leads have them, a kind a line.
MET = """
social facebook.com/mossandfern m.facebook.com/mossandfern facebook.com/pages/Moss-and-Fern/1234
social fb.com/mossandfern fb.me/mossandfern instagram.com/mossandfern linkedin.com/company/mossandfern
social twitter.com/mossandfern x.com/mossandfern tiktok.com/@mossandfern youtube.com/@mossandfern
social youtu.be/mossandfern pinterest.co.uk/mossandfern nextdoor.com/pages/mossandfern wa.me/13125550142
social api.whatsapp.com/send?phone=13125550142 t.me/mossandfern snapchat.com/add/mossandfern
social threads.net/@mossandfern vk.com/mossandfern patreon.com/mossandfern meetup.com/mossandfern
links linktr.ee/mossandfern beacons.ai/mossandfern lnk.bio/mossandfern bio.link/mossandfern
links about.me/mossandfern taplink.cc/mossandfern solo.to/mossandfern msha.ke/mossandfern
links linkbio.co/mossandfern direct.me/mossandfern komi.io/mossandfern link.me/mossandfern
booking vagaro.com/mossandfern booksy.com/en-us/1_moss fresha.com/a/moss styleseat.com/m/v/moss
booking calendly.com/mossandfern schedulicity.com/scheduling/MOSS clients.mindbodyonline.com/classic
booking zocdoc.com/doctor/moss doctolib.fr/dentiste/moss opentable.com/r/moss resy.com/cities/ny/moss
booking exploretock.com/moss app.squarespacescheduling.com/schedule.php?owner=1 book.heygoldie.com/moss
booking picktime.com/moss clienthub.getjobber.com/client_hubs/1 wellnessliving.com/rs/moss
hosted moss.setmore.com moss.as.me app.acuityscheduling.com/schedule.php?owner=1 moss.glossgenius.com
hosted moss.janeapp.com moss.toast.site moss.olo.com moss.gingrapp.com moss.zenplanner.com
ordering toasttab.com/moss order.toasttab.com/online/moss doordash.com/store/moss grubhub.com/restaurant/moss
ordering ubereats.com/store/moss slicelife.com/restaurants/moss clover.com/online-ordering/moss
ordering squareup.com/appointments/book/moss ordering.chownow.com/order/1 deliveroo.co.uk/menu/moss
ordering just-eat.co.uk/restaurants-moss lieferando.de/speisekarte/moss order.online/store/moss
directory yelp.com/biz/moss tripadvisor.com/Restaurant_Review-moss yellowpages.com/moss bbb.org/us/moss
directory angi.com/companylist/moss thumbtack.com/moss houzz.com/professionals/moss manta.com/c/moss
directory zillow.com/profile/moss realtor.com/realestateagents/moss healthgrades.com/physician/moss
directory avvo.com/attorneys/moss gelbeseiten.de/gsbiz/1 dasoertliche.de/moss pagesjaunes.fr/pros/1
directory yell.com/biz/moss checkatrade.com/trades/moss justdial.com/x/moss dealerrater.com/dealer/moss
maps google.com/maps/place/moss maps.google.com/?cid=1 goo.gl/maps/abc maps.app.goo.gl/abc g.page/moss
maps g.co/kgs/abc sites.google.com/view/moss bing.com/maps maps.apple.com/?q=moss
closed moss.business.site business.site
marketplace etsy.com/shop/moss amazon.de/shops/moss ebay.co.uk/str/moss shop.app/m/moss paypal.me/moss
network statefarm.com/agent/moss agents.allstate.com/moss moss.kw.com remax.com/moss
documents dropbox.com/s/moss canva.com/design/moss forms.gle/moss
shortener bit.ly/moss tinyurl.com/moss t.co/moss square.link/u/moss
maker wix.com/website/moss shopify.com/login godaddy.com/forsale/moss webflow.com
builder square.site www.square.site checkout.square.site/buy/moss wixsite.com www.wixsite.com/moss
builder weebly.com www.weebly.com squarespace.com www.squarespace.com/login wordpress.com
builder blogspot.com myshopify.com godaddysites.com webflow.io carrd.co github.io netlify.app canva.site
"""
_MET = [
    (address, line.split()[0]) for line in MET.split("\n") if line for address in line.split()[1:]
]


def test_the_table_is_as_long_as_what_real_lists_showed():
    assert len(_MET) == len(set(_MET)) >= 130


@pytest.mark.parametrize(("address", "kind"), _MET)
def test_none_of_what_lists_have_as_websites_is_a_domain_of_ones_own(address, kind):
    found = platform_of(f"https://{address}")
    assert (found.kind if found else None) == kind
    assert own_domain(address) is None


def test_a_visit_to_a_builder_itself_met_no_website_of_the_business():
    page = "<title>Build a website</title>" + "<p>Everything you need to sell online.</p>" * 20
    for url in ("https://square.site/", "https://www.wixsite.com/", "https://myshopify.com/"):
        visit = Visit.from_html(url, url, 200, [("Content-Type", "text/html")], page)
        assert meet(visit, "Moss & Fern").kind is Kind.PLATFORM


@pytest.mark.parametrize(
    "url",
    [
        "https://www.joes.wixsite.com/home",
        "https://joes.canva.site/",
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
