"""What the gbp check asks of Google and of the website, and what it pays for."""

from __future__ import annotations

import json
import re
import time

import pytest

from lfassess.checks.base import CheckContext, Ledger, Target
from lfassess.checks.gbp import CHECK
from lfassess.checks.gbp.judge import judge
from lfassess.clients import places
from lfassess.clients.places import PlacesClient
from lfassess.errors import CredentialError, DeferredError
from lfassess.sandbox.providers import places as emulated
from lfassess.settings import Settings
from tests.checks.caching_ledger import CachingLedger
from tests.checks.gbp.google_server import Google, google
from tests.provider_servers import emulator

BAKERY = {
    "displayName": {"text": "Harbour Bakery"},
    "formattedAddress": "18 Quay St, Halifax, NS B3J 1S9, Canada",
    "internationalPhoneNumber": "+1 902-555-0114",
    "websiteUri": "http://harbourbakery.com/",
}
OTHER = {"displayName": {"text": "Dartmouth Tyres"}}
TARGET = Target("Harbour Bakery", phone="902-555-0114", country="CA")


@pytest.fixture
def server():
    with google() as started:
        yield started


def _settings(server: Google) -> Settings:
    return Settings(
        google_api_key="k",
        places_base_url=server.url,
        connect_to=(f"harbourbakery.com:80:127.0.0.1:{server.port}",),
    )


def _fetch(server: Google, target: Target, ledger: Ledger | None = None):
    more = {"ledger": ledger} if ledger else {}
    return CHECK.fetch(target, CheckContext(_settings(server), time.monotonic() + 60, **more))


def _with_site(**changes) -> Target:
    return Target(
        **{"name": "Harbour Bakery", "url": "http://harbourbakery.com/", "country": "CA", **changes}
    )


def test_reads_no_further_than_the_first_sure_profile(server: Google):
    server.places = {"a": OTHER, "b": BAKERY, "c": OTHER}
    ledger = CachingLedger()
    fetched = _fetch(server, TARGET, ledger)
    assert server.details == ["a", "b"]
    assert ledger.usage.calls == 3
    assert ledger.usage.cost_usd == pytest.approx(0.05)
    assert fetched.pins == {"place_id": "b"}


def test_buys_no_more_candidates_than_allowed(server: Google):
    server.places = {f"p{n}": OTHER for n in range(5)}
    fetched = _fetch(server, TARGET)
    assert server.details == ["p0", "p1", "p2"]
    assert judge(fetched.evidence).score is None
    assert fetched.pins == {}


def test_looks_at_a_second_profile_where_only_the_domain_agrees(server: Google):
    """It may be another branch of the same business."""
    branch = {
        **BAKERY,
        "formattedAddress": "44 Water St, Dartmouth",
        "internationalPhoneNumber": "+1 902-555-0177",
    }
    server.places = {
        "a": branch,
        "b": {**branch, "formattedAddress": "7 Hill Rd, Truro"},
        "c": BAKERY,
    }
    fetched = _fetch(server, _with_site())
    assert server.details == ["a", "b"]
    assert fetched.pins == {}
    assert [f.code for f in judge(fetched.evidence).findings] == ["gbp-ambiguous"]


def test_a_pinned_profile_is_read_without_a_search(server: Google):
    server.places = {"a": OTHER, "b": BAKERY}
    fetched = _fetch(server, Target(**{**_as_dict(TARGET), "place_id": "b"}))
    assert (server.searches, server.details) == ([], ["b"])
    assert fetched.pins == {"place_id": "b"}
    assert judge(fetched.evidence).score is not None


def test_a_pin_that_google_forgot_is_searched_for_again(server: Google):
    server.places = {"b": BAKERY}
    fetched = _fetch(server, Target(**{**_as_dict(TARGET), "place_id": "old"}))
    assert server.details == ["old", "b"]
    assert fetched.pins == {"place_id": "b"}


def test_a_pin_that_no_longer_fits_is_searched_for_again(server: Google):
    server.places = {"a": OTHER, "b": BAKERY}
    fetched = _fetch(server, Target(**{**_as_dict(TARGET), "place_id": "a"}))
    assert server.details == ["a", "b"]
    assert fetched.pins == {"place_id": "b"}


