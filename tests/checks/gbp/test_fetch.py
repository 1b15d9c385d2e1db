"""What the gbp check asks of Google and of the website, and what it pays for."""

from __future__ import annotations

import json
import re
import time

import pytest

from lfassess.checks.base import CheckContext, Ledger, Target
from lfassess.checks.gbp import CHECK
from lfassess.checks.gbp.judge import judge
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
def told():
    with google() as server:
        yield server


def _settings(told: Google) -> Settings:
    return Settings(
        google_api_key="k",
        places_base_url=told.url,
        connect_to=(f"harbourbakery.com:80:127.0.0.1:{told.port}",),
    )


def _fetch(told: Google, target: Target, ledger: Ledger | None = None):
    more = {"ledger": ledger} if ledger else {}
    return CHECK.fetch(target, CheckContext(_settings(told), time.monotonic() + 20, **more))


def _with_site(**changes) -> Target:
    return Target(
        **{"name": "Harbour Bakery", "url": "http://harbourbakery.com/", "country": "CA", **changes}
    )


def test_reads_no_further_than_the_first_sure_profile(told: Google):
    told.places = {"a": OTHER, "b": BAKERY, "c": OTHER}
    ledger = CachingLedger()
    fetched = _fetch(told, TARGET, ledger)
    assert told.details == ["a", "b"]
    assert ledger.usage.calls == 3
    assert ledger.usage.cost_usd == pytest.approx(0.05)
    assert fetched.pins == {"place_id": "b"}


def test_buys_no_more_candidates_than_allowed(told: Google):
    told.places = {f"p{n}": OTHER for n in range(5)}
    fetched = _fetch(told, TARGET)
    assert told.details == ["p0", "p1", "p2"]
    assert judge(fetched.evidence).score is None
    assert fetched.pins == {}


def test_looks_at_a_second_profile_where_only_the_domain_agrees(told: Google):
    """It may be another branch of the same business."""
    branch = {
        **BAKERY,
        "formattedAddress": "44 Water St, Dartmouth",
        "internationalPhoneNumber": "+1 902-555-0177",
    }
    told.places = {
        "a": branch,
        "b": {**branch, "formattedAddress": "7 Hill Rd, Truro"},
        "c": BAKERY,
    }
    fetched = _fetch(told, _with_site())
    assert told.details == ["a", "b"]
    assert fetched.pins == {}
    assert [f.code for f in judge(fetched.evidence).findings] == ["gbp-ambiguous"]


def test_a_pinned_profile_is_read_without_a_search(told: Google):
    told.places = {"a": OTHER, "b": BAKERY}
    fetched = _fetch(told, Target(**{**_as_dict(TARGET), "place_id": "b"}))
    assert (told.searches, told.details) == ([], ["b"])
    assert fetched.pins == {"place_id": "b"}
    assert judge(fetched.evidence).score is not None


def test_a_pin_that_google_forgot_is_searched_for_anew(told: Google):
    told.places = {"b": BAKERY}
    fetched = _fetch(told, Target(**{**_as_dict(TARGET), "place_id": "old"}))
    assert told.details == ["old", "b"]
    assert fetched.pins == {"place_id": "b"}


def test_a_pin_that_no_longer_fits_is_searched_for_anew(told: Google):
    told.places = {"a": OTHER, "b": BAKERY}
    fetched = _fetch(told, Target(**{**_as_dict(TARGET), "place_id": "a"}))
    assert told.details == ["a", "b"]
    assert fetched.pins == {"place_id": "b"}


def _as_dict(target: Target) -> dict:
    return {"name": target.name, "phone": target.phone, "country": target.country}


def test_searches_by_name_alone_where_the_address_finds_nothing(told: Google):
    told.places, told.finds = {"b": BAKERY}, {"Harbour Bakery": ["b"]}
    _fetch(told, Target("Harbour Bakery", phone="902-555-0114", address="Old Lane 1", country="CA"))
    assert told.searches == ["Harbour Bakery, Old Lane 1", "Harbour Bakery"]
    assert told.details == ["b"]


def test_searches_by_what_the_website_calls_the_business(told: Google):
    told.page = '<script type="application/ld+json">{"@type": "Bakery", "name": "Harbour Bakery", "address": "18 Quay Street, Halifax, NS B3J 1S9"}</script>'
    wanted = "Harbour Bakery, 18 Quay Street, Halifax, NS B3J 1S9"
    told.places, told.finds = {"b": BAKERY}, {wanted: ["b"]}
    fetched = _fetch(told, _with_site(name="harbourbakery.com"))
    assert told.searches[-1] == wanted
    assert fetched.pins == {"place_id": "b"}


def test_a_retry_buys_nothing_twice(told: Google):
    told.places = {"a": OTHER, "b": BAKERY}
    ledger = CachingLedger()
    first = _fetch(told, TARGET, ledger).evidence
    again = _fetch(told, TARGET, ledger).evidence
    assert len(told.details) == 2
    assert first["places"] == again["places"]