def _as_dict(target: Target) -> dict:
    return {"name": target.name, "phone": target.phone, "country": target.country}


def test_searches_by_name_alone_where_the_address_finds_nothing(server: Google):
    server.places, server.finds = {"b": BAKERY}, {"Harbour Bakery": ["b"]}
    _fetch(
        server, Target("Harbour Bakery", phone="902-555-0114", address="Old Lane 1", country="CA")
    )
    assert server.searches == ["Harbour Bakery, Old Lane 1", "Harbour Bakery"]
    assert server.details == ["b"]


def test_searches_by_what_the_website_calls_the_business(server: Google):
    server.page = '<script type="application/ld+json">{"@type": "Bakery", "name": "Harbour Bakery", "address": "18 Quay Street, Halifax, NS B3J 1S9"}</script>'
    expected = "Harbour Bakery, 18 Quay Street, Halifax, NS B3J 1S9"
    server.places, server.finds = {"b": BAKERY}, {expected: ["b"]}
    fetched = _fetch(server, _with_site(name="harbourbakery.com"))
    assert server.searches[-1] == expected
    assert fetched.pins == {"place_id": "b"}


def test_a_retry_buys_nothing_twice(server: Google):
    server.places = {"a": OTHER, "b": BAKERY}
    ledger = CachingLedger()
    first = _fetch(server, TARGET, ledger).evidence
    again = _fetch(server, TARGET, ledger).evidence
    assert len(server.details) == 2
    assert first["places"] == again["places"]


def test_what_is_stored_holds_nothing_that_customers_wrote(server: Google):
    review = {
        "rating": 5,
        "publishTime": "2026-01-01T00:00:00Z",
        "text": {"text": "sourdough"},
        "authorAttribution": {"displayName": "Morag"},
    }
    server.places = {
        "b": {
            **BAKERY,
            "reviews": [review],
            "photos": [{"widthPx": 9, "authorAttributions": [{"displayName": "Morag"}]}],
        }
    }
    ledger = CachingLedger()
    fetched = _fetch(server, TARGET, ledger)
    text = json.dumps([list(ledger.cached.values()), fetched.evidence])
    assert "sourdough" not in text
    assert "Morag" not in text
    assert '"rating": 5' in text


def test_waiting_for_a_quota_is_passed_on(server: Google):
    class Parking(CachingLedger):
        def call(self, provider, request, do):
            raise DeferredError("not now", wait_s=9)

    with pytest.raises(DeferredError):
        _fetch(server, TARGET, Parking())


def test_a_refused_key_fails_the_check():
    with emulator(places=emulated.router) as url:
        settings = Settings(google_api_key="wrong", places_base_url=f"{url}/places")
        with pytest.raises(CredentialError):
            CHECK.fetch(TARGET, CheckContext(settings, time.monotonic() + 60))


def test_the_website_is_a_witness(server: Google):
    server.places = {"b": BAKERY}
    server.page = "<body>Call <a href='tel:+1-902-555-0166'>us</a> or (902) 555-0155</body>"
    fetched = _fetch(server, _with_site(phone="902-555-0114"))
    assert server.visits == 1
    assert fetched.evidence["site"]["phones"] == ["+19025550166", "+19025550155"]
    (seen,) = [f for f in judge(fetched.evidence).findings if f.code == "gbp-phone-differs"]
    assert seen.evidence == (
        "Google: (902) 555-0114; website: (902) 555-0166, (902) 555-0155; "
        "our record: (902) 555-0114"
    )


def test_what_postgres_refuses_is_left_out(server: Google):
    odd = json.dumps({"@type": "Bakery", "name": "Har\x00bour\ud800 Bakery", "telephone": "1"})
    server.page = f'<script type="application/ld+json">{odd}</script>'
    server.places = {
        "b": {**BAKERY, "displayName": {"text": "Harbour\x00 Bakery"}, "rating": float("nan")}
    }
    ledger = CachingLedger()
    text = json.dumps([_fetch(server, _with_site(), ledger).evidence, list(ledger.cached.values())])
    assert "Harbour Bakery" in text
    assert not {"\\u0000", "\\ud800", "NaN"} & set(re.findall(r"\\\\u....|NaN", text))


_SHOP = "<body>Bread, cakes and coffee from our own oven, every day of the week. " * 8
_NOTE = """<script type="application/ld+json">{"@context": "https://schema.org", "@type": "Bakery",
"name": "Harbour Bakery", "telephone": "902-555-0114"}</script>"""


@pytest.mark.parametrize(
    ("status", "page", "kind", "why"),
    [
        (500, "oops", "refused", "the website answered 500"),
        (403, _SHOP, "refused", "the website answered 403"),
        (200, "<title>Just a moment...</title>", "wall", "a bot challenge"),
        (200, "<p>Please verify you are human</p>", "wall", "a bot challenge"),
        (200, "<h1>This domain has expired</h1>", "no_site", "no working website"),
        (200, "<title>Agency - Start Bootstrap Theme</title>" + _SHOP, "no_site", "no working"),
        (200, "<p>Hello</p>", "no_site", "no working website"),
        (200, "<script>location.href='/x'</script>", "unread", "forwards by a script"),
        (200, "<div id=root></div><script src=a.js></script>", "unread", "until scripts fill it"),
        (
            200,
            "<iframe src='https://www.youtube.com/embed/1'></iframe>",
            "unread",
            "frames another",
        ),
    ],
)
def test_a_website_that_can_not_be_read_fails_nothing(server: Google, status, page, kind, why):
    server.places, server.page_status, server.page = {"b": BAKERY}, status, page
    fetched = _fetch(server, _with_site(phone="902-555-0114"))
    site = fetched.evidence["site"]
    assert (site["read"], site["visit"]["kind"]) == (False, kind)
    assert why in site["why"]
    judged = judge(fetched.evidence)
    assert judged.score is not None
    assert judged.metrics["website_not_read"] == site["why"]
    assert judged.metrics["visit"]["kind"] == kind
    assert not [f for f in judged.findings if "structured-data" in f.code]


@pytest.mark.parametrize(
    "front",
    [
        "<meta http-equiv=refresh content='0; url=/in'>",
        "<html><frameset rows='100%,*'><frame src='/in'><frame></frameset></html>",
        "<style>iframe { width: 100%; height: 100% }</style><iframe src='/in'></iframe>",
    ],
)
def test_a_page_that_leads_on_is_followed(server: Google, front):
    server.places = {"b": BAKERY}
    server.page, server.page_in = front, _NOTE + _SHOP
    site = _fetch(server, _with_site()).evidence["site"]
    assert site["read"] is True
    assert site["names"] == ["Harbour Bakery"]
    assert site["url"].endswith("/in")


def test_a_page_that_leads_on_for_ever_is_unread(server: Google):
    server.places = {"b": BAKERY}
    server.page = "<meta http-equiv=refresh content='0; url=/in'>"
    server.page_in = "<meta http-equiv=refresh content='0; url=/'>"
    site = _fetch(server, _with_site()).evidence["site"]
    assert (site["read"], site["visit"]["code"]) == (False, "forward")
    assert server.visits == 3


def test_a_page_for_scripts_may_still_say_who_it_is(server: Google):
    server.places = {"b": BAKERY}
    server.page = _NOTE + "<div id=root></div><script src=a.js></script>"
    site = _fetch(server, _with_site()).evidence["site"]
    assert (site["read"], site["names"]) == (True, ["Harbour Bakery"])


def test_a_private_website_is_not_visited(server: Google):
    server.places = {"b": BAKERY}
    fetched = _fetch(
        server, _with_site(url=f"http://127.0.0.1:{server.port}/", phone="902-555-0114")
    )
    assert server.visits == 0
    assert fetched.evidence["site"]["read"] is False
    assert judge(fetched.evidence).score is not None