def test_what_is_kept_holds_nothing_that_customers_wrote(told: Google):
    review = {
        "rating": 5,
        "publishTime": "2026-01-01T00:00:00Z",
        "text": {"text": "sourdough"},
        "authorAttribution": {"displayName": "Morag"},
    }
    told.places = {
        "b": {
            **BAKERY,
            "reviews": [review],
            "photos": [{"widthPx": 9, "authorAttributions": [{"displayName": "Morag"}]}],
        }
    }
    ledger = CachingLedger()
    fetched = _fetch(told, TARGET, ledger)
    text = json.dumps([list(ledger.kept.values()), fetched.evidence])
    assert "sourdough" not in text
    assert "Morag" not in text
    assert '"rating": 5' in text


def test_waiting_for_a_quota_is_passed_on(told: Google):
    class Parking(CachingLedger):
        def call(self, provider, request, do):
            raise DeferredError("not now", wait_s=9)

    with pytest.raises(DeferredError):
        _fetch(told, TARGET, Parking())


def test_a_refused_key_fails_the_check():
    with emulator(places=emulated.router) as url:
        settings = Settings(google_api_key="wrong", places_base_url=f"{url}/places")
        with pytest.raises(CredentialError):
            CHECK.fetch(TARGET, CheckContext(settings, time.monotonic() + 20))


def test_the_website_is_a_witness(told: Google):
    told.places = {"b": BAKERY}
    told.page = "<body>Call <a href='tel:+1-902-555-0166'>us</a> or (902) 555-0155</body>"
    fetched = _fetch(told, _with_site(phone="902-555-0114"))
    assert told.visits == 1
    assert fetched.evidence["site"]["phones"] == ["+19025550166", "+19025550155"]
    (seen,) = [f for f in judge(fetched.evidence).findings if f.code == "gbp-phone-differs"]
    assert seen.evidence == (
        "Google: (902) 555-0114; website: (902) 555-0166, (902) 555-0155; "
        "our record: (902) 555-0114"
    )


def test_what_postgres_refuses_is_left_out(told: Google):
    odd = json.dumps({"@type": "Bakery", "name": "Har\x00bour\ud800 Bakery", "telephone": "1"})
    told.page = f'<script type="application/ld+json">{odd}</script>'
    told.places = {
        "b": {**BAKERY, "displayName": {"text": "Harbour\x00 Bakery"}, "rating": float("nan")}
    }
    ledger = CachingLedger()
    text = json.dumps([_fetch(told, _with_site(), ledger).evidence, list(ledger.kept.values())])
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
def test_a_website_that_can_not_be_read_fails_nothing(told: Google, status, page, kind, why):
    told.places, told.page_status, told.page = {"b": BAKERY}, status, page
    fetched = _fetch(told, _with_site(phone="902-555-0114"))
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
def test_a_page_that_leads_on_is_followed(told: Google, front):
    told.places = {"b": BAKERY}
    told.page, told.page_in = front, _NOTE + _SHOP
    site = _fetch(told, _with_site()).evidence["site"]
    assert site["read"] is True
    assert site["names"] == ["Harbour Bakery"]
    assert site["url"].endswith("/in")


def test_a_page_that_leads_on_for_ever_is_unread(told: Google):
    told.places = {"b": BAKERY}
    told.page = "<meta http-equiv=refresh content='0; url=/in'>"
    told.page_in = "<meta http-equiv=refresh content='0; url=/'>"
    site = _fetch(told, _with_site()).evidence["site"]
    assert (site["read"], site["visit"]["code"]) == (False, "forward")
    assert told.visits == 3


def test_a_page_for_scripts_may_still_say_who_it_is(told: Google):
    told.places = {"b": BAKERY}
    told.page = _NOTE + "<div id=root></div><script src=a.js></script>"
    site = _fetch(told, _with_site()).evidence["site"]
    assert (site["read"], site["names"]) == (True, ["Harbour Bakery"])


def test_a_private_website_is_not_visited(told: Google):
    told.places = {"b": BAKERY}
    fetched = _fetch(told, _with_site(url=f"http://127.0.0.1:{told.port}/", phone="902-555-0114"))
    assert told.visits == 0
    assert fetched.evidence["site"]["read"] is False
    assert judge(fetched.evidence).score is not None


def test_pages_on_platforms_are_nobodys_witness(told: Google):
    told.places = {"b": BAKERY}
    fetched = _fetch(told, _with_site(url="https://www.facebook.com/harbourbakery"))
    site = fetched.evidence["site"]
    assert (site["read"], site["why"]) == (False, "the website is a page on a platform")
    assert judge(fetched.evidence).metrics["visit"]["kind"] == "platform"


@pytest.fixture(scope="module")
def sandbox():
    with emulator(places=emulated.router) as url:
        yield Settings(sandbox_url=url)


def _context(settings: Settings) -> CheckContext:
    return CheckContext(settings, time.monotonic() + 20)


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