def test_pages_on_platforms_are_nobodys_witness(server: Google):
    server.places = {"b": BAKERY}
    fetched = _fetch(server, _with_site(url="https://www.facebook.com/harbourbakery"))
    site = fetched.evidence["site"]
    assert (site["read"], site["why"]) == (False, "the website is a page on a platform")
    assert judge(fetched.evidence).metrics["visit"]["kind"] == "platform"


@pytest.fixture(scope="module")
def sandbox():
    with emulator(places=emulated.router) as url:
        yield Settings(sandbox_url=url)


def _context(settings: Settings) -> CheckContext:
    return CheckContext(settings, time.monotonic() + 60)


def test_finds_and_judges_a_demo_business(sandbox: Settings):
    target = Target("Cedar Grove Dental", None, "+16085550163", "905 Williamson Street, Madison")
    ctx = _context(sandbox)
    fetched = CHECK.fetch(target, ctx)
    assert fetched.sandbox
    assert ctx.ledger.usage.calls == 2
    assert ctx.ledger.usage.cost_usd == pytest.approx(0.025)
    judged = CHECK.judge(json.loads(json.dumps(fetched.evidence)))
    assert "gbp-phone-differs" in {f.code for f in judged.findings}
    assert judged.score is not None


def test_a_business_without_a_profile_is_not_found(sandbox: Settings):
    ctx = _context(sandbox)
    fetched = CHECK.fetch(Target("Marlow & Finch Attorneys", address="Albany"), ctx)
    assert ctx.ledger.usage.cost_usd == 0
    judged = judge(fetched.evidence)
    assert [f.code for f in judged.findings] == ["gbp-not-found"]
    assert judged.metrics["reason"]["code"] == "gbp.no_match"


PLACED = {
    **BAKERY, "primaryType": "bakery", "location": {"latitude": 44.6471, "longitude": -63.5703},
}  # fmt: skip
NEAR = [
    {"id": "b", "displayName": {"text": "Harbour Bakery"}, "websiteUri": "http://harbourbakery.com"},
    {"id": "c", "displayName": {"text": "Rolls"}, "websiteUri": "https://rolls.ca/", "rating": 4.8,
     "userRatingCount": 210},
    {"id": "d", "displayName": {"text": "No Website"}},
]  # fmt: skip


def _beside(server: Google, rivals: int, ledger: Ledger):
    context = CheckContext(
        _settings(server), time.monotonic() + 60, ledger=ledger, rivals_missing=lambda: rivals
    )
    return CHECK.fetch(TARGET, context)


def test_neighbours_of_the_same_category_are_bought_where_competitors_are_missing(server: Google):
    server.places, server.near = {"b": PLACED}, NEAR
    ledger = CachingLedger()
    fetched = _beside(server, 2, ledger)
    (asked,) = server.nearby
    assert asked["includedPrimaryTypes"] == ["bakery"]
    assert asked["locationRestriction"]["circle"]["center"]["latitude"] == 44.6471
    assert ledger.usage.cost_usd == pytest.approx(0.025 + 0.035)
    assert judge(fetched.evidence).metrics["neighbours"] == [
        {"name": "Rolls", "website": "https://rolls.ca/", "rating": 4.8, "reviews": 210}
    ]


def test_nobody_missing_buys_no_neighbours(server: Google):
    server.places, server.near = {"b": PLACED}, NEAR
    fetched = _beside(server, 0, CachingLedger())
    assert (server.nearby, "neighbours" in fetched.evidence) == ([], False)


@pytest.mark.parametrize("place", [PLACED, BAKERY], ids=["refused", "nowhere"])
def test_neighbours_that_google_does_not_tell_fail_nothing(server: Google, place):
    server.places = {"b": place}
    assert judge(_beside(server, 2, CachingLedger()).evidence).score is not None


def test_the_sandbox_knows_who_is_near(sandbox: Settings):
    bakery = emulated.demo_businesses()[0]
    with PlacesClient(places.endpoint(sandbox)) as client:
        for radius_m, category, found in ((500, bakery.category, 1), (500, "zoo", 0)):
            request = places.nearby_request(
                bakery.lat, bakery.lng, category, radius_m=radius_m, limit=5
            )
            assert len(client.send(request).get("places", [])) == found
